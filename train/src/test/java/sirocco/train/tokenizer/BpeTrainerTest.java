package sirocco.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The goldens are of tools/goldens/bpe_training_goldens.py.
final class BpeTrainerTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TokenizerSettings SETTINGS =
      TokenizerSettings.ofSize(800).withControlTokens(List.of("[INST]", "[/INST]"));

  @Test
  void theFilesAreThoseThatSentencePieceAndHuggingFaceWereAskedAbout() throws Exception {
    JsonNode golden = resource("ids.json");
    Vocabulary made = train(corpus(), SETTINGS);
    assertThat(sha256(Tokenizers.toModel(made)))
        .isEqualTo(golden.at("/sha256/tokenizer.model").stringValue());
    assertThat(sha256(Tokenizers.toJson(made)))
        .isEqualTo(golden.at("/sha256/tokenizer.json").stringValue());
    Tokenizer tokenizer = Tokenizers.of(made);
    for (JsonNode one : golden.path("cases")) {
      String text = one.path("text").stringValue();
      int[] ids = one.path("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
      assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids);
    }
  }

  /// It counts `==` in `====` three times and never takes a tab; all else is the same.
  @Test
  void findsWhatSentencePiecesOwnTrainerFinds() throws Exception {
    JsonNode golden = resource("sentencepiece.json");
    List<String> corpus = corpus();
    Vocabulary made = train(corpus, SETTINGS);
    Set<String> common = new HashSet<>(spellings(made));
    common.retainAll(golden.path("pieces").valueStream().map(JsonNode::stringValue).toList());
    assertThat(common).hasSizeGreaterThanOrEqualTo(790);
    Tokenizer tokenizer = Tokenizers.of(made);
    int tokens = corpus.stream().mapToInt(text -> tokenizer.encode(text).length).sum();
    assertThat(tokens).isLessThanOrEqualTo(golden.path("tokens").intValue());
  }

  @Test
  void theOrderOfTheCorpusDoesNotMatter() throws Exception {
    List<String> shuffled = new ArrayList<>(corpus());
    Collections.shuffle(shuffled, new Random(5));
    assertThat(train(shuffled, SETTINGS)).isEqualTo(train(corpus(), SETTINGS));
  }

  @Test
  void idsAreInTheirPlaces() throws Exception {
    Vocabulary made = train(corpus(), SETTINGS);
    List<Token> tokens = made.tokens();
    assertThat(tokens).hasSize(800);
    assertThat(tokens.subList(0, 6))
        .containsExactly(
            new Token("<unk>", 0, Vocabulary.Type.UNKNOWN),
            new Token("<s>", 0, Vocabulary.Type.CONTROL),
            new Token("</s>", 0, Vocabulary.Type.CONTROL),
            new Token("[INST]", 0, Vocabulary.Type.CONTROL),
            new Token("[/INST]", 0, Vocabulary.Type.CONTROL),
            new Token("<0x00>", 0, Vocabulary.Type.BYTE));
    assertThat(tokens.get(260)).isEqualTo(new Token("<0xFF>", 0, Vocabulary.Type.BYTE));
    for (int id = 261; id < 800; id++) {
      assertThat(tokens.get(id).type()).isEqualTo(Vocabulary.Type.NORMAL);
      assertThat(tokens.get(id).score()).isEqualTo(261 - id);
    }
    List<Integer> lengths =
        tokens.stream().skip(261).map(t -> t.text().codePointCount(0, t.text().length())).toList();
    int single = lengths.indexOf(1);
    assertThat(lengths.subList(0, single)).allMatch(length -> length > 1 && length <= 16);
    assertThat(lengths.subList(single, lengths.size())).containsOnly(1);
    assertThat(tokens.get(261 + single).text()).isEqualTo("▁");
  }

  @Test
  void noPieceCrossesAWord() throws Exception {
    List<String> pieces = spellings(train(corpus(), SETTINGS)).subList(261, 800);
    assertThat(pieces)
        .allMatch(piece -> piece.matches("▁+|▁?[^▁]+"))
        .noneMatch(piece -> piece.length() > 1 && piece.matches(".*[0-9].*"))
        .noneMatch(piece -> piece.matches("(?s).*\\p{L}.*") && piece.matches("(?s).*\\p{P}.*"))
        .contains("▁▁▁▁", "\n\n", "▁the");
    var joined = new TokenizerSettings(273, 1, false, List.of(), 16);
    assertThat(spellings(train(List.of("in 1984 and 1984, 1984"), joined))).contains("▁1984");
  }

  @Test
  void rareCharactersAreBytes() {
    var settings = new TokenizerSettings(264, 0.99, true, List.of(), 16);
    Vocabulary made = train(List.of("aaaa".repeat(50) + "é"), settings);
    // The space, too, is rare here, but always there.
    assertThat(spellings(made).subList(262, 264)).containsExactly("a", "▁");
    assertThat(Tokenizers.of(made).decode(Tokenizers.of(made).encode("é a"))).isEqualTo("é a");
  }

  @Test
  void controlTokensAreNoPieces() {
    var settings = new TokenizerSettings(266, 1, true, List.of("=="), 16);
    List<String> pieces = spellings(train(List.of("====ab ".repeat(9)), settings));
    assertThat(pieces.subList(260, pieces.size())).doesNotContain("==").contains("▁=");
  }

  @Test
  void whatCannotBeTrainedIsSaid() {
    refused(List.of(), SETTINGS, "the corpus is empty: expected text, found 0 documents");
    refused(List.of("", ""), SETTINGS, "the corpus is empty: expected text, found 2 documents");
    refused(List.of("some text"), SETTINGS, "repeats too little for more than 26");
    refused(List.of("abcdefghijkl"), TokenizerSettings.ofSize(270), "expected at least 272");
  }

  @ParameterizedTest
  @CsvSource({
    "261, 0.9, '[A],[B]', 16, 'vocabulary size: expected 262'",
    "2000000, 0.9, '[A]', 16, 'found 2000000'",
    "4096, 0, '[A]', 16, 'character coverage: expected'",
    "4096, NaN, '[A]', 16, 'character coverage: expected'",
    "4096, 0.9, '[A],[A]', 16, 'control token [A]: there is one'",
    "4096, 0.9, '<s>', 16, 'control token <s>: there is one'",
    "4096, 0.9, '<0x0A>', 16, 'found \"<0x0A>\"'",
    "4096, 0.9, 'a', 16, 'expected a name of several characters'",
    "4096, 0.9, '[A]', 0, 'longest piece: expected 1 to 512'",
  })
  void settingsThatMakeNoSenseAreRefused(
      int size, double coverage, String control, int longest, String message) {
    assertThatExceptionOfType(TokenizerTrainingException.class)
        .isThrownBy(
            () -> new TokenizerSettings(size, coverage, true, List.of(control.split(",")), longest))
        .withMessageContaining(message);
  }

  private static void refused(List<String> corpus, TokenizerSettings settings, String message) {
    assertThatExceptionOfType(TokenizerTrainingException.class)
        .isThrownBy(() -> train(corpus, settings))
        .withMessageContaining(message);
  }

  private static Vocabulary train(List<String> corpus, TokenizerSettings settings) {
    return BpeTrainer.train(corpus.iterator(), settings, Progress.NONE);
  }

  private static List<String> spellings(Vocabulary vocabulary) {
    return vocabulary.tokens().stream().map(Token::text).toList();
  }

  private static List<String> corpus() throws IOException {
    return new String(bytes("corpus.jsonl"), StandardCharsets.UTF_8)
        .lines()
        .map(line -> JSON.readTree(line).path("text").stringValue())
        .toList();
  }

  private static JsonNode resource(String name) throws IOException {
    return JSON.readTree(bytes(name));
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = BpeTrainerTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
