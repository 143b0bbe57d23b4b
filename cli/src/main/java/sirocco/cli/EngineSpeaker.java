package sirocco.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.Answer;
import sirocco.AnswerStream;
import sirocco.ChatSession;
import sirocco.Event;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.engine.SamplingSettings;
import sirocco.text.Message;

/// A model in this process. What was said stays in its cache, so that a turn reads only what is
/// new.
final class EngineSpeaker implements Speaker {
  private final LanguageModel model;
  private final SamplingSettings settings;
  private ChatSession chat;
  private volatile Optional<AnswerStream> running = Optional.empty();

  EngineSpeaker(LanguageModel model, SamplingSettings settings) {
    this.model = model;
    this.settings = settings;
    this.chat = begin(List.of());
  }

  private ChatSession begin(List<Message> said) {
    return model.chat(Prompt.of(said).sampling(settings));
  }

  @Override
  public Spoken answer(List<Message> conversation, Consumer<String> onText) {
    List<Message> before = conversation.subList(0, conversation.size() - 1);
    if (!chat.messages().equals(before)) {
      chat.close();
      chat = begin(before);
    }
    try (AnswerStream stream = chat.stream(conversation.getLast())) {
      running = Optional.of(stream);
      stream.forEachRemaining(event -> {
        if (event instanceof Event.Text(String piece)) {
          onText.accept(piece);
        }
      });
      Answer answer = stream.answer();
      return new Spoken(
          answer.text(),
          switch (answer.finishReason()) {
            case STOP, LENGTH, TIMEOUT -> End.DONE;
            case CONTEXT -> End.CONTEXT;
            case CANCELLED -> End.CANCELLED;
          },
          answer.usage().generatedTokens(),
          answer.completion().generatedTokensPerSecond());
    } finally {
      running = Optional.empty();
    }
  }

  @Override
  public void cancel() {
    running.ifPresent(AnswerStream::cancel);
  }

  @Override
  public void forget() {
    chat.close();
    chat = begin(List.of());
  }

  @Override
  public void close() {
    chat.close();
  }
}
