package sirocco.train.guidance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import sirocco.train.data.Batch;

/// What the tokens of one segment are to look at. An answer is a run of targets; what stands before
/// the first of them back to the answer before is its prompt.
public final class Sights {
  /// Tokens of a segment that look at the token before and at the start of their sentence.
  private static final int SAMPLED = 12;

  private static final int SHORTEST_QUOTATION = 8;

  /// The first tokens of an answer that look at the question's words once more: sentences that
  /// begin alike are told apart only behind that.
  private static final int REMINDED = 3;

  /// Tokens of an answer that look at what follows.
  private static final int CONTINUED = 12;

  private final Batch batch;
  private final Pieces pieces;
  private final int window;
  private final int start;
  private final int end;

  /// Where each token's text begins in that of the segment.
  private final int[] offsets;

  private final String text;

  /// The first token of each token's sentence.
  private final int[] sentences;

  private final SplittableRandom random;
  private final Map<Look, List<Sight>> sights = new EnumMap<>(Look.class);

  /// The tokens that know their neighbours and their sentence.
  private final int[] sampled;

  /// From a token up to another, the last not included.
  private record Span(int begin, int end) {
    boolean holds(int token) {
      return token >= begin && token < end;
    }
  }

  private Sights(Batch batch, int segment, Pieces pieces, int window) {
    this.window = window;
    this.batch = batch;
    this.pieces = pieces;
    start = batch.starts()[segment];
    end = batch.starts()[segment + 1];
    offsets = new int[end - start + 1];
    sentences = new int[end - start];
    var all = new StringBuilder();
    int sentence = start;
    for (int t = start; t < end; t++) {
      offsets[t - start] = all.length();
      all.append(pieces.text(batch.ids()[t]));
      if (t > start && pieces.ends(batch.ids()[t - 1])) {
        sentence = t;
      }
      sentences[t - start] = sentence;
    }
    offsets[end - start] = all.length();
    text = all.toString();
    random = new SplittableRandom(text.hashCode());
    sampled = some(new Span(start + 1, end), SAMPLED).toArray();
  }

  /// Reads a segment of a batch. The same tokens always give the same.
  ///
  /// @param window positions a token sees, itself included
  public static Sights of(Batch batch, int segment, Pieces pieces, int window) {
    var sights = new Sights(batch, segment, pieces, window);
    sights.answers();
    return sights;
  }

  /// The tokens that look like this.
  ///
  /// @param nth of the tokens before, or of those of the sentence, from 1; of no meaning to others
  public List<Sight> of(Look look, int nth) {
    return switch (look) {
      case PREVIOUS_TOKEN -> neighbours(t -> t - nth);
      case SENTENCE_START -> neighbours(t -> sentences[t - start] + nth - 1);
      case QUOTED_WORD, QUESTION_WORDS, QUOTATION, CONTINUATION ->
          sights.getOrDefault(look, List.of());
    };
  }

  private List<Sight> neighbours(IntUnaryOperator place) {
    return IntStream.of(sampled)
        .filter(t -> place.applyAsInt(t) >= start && place.applyAsInt(t) <= t)
        .filter(t -> t - place.applyAsInt(t) < window)
        .mapToObj(t -> new Sight(t, new int[] {place.applyAsInt(t)}, place.applyAsInt(t)))
        .toList();
  }

  private void add(Look look, int row, int[] columns, int known) {
    int[] seen = IntStream.of(columns).filter(column -> row - column < window).toArray();
    if (seen.length > 0) {
      sights.computeIfAbsent(look, _ -> new ArrayList<>()).add(new Sight(row, seen, known));
    }
  }

  /// Tokens of a span, all of them or some at random, in order.
  private IntStream some(Span span, int most) {
    return span.end() - span.begin() <= most
        ? IntStream.range(span.begin(), span.end())
        : IntStream.range(0, most)
            .map(_ -> random.nextInt(span.begin(), span.end()))
            .distinct()
            .sorted();
  }

  private void answers() {
    int prompt = start;
    int t = start;
    while (t < end) {
      if (batch.targets()[t] == Batch.NONE) {
        t++;
        continue;
      }
      int last = t;
      while (last < end && batch.targets()[last] != Batch.NONE) {
        last++;
      }
      if (t > start) {
        answer(new Span(prompt, t), new Span(t + 1, Math.min(last + 1, end)));
      }
      prompt = Math.min(last + 1, end);
      t = last;
    }
  }

  /// @param prompt up to the token that the answer follows
  private void answer(Span prompt, Span answer) {
    List<Span> quoted = quoted(textOf(answer).strip(), prompt.end());
    if (quoted.isEmpty()) {
      return;
    }
    int row = prompt.end();
    int known = quoted.getLast().begin();
    add(Look.QUOTATION, row, quoted.stream().mapToInt(Span::begin).toArray(), known);
    some(answer, CONTINUED).forEach(t -> continuation(t, answer, quoted));
    int[] words = words(question(prompt), quoted, row);
    IntStream.range(row, Math.min(row + REMINDED, answer.end()))
        .forEach(t -> add(Look.QUESTION_WORDS, t, words, known));
  }

  /// The words of the question or of what is quoted that look at the same word of the other.
  private int[] words(Span question, List<Span> quoted, int row) {
    List<Integer> words = new ArrayList<>();
    Span before = new Span(start, question.begin());
    for (int t = question.begin(); t < question.end(); t++) {
      int[] same = same(t, before);
      if (same.length > 0 && IntStream.of(same).allMatch(s -> isIn(quoted, s))) {
        words.add(t);
        add(Look.QUOTED_WORD, t, same, quoted.getLast().begin());
      }
    }
    Span behind = new Span(question.end(), row + 1);
    for (Span quote : quoted) {
      for (int t = Math.max(quote.begin(), question.end()); t < quote.end(); t++) {
        int[] asked = same(t, question);
        if (asked.length > 0 && IntStream.of(same(t, behind)).allMatch(s -> isIn(quoted, s))) {
          words.add(t);
          add(Look.QUOTED_WORD, t, asked, quote.begin());
        }
      }
    }
    return words.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean isIn(List<Span> spans, int token) {
    return spans.stream().anyMatch(span -> span.holds(token));
  }

  /// The tokens behind those that end where this one of an answer does.
  private void continuation(int token, Span answer, List<Span> quoted) {
    int read = offset(token + 1) - begin(answer);
    int[] next =
        quoted.stream()
            .mapToInt(quote -> tokenAt(begin(quote) + read, quote))
            .filter(t -> t >= 0)
            .toArray();
    if (next.length > 0) {
      add(Look.CONTINUATION, token, next, next[next.length - 1]);
    }
  }

  /// The token of a span that begins at a place in the text; -1 if none does.
  private int tokenAt(int place, Span span) {
    return IntStream.range(span.begin(), span.end())
        .filter(t -> offset(t) == place)
        .findFirst()
        .orElse(-1);
  }

  /// Where a span's text begins, spaces left out.
  private int begin(Span span) {
    int at = offset(span.begin());
    while (at < offset(span.end()) && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int offset(int token) {
    return offsets[token - start];
  }

  /// Where an answer stands before a token, each time from the start of a sentence.
  private List<Span> quoted(String answer, int before) {
    List<Span> found = new ArrayList<>();
    if (answer.length() < SHORTEST_QUOTATION) {
      return found;
    }
    int limit = offset(before);
    int token = start;
    for (int at = text.indexOf(answer);
        at >= 0 && at + answer.length() <= limit;
        at = text.indexOf(answer, at + 1)) {
      while (offset(token + 1) <= at) {
        token++;
      }
      int last = token;
      while (offset(last) < at + answer.length()) {
        last++;
      }
      boolean whole = text.substring(offset(token), at).isBlank();
      if (whole && sentences[token - start] == token) {
        found.add(new Span(token, last));
      }
    }
    return found;
  }

  /// The last sentence of a prompt with a question mark, or the last one; without what stands
  /// behind it.
  private Span question(Span prompt) {
    int last = prompt.end() - 1;
    for (int t = last; t >= prompt.begin(); t--) {
      if (pieces.text(batch.ids()[t]).contains("?")) {
        last = t;
        break;
      }
    }
    return last < prompt.begin()
        ? new Span(prompt.end(), prompt.end())
        : new Span(Math.max(prompt.begin(), sentences[last - start]), last + 1);
  }

  /// The tokens of a span that are the same word as one.
  private int[] same(int token, Span span) {
    String word = pieces.word(batch.ids()[token]);
    return word.isEmpty()
        ? new int[0]
        : IntStream.range(span.begin(), span.end())
            .filter(t -> pieces.word(batch.ids()[t]).equals(word))
            .toArray();
  }

  private String textOf(Span span) {
    return text.substring(offset(span.begin()), offset(span.end()));
  }
}
