package sirocco.train.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import sirocco.lab.data.DataException;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import sirocco.text.Tokenizer;

/// Items to examples.
///
/// A document is BOS, its text, EOS; what is longer than the context is cut into windows that
/// overlap by one token, so that each token but the first is a target once. A conversation or a
/// preference longer than the context gives nothing.
///
/// @param format of conversations; none if there are only documents
/// @param context most tokens of an example
/// @param learn what of a conversation is learned, and how a document is read
public record Tokenization(
    Tokenizer tokenizer, Optional<DialogueFormat> format, int context, Learn learn) {
  /// The tokens of a conversation that are targets.
  public enum Learn {
    /// What the assistant said, and the token that ends it.
    ANSWERS,
    /// Every token.
    ALL,
    /// Of a document: each stretch comes twice, and is learned the second time, where every token
    /// can be read off the first. Whatever the text is about, this teaches attention to copy
    /// (induction heads, arXiv 2209.11895). Conversations as with [#ANSWERS].
    AGAIN,
    /// Of a document: a stretch of any length up to the context, and then passages out of it in any
    /// order, each learned but for its beginning, by which it is found again. This teaches to find
    /// and to copy over any distance. Conversations as with [#ANSWERS].
    QUOTED;
  }

  public Tokenization {
    if (context < 2) {
      throw new DataException("context: expected at least 2 tokens, found " + context);
    }
  }

  /// Groups of examples in the order of the text; none if the item is too long, has no answer, or
  /// its answers cannot be told from the rest token by token.
  ///
  /// @throws DataException if a conversation is met and there is no format for it
  /// @throws TemplateException if the format has no place for a message
  public List<Group> encode(Item item) {
    return switch (item) {
      case Document document ->
          switch (learn) {
            case AGAIN -> repetitions(document).again();
            case QUOTED -> repetitions(document).quoted();
            case ANSWERS, ALL -> document(document);
          };
      case Dialogue dialogue ->
          dialogue(dialogue.messages(), learn, dialogue.domain()).map(Group::new).stream().toList();
      case Preference preference -> preference(preference);
    };
  }

  private List<Group> document(Document document) {
    int[] text = tokenizer.encode(document.text());
    int[] ids = closed(opened(text));
    List<Group> windows = new ArrayList<>();
    for (int from = 0; from + 1 < ids.length; from += context - 1) {
      int[] window = Arrays.copyOfRange(ids, from, Math.min(from + context, ids.length));
      boolean[] learned = new boolean[window.length];
      Arrays.fill(learned, 1, window.length, true);
      windows.add(new Group(new Example(window, learned, document.domain())));
    }
    return windows;
  }

  private Repetitions repetitions(Document document) {
    int[] opening = opened(new int[0]);
    return new Repetitions(opening, tokenizer.encode(document.text()), context, document.domain());
  }

  private int[] opened(int[] ids) {
    if (tokenizer.vocabulary().bos().isEmpty()) {
      return ids;
    }
    int[] opened = new int[ids.length + 1];
    opened[0] = tokenizer.vocabulary().bos().getAsInt();
    System.arraycopy(ids, 0, opened, 1, ids.length);
    return opened;
  }

  private int[] closed(int[] ids) {
    if (tokenizer.vocabulary().eos().isEmpty()) {
      return ids;
    }
    int[] closed = Arrays.copyOf(ids, ids.length + 1);
    closed[ids.length] = tokenizer.vocabulary().eos().getAsInt();
    return closed;
  }

  private List<Group> preference(Preference preference) {
    List<Example> pair = new ArrayList<>();
    for (String answer : List.of(preference.chosen(), preference.rejected())) {
      List<Message> messages = new ArrayList<>(preference.prompt());
      messages.add(new Message.Assistant(answer));
      lastAnswer(messages, preference.domain()).ifPresent(pair::add);
    }
    return pair.size() == 2 ? List.of(new Group(pair)) : List.of();
  }

  private Optional<Example> dialogue(List<Message> messages, Learn what, String domain) {
    int[] ids = whole(messages, domain);
    if (ids.length > context) {
      return Optional.empty();
    }
    boolean[] learned = new boolean[ids.length];
    if (what == Learn.ALL) {
      Arrays.fill(learned, 1, learned.length, true);
      return Optional.of(new Example(ids, learned, domain));
    }
    boolean any = false;
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i) instanceof Message.Assistant) {
        if (!mark(messages, i, ids, learned, domain)) {
          return Optional.empty();
        }
        any = true;
      }
    }
    return any ? Optional.of(new Example(ids, learned, domain)) : Optional.empty();
  }

  private Optional<Example> lastAnswer(List<Message> messages, String domain) {
    int[] ids = whole(messages, domain);
    boolean[] learned = new boolean[ids.length];
    return ids.length <= context && mark(messages, messages.size() - 1, ids, learned, domain)
        ? Optional.of(new Example(ids, learned, domain))
        : Optional.empty();
  }

  private DialogueFormat format(String domain) {
    return format.orElseThrow(() ->
        new DataException(
            domain
                + ": has a conversation, and the tokenizer's files say no format for it:"
                + " expected a chat template or Mistral's control tokens"));
  }

  /// The conversation, closed by EOS if the assistant spoke last and the format has not closed it.
  private int[] whole(List<Message> messages, String domain) {
    int[] ids = format(domain).conversation(messages);
    boolean answered = messages.getLast() instanceof Message.Assistant;
    return answered && !isClosed(ids, 0, ids.length) ? closed(ids) : ids;
  }

  /// Marks the answer of one message and what ends it.
  ///
  /// @return false if the tokens before or in the answer are not those that the model would see
  private boolean mark(
      List<Message> messages, int index, int[] ids, boolean[] learned, String domain) {
    DialogueFormat form = format(domain);
    int start = prefix(form::prompt, messages.subList(0, index), ids);
    int end = prefix(form::conversation, messages.subList(0, index + 1), ids);
    if (start < 1 || end < start) {
      return false;
    }
    boolean closes = end < ids.length && isEos(ids[end]) && !isClosed(ids, start, end);
    int last = closes ? end + 1 : withoutSpaceAfterEnd(ids, start, end);
    Arrays.fill(learned, start, last, true);
    return last > start;
  }

  private boolean isEos(int id) {
    return tokenizer.vocabulary().eos().orElse(-1) == id;
  }

  /// Whether the tokens end with a control token, space behind it aside.
  private boolean isClosed(int[] ids, int from, int to) {
    int end = withoutSpaceAfterEnd(ids, from, to);
    return end > from && tokenizer.isControl(ids[end - 1]);
  }

  /// Templates put a line break between turns behind the token that ends an answer: the model never
  /// writes it.
  private int withoutSpaceAfterEnd(int[] ids, int from, int to) {
    int end = to;
    while (end > from
        && !tokenizer.isControl(ids[end - 1])
        && new String(tokenizer.bytes(ids[end - 1]), StandardCharsets.UTF_8).isBlank()) {
      end--;
    }
    return end > from && tokenizer.isControl(ids[end - 1]) ? end : to;
  }

  /// How many tokens the beginning of a conversation has, or -1 if the whole does not begin so.
  /// Mistral's V2 and V3 put the system prompt before the last user message of the whole: the turns
  /// before it have none.
  private static int prefix(
      Function<List<Message>, int[]> rendering, List<Message> beginning, int[] whole) {
    int length = prefixLength(rendering.apply(beginning), whole);
    boolean instructed = beginning.getFirst() instanceof Message.Instruction;
    return length < 0 && instructed && beginning.size() > 1
        ? prefixLength(rendering.apply(beginning.subList(1, beginning.size())), whole)
        : length;
  }

  private static int prefixLength(int[] ids, int[] whole) {
    int length = ids.length;
    return length <= whole.length && Arrays.equals(ids, 0, length, whole, 0, length) ? length : -1;
  }
}
