package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.PreTokenizer;
import sirocco.text.Vocabulary.Token;

/// One attack a test: each ends in one line that says what was found.
class HostileTokenizerTest {
  private static final String SPACED =
      "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}";

  @TempDir Path temp;

  private void refused(String name, byte[] content, String... parts) throws Exception {
    Path file = Files.write(temp.resolve(name), content);
    assertThatThrownBy(() -> Tokenizers.of(Tokenizers.read(file)))
        .isInstanceOf(TokenizerException.class)
        .message()
        .contains(parts)
        .startsWith(name)
        .doesNotContain("\n");
  }

  private void refusedJson(String content, String... parts) throws Exception {
    refused("tokenizer.json", content.getBytes(StandardCharsets.UTF_8), parts);
  }

  private static byte[] bytes(int... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteArray();
  }

  @Test
  void everyTruncationOfAModelIsRefusedOrShorter() throws Exception {
    byte[] whole = Files.readAllBytes(SmallGoldenTest.resource("sp-bytes.model"));
    int refused = 0;
    for (int length = 0; length < whole.length; length += 7) {
      Path file = Files.write(temp.resolve("t.model"), Arrays.copyOf(whole, length));
      try {
        Tokenizers.read(file);
      } catch (TokenizerException e) {
        refused++;
      }
    }
    // The trainer's part stands last: without it there is no model type.
    assertThat(refused).isGreaterThan(whole.length / 7 - 20);
  }

  @Test
  void lengthsBeyondTheFile() throws Exception {
    refused("a.model", bytes(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07), "field 1", "found 2147483647");
    refused(
        "b.model",
        bytes(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01),
        "found 18446744073709551615");
    refused(
        "c.model",
        bytes(0x0A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1),
        "10 bytes");
    refused("d.model", bytes(0x0A), "expected 1 bytes, found 0");
    refused("e.model", bytes(0x0B), "wire");
    refused("f.model", bytes(), "found no pieces");
    refused("g.model", bytes(0x00), "field number");
  }

  @Test
  void aPieceThatIsNotUtf8() throws Exception {
    refused("a.model", bytes(0x0A, 3, 0x0A, 1, 0xFF), "expected UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<0x-1>", "<0x100>", "<0xa0>", "<0x >", "<0x+1>", "0x41"})
  void byteTokensThatAreNone(String spelling) {
    Vocabulary v =
        pieces(
            new Token("<unk>", 0, Vocabulary.Type.UNKNOWN),
            new Token(spelling, 0, Vocabulary.Type.BYTE));
    assertThatThrownBy(() -> Tokenizers.of(v))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("token 1")
        .hasMessageContaining(spelling);
  }

  private static Vocabulary pieces(Token... tokens) {
    return new Vocabulary(
        Kind.SENTENCEPIECE_BPE,
        List.of(tokens),
        List.of(),
        Optional.empty(),
        true,
        false,
        false,
        false,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(0),
        OptionalInt.empty());
  }

  @Test
  void tokensThatContradictEachOther() {
    Token a = new Token("a", 0, Vocabulary.Type.NORMAL);
    assertThatThrownBy(() -> Tokenizers.of(pieces(a, a)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokens 0 and 1 are both spelled 'a'");
    assertThatThrownBy(
            () -> Tokenizers.of(pieces(a, new Token("ab", Float.NaN, Vocabulary.Type.NORMAL))))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("NaN");
    String endless = "a".repeat(100_000);
    assertThatThrownBy(
            () -> Tokenizers.of(pieces(a, new Token(endless, 0, Vocabulary.Type.NORMAL))))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("too long to merge");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | a JSON object",
        "{ | not valid JSON",
        "{\"a\":1,\"a\":2} | not valid JSON",
        "{\"model\":{\"type\":\"Unigram\"}} | Unigram",
        "{\"model\":[]} | model: expected an object",
        "{} | model: expected an object, found nothing",
        "{\"model\":{\"vocab\":{}},\"normalizer\":{\"type\":\"NFC\"}} | NFC",
        "{\"model\":{},\"pre_tokenizer\":{\"type\":\"Whitespace\"}} | Whitespace",
        "{\"model\":{\"vocab\":{}}} | pre_tokenizer",
      })
  void whatATokenizerJsonCannotSay(String json, String part) throws Exception {
    refusedJson(json, part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":0,\"b\":0} | [] | id 0 is given to",
        "{\"a\":0,\"b\":7} | [] | none with id 1",
        "{\"a\":0,\"b\":2147483647} | [] | none with id 1",
        "{\"a\":-1} | [] | none with id 0",
        "{\"a\":99999999999} | [] | model.vocab.a: expected a 32-bit integer",
        "{\"a\":0.5} | [] | a 32-bit integer, found 0.5",
        "{\"a\":0} | [\"a x\"] | there is no token 'x'",
        "{\"a\":0,\"b\":1} | [[\"a\",\"b\"]] | there is no token 'ab'",
        "{\"a\":0} | [\"a\"] | merge 0",
        "{\"a\":0} | [\"a b c\"] | merge 0",
        "{\"a\":0} | [[\"a\"]] | two tokens",
        "{\"a\":0} | [3] | a list",
        "{\"a\":0} | {} | a list",
        "{} | [] | at least one token",
      })
  void vocabulariesAndMergesThatDoNotFit(String vocab, String merges, String part)
      throws Exception {
    refusedJson(
        "{\"model\":{\"vocab\":" + vocab + ",\"merges\":" + merges + "}," + SPACED + "}", part);
  }

  @Test
  void addedTokensThatContradictTheVocabulary() throws Exception {
    String model = "\"model\":{\"vocab\":{\"a\":0,\"b\":1},\"merges\":[]}," + SPACED;
    refusedJson(
        "{\"added_tokens\":[{\"id\":0,\"content\":\"c\"}]," + model + "}", "added_tokens[0]");
    refusedJson(
        "{\"added_tokens\":[{\"id\":2,\"content\":\"a\"}]," + model + "}", "added_tokens[0]");
    refusedJson(
        "{\"added_tokens\":[{\"id\":2,\"content\":\"c\",\"lstrip\":true}]," + model + "}",
        "lstrip");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 1 | {\"rank\":0,\"token_bytes\":\"!!\"} | not base64",
        "2 | 1 | {\"rank\":0,\"token_bytes\":\"\"} | bytes",
        "2 | 1 | {\"rank\":-1,\"token_bytes\":\"YQ==\"} | a rank 0 to 0",
        "2 | 1 | {\"rank\":5,\"token_bytes\":\"YQ==\"} | a rank 0 to 0",
        "1000000000 | 999999999 | {\"rank\":0,\"token_bytes\":\"YQ==\"} | config",
        "2 | -1 | {\"rank\":0,\"token_bytes\":\"YQ==\"} | config",
        "3 | 1 | {\"rank\":0,\"token_bytes\":\"YQ==\"} | config",
        "3 | 1 | {\"rank\":0,\"token_bytes\":\"YQ==\"},{\"rank\":0,\"token_bytes\":\"Yg==\"} | once",
      })
  void tekkenFilesThatDoNotFit(String size, String special, String vocab, String part)
      throws Exception {
    String config =
        "{\"pattern\":\"a\",\"default_vocab_size\":"
            + size
            + ",\"default_num_special_tokens\":"
            + special
            + "}";
    refusedJson("{\"config\":" + config + ",\"vocab\":[" + vocab + "]}", part);
  }

  @Test
  void deepNesting() throws Exception {
    refusedJson("{\"model\":" + "[".repeat(100_000), "not valid JSON");
    String steps = "{\"type\":\"Sequence\",\"normalizers\":[".repeat(1000);
    refusedJson(
        "{\"model\":{},\"normalizer\":" + steps + "]}".repeat(1000) + "}", "not valid JSON");
  }

  private static Vocabulary bytesWith(PreTokenizer preTokenizer) throws Exception {
    Vocabulary v = Tokenizers.read(SmallGoldenTest.resource("gpt2-small.json"));
    return new Vocabulary(
        v.kind(),
        v.tokens(),
        v.merges(),
        Optional.of(preTokenizer),
        false,
        false,
        false,
        false,
        v.bos(),
        v.eos(),
        v.unk(),
        v.pad());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "\\p{Nonsense}", "\\h", "\\p{L", "a{2,1}", "\\G", "\\X"})
  void patternsThatJavaCannotHonour(String pattern) throws Exception {
    Vocabulary v = bytesWith(new PreTokenizer("custom", pattern));
    assertThatThrownBy(() -> Tokenizers.of(v))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("pre-tokenizer pattern");
  }

  @Test
  void aPatternThatExhaustsTheStack() throws Exception {
    Tokenizer tokenizer = Tokenizers.of(bytesWith(new PreTokenizer("custom", "(?:a|b|ab)*c")));
    assertThatThrownBy(() -> tokenizer.encode("ab".repeat(500_000)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("too deep");
  }

  @Test
  void anUnknownPreTokenizer() {
    assertThatThrownBy(() -> PreTokenizer.named("nonsense"))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("'nonsense'");
  }

  @Test
  void charsmapsThatPointOutside() {
    for (byte[] blob :
        new byte[][] {bytes(), bytes(1, 0, 0, 0), bytes(255, 255, 255, 255, 0, 0, 0, 0)}) {
      assertThatThrownBy(() -> new Charsmap(blob))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("precompiled_charsmap");
    }
    // Every unit points far away; every leaf at a replacement that is not there.
    byte[] wild = new byte[4 + 1024];
    Arrays.fill(wild, (byte) 0xFF);
    wild[0] = 0;
    wild[1] = 4;
    wild[2] = 0;
    wild[3] = 0;
    assertThat(new Charsmap(wild).match(Utf8.bytes("abc"), 0)).isEqualTo(-1);
  }

  @Test
  void whatTheOtherFormatCannotSay() throws Exception {
    Vocabulary rules = Tokenizers.read(SmallGoldenTest.resource("sp-rules.model"));
    assertThatThrownBy(() -> Tokenizers.toJson(rules))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("remove_extra_whitespaces");
    Vocabulary bytes = Tokenizers.read(SmallGoldenTest.resource("gpt2-small.json"));
    assertThatThrownBy(() -> Tokenizers.toModel(bytes))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("byte-level");
  }

  @Test
  void mergesThatNoScoresImply() throws Exception {
    Vocabulary v = Tokenizers.read(SmallGoldenTest.resource("sp-bytes.json"));
    assertThat(Tokenizers.toModel(v)).isNotEmpty();
    List<String> fewer = new ArrayList<>(v.merges().subList(0, v.merges().size() / 2));
    assertThatThrownBy(() -> Tokenizers.toModel(withMerges(v, fewer)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("merges");
    List<String> backwards = new ArrayList<>(v.merges());
    Collections.reverse(backwards);
    assertThatThrownBy(() -> Tokenizers.toModel(withMerges(v, backwards)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("merges");
  }

  private static Vocabulary withMerges(Vocabulary v, List<String> merges) {
    return new Vocabulary(
        v.kind(),
        v.tokens(),
        merges,
        v.preTokenizer(),
        v.addDummyPrefix(),
        v.removeExtraWhitespaces(),
        v.addBos(),
        v.addEos(),
        v.bos(),
        v.eos(),
        v.unk(),
        v.pad());
  }
}
