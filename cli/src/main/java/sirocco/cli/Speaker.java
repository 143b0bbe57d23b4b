package sirocco.cli;

import java.util.List;
import java.util.function.Consumer;
import sirocco.text.Message;

/// Who answers in a chat.
interface Speaker extends AutoCloseable {
  /// The next turn, whose text is also told as it comes.
  ///
  /// @param conversation all that was said, the question last
  Spoken answer(List<Message> conversation, Consumer<String> onText);

  /// Stops the answer that is being given. Any thread may call this.
  void cancel();

  /// The next conversation has nothing to do with the last.
  void forget();

  @Override
  void close();

  /// An answer.
  ///
  /// @param end why it ended
  /// @param tokens generated; 0 if not known
  /// @param tokensPerSecond while they were
  record Spoken(String text, End end, int tokens, double tokensPerSecond) {}

  /// Why an answer ended.
  enum End {
    /// It is whole, or as long as was asked for.
    DONE,
    /// Nothing more fits the context.
    CONTEXT,
    /// It was stopped.
    CANCELLED
  }
}
