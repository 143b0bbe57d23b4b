package sirocco.train.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// Trains a SentencePiece vocabulary by byte-pair encoding, with byte fallback.
///
/// Ids: `<unk>` 0, `<s>` 1, `</s>` 2, the control tokens, 256 bytes `<0x00>` to `<0xFF>`, the
/// merged pieces in the order they were found, then the single characters, most frequent first. As
/// in SentencePiece the score of the n-th of these last two is -n. The text is taken as it is: no
/// normalisation, spaces written `▁`, a dummy prefix, runs of spaces and newlines may become
/// pieces. Where no piece may cross is said at [Segments], how ties are broken at [Merges].
public final class BpeTrainer {
  private static final int REPORT_EVERY = 1000;

  private final TokenizerSettings settings;

  private BpeTrainer(TokenizerSettings settings) {
    this.settings = settings;
  }

  /// Trains on all documents; each is read once and not kept.
  ///
  /// @throws TokenizerTrainingException if the corpus is empty, or too small or too rich in
  ///   characters for the vocabulary's size
  public static Vocabulary train(
      Iterator<String> documents, TokenizerSettings settings, Progress progress) {
    return new BpeTrainer(settings).train(documents, progress);
  }

  private Vocabulary train(Iterator<String> documents, Progress progress) {
    Map<String, long[]> segments = segments(documents, progress);
    List<Integer> characters = covered(segments);
    int wanted = settings.vocabularySize() - firstPiece() - characters.size();
    if (wanted < 0) {
      throw new TokenizerTrainingException(
          "vocabulary size: expected at least "
              + (firstPiece() + characters.size())
              + " ("
              + firstPiece()
              + " special tokens and bytes, and "
              + characters.size()
              + " characters for a coverage of "
              + settings.characterCoverage()
              + "), found "
              + settings.vocabularySize()
              + "; ask for more tokens or less coverage");
    }
    List<String> pieces = merges(segments, characters).find(wanted, progress);
    if (pieces.size() < wanted) {
      int most = settings.vocabularySize() - wanted + pieces.size();
      throw new TokenizerTrainingException(
          "vocabulary size: found "
              + settings.vocabularySize()
              + ", but the corpus repeats too little for more than "
              + most
              + "; ask for at most that, or give more text");
    }
    return vocabulary(pieces, characters);
  }

  private int firstPiece() {
    return settings.firstByte() + TokenizerSettings.BYTES;
  }

  private Map<String, long[]> segments(Iterator<String> documents, Progress progress) {
    // Four times what a piece can be: what such a cut hides is rare.
    Segments segments = new Segments(settings.splitDigits(), 4 * settings.maxPieceLength());
    long read = 0;
    long length = 0;
    while (documents.hasNext()) {
      String document = documents.next();
      segments.add(document);
      length += document.length();
      if (++read % REPORT_EVERY == 0) {
        progress.read(read, length);
      }
    }
    progress.read(read, length);
    if (segments.counts().isEmpty()) {
      throw new TokenizerTrainingException(
          "the corpus is empty: expected text, found " + read + " documents without any");
    }
    return segments.counts();
  }

  /// The characters that become tokens: the most frequent ones (of equally frequent ones the lower
  /// code point) until they make up the coverage; and the space, as the bytes of `▁` would be read
  /// back as `▁`.
  private List<Integer> covered(Map<String, long[]> segments) {
    Map<Integer, long[]> counts = new HashMap<>();
    long all = 0;
    for (var segment : segments.entrySet()) {
      long count = segment.getValue()[0];
      int[] characters = segment.getKey().codePoints().toArray();
      for (int c : characters) {
        counts.computeIfAbsent(c, missing -> new long[1])[0] += count;
      }
      all += count * characters.length;
    }
    List<Integer> order = new ArrayList<>(counts.keySet());
    order.sort(
        Comparator.comparingLong((Integer c) -> -counts.getOrDefault(c, new long[1])[0])
            .thenComparing(Comparator.naturalOrder()));
    List<Integer> covered = new ArrayList<>();
    long sum = 0;
    for (int c : order) {
      if (sum >= settings.characterCoverage() * all) {
        break;
      }
      sum += counts.getOrDefault(c, new long[1])[0];
      covered.add(c);
    }
    if (!covered.contains((int) Segments.SPACE)) {
      covered.add((int) Segments.SPACE);
    }
    return covered;
  }

  /// The segments as words; a character that is not covered ends one.
  private Merges merges(Map<String, long[]> segments, List<Integer> characters) {
    Set<String> reserved = new HashSet<>(TokenizerSettings.FIRST);
    reserved.addAll(settings.controlTokens());
    Merges merges =
        new Merges(settings.maxPieceLength(), text -> spacesLead(text) && !reserved.contains(text));
    Set<Integer> covered = new HashSet<>(characters);
    segments.forEach((segment, count) -> {
      int[] all = segment.codePoints().toArray();
      int start = 0;
      for (int i = 0; i <= all.length; i++) {
        if (i == all.length || !covered.contains(all[i])) {
          merges.add(Arrays.copyOfRange(all, start, i), count[0]);
          start = i + 1;
        }
      }
    });
    return merges;
  }

  /// Whether a text is spaces only, or starts with at most one and has no other: code's indentation
  /// is apart from the word behind it.
  private static boolean spacesLead(String text) {
    int last = text.lastIndexOf(Segments.SPACE);
    return last <= 0 || text.chars().allMatch(c -> c == Segments.SPACE);
  }

  private Vocabulary vocabulary(List<String> pieces, List<Integer> characters) {
    List<Token> tokens = new ArrayList<>(settings.vocabularySize());
    tokens.add(new Token(TokenizerSettings.FIRST.get(0), 0, Vocabulary.Type.UNKNOWN));
    tokens.add(new Token(TokenizerSettings.FIRST.get(1), 0, Vocabulary.Type.CONTROL));
    tokens.add(new Token(TokenizerSettings.FIRST.get(2), 0, Vocabulary.Type.CONTROL));
    settings
        .controlTokens()
        .forEach(name -> tokens.add(new Token(name, 0, Vocabulary.Type.CONTROL)));
    IntStream.range(0, TokenizerSettings.BYTES)
        .mapToObj(b -> String.format(Locale.ROOT, "<0x%02X>", b))
        .forEach(name -> tokens.add(new Token(name, 0, Vocabulary.Type.BYTE)));
    int first = tokens.size();
    pieces.forEach(
        piece -> tokens.add(new Token(piece, first - tokens.size(), Vocabulary.Type.NORMAL)));
    characters.forEach(c ->
        tokens.add(
            new Token(Character.toString(c), first - tokens.size(), Vocabulary.Type.NORMAL)));
    return new Vocabulary(
        Vocabulary.Kind.SENTENCEPIECE_BPE,
        tokens,
        List.of(),
        Optional.empty(),
        true,
        false,
        true,
        false,
        OptionalInt.of(1),
        OptionalInt.of(2),
        OptionalInt.of(0),
        OptionalInt.empty());
  }
}
