package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.text.Charsmap;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// Vocabularies to metadata and back.
final class GgufVocabularyTest {
  private static final Vocabulary BYTES =
      new Vocabulary(
          Vocabulary.Kind.BYTE_BPE,
          Stream.of("<s>", "</s>", "a", "b", "c", "ab", "abc", "Ġ")
              .map(t ->
                  new Token(
                      t, 0, t.startsWith("<") ? Vocabulary.Type.CONTROL : Vocabulary.Type.NORMAL))
              .toList(),
          List.of("a b", "ab c"),
          Optional.of(Vocabulary.PreTokenizer.named("gpt-2")),
          false,
          false,
          true,
          false,
          OptionalInt.of(0),
          OptionalInt.of(1),
          OptionalInt.empty(),
          OptionalInt.empty());

  private static GgufMetadata metadata(SequencedMap<String, GgufValue> values) {
    return new GgufMetadata(Path.of("model.gguf"), values);
  }

  private static SequencedMap<String, GgufValue> written(Vocabulary vocabulary) {
    return new LinkedHashMap<>(GgufVocabulary.write(vocabulary, Optional.empty(), Set.of(1)));
  }

  @Test
  void byteLevelVocabulariesSurvive() {
    Vocabulary read = GgufVocabulary.read(metadata(written(BYTES))).orElseThrow();
    assertThat(read).isEqualTo(BYTES);
    assertThat(written(BYTES)).noneSatisfy((key, _) -> assertThat(key).startsWith("sirocco."));
  }

  /// What GGUF has no words for is kept under keys of our own.
  @Test
  void patternsAndFlagsWithoutANameSurvive() {
    for (var pre :
        List.of(
            new Vocabulary.PreTokenizer("custom", List.of("\\p{N}{1,2}", "\\p{L}+")),
            Vocabulary.PreTokenizer.named("llama-bpe"))) {
      var vocabulary =
          new Vocabulary(
              BYTES.kind(),
              BYTES.tokens(),
              BYTES.merges(),
              Optional.of(pre),
              true,
              false,
              true,
              false,
              BYTES.bos(),
              BYTES.eos(),
              BYTES.unk(),
              BYTES.pad(),
              true,
              pre.name().equals("custom"),
              Optional.empty());
      assertThat(GgufVocabulary.read(metadata(written(vocabulary)))).contains(vocabulary);
    }
  }

  @Test
  void rulesAndThePlaceOfThePrefixSurvive() {
    var vocabulary =
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            List.of(new Token("<unk>", 0, Vocabulary.Type.UNKNOWN)),
            List.of(),
            Optional.empty(),
            true,
            false,
            false,
            false,
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalInt.of(0),
            OptionalInt.empty(),
            false,
            false,
            Optional.of(new Charsmap(new byte[] {4, 0, 0, 0, 0, 0, 0, 0, 65, 0})));
    var values = written(vocabulary);
    values.put("tokenizer.ggml.bos_token_id", GgufValue.uint32(0xFFFFFFFFL));
    assertThat(GgufVocabulary.read(metadata(values))).contains(vocabulary);
    values.put("tokenizer.ggml.precompiled_charsmap", GgufValue.bytes(new byte[] {9, 9, 9, 9, 9}));
    assertThatThrownBy(() -> GgufVocabulary.read(metadata(values)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer.ggml.precompiled_charsmap: ");
  }

  @Test
  void withoutAPreTokenizerLlamaCppsDefaultIsTaken() {
    var values = written(BYTES);
    values.remove("tokenizer.ggml.pre");
    assertThat(GgufVocabulary.read(metadata(values)).orElseThrow().preTokenizer())
        .contains(Vocabulary.PreTokenizer.named("default"));
  }

  /// llama.cpp refuses a file that does not say that it has no tokenizer.
  @Test
  void aModelWithoutTokenizerSaysSoAndKeepsItsEnds() {
    var values = GgufVocabulary.writeNone(OptionalInt.of(7), Set.of(8, 9));
    values.put("llama.vocab_size", GgufValue.uint32(10));
    assertThat(values).containsEntry("tokenizer.ggml.model", GgufValue.text("no_vocab"));
    assertThat(GgufVocabulary.read(metadata(values))).isEmpty();
    assertThat(GgufVocabulary.bos(metadata(values))).hasValue(7);
    assertThat(GgufVocabulary.ends(metadata(values))).containsExactly(8, 9);
    values.put("llama.vocab_size", GgufValue.uint32(9));
    assertThatThrownBy(() -> GgufVocabulary.ends(metadata(values)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("expected an id below 9, the number of tokens, found 9");
  }

  @Test
  void sentencePieceVocabulariesSurvive() {
    var vocabulary =
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            List.of(
                new Token("<unk>", 0, Vocabulary.Type.UNKNOWN),
                new Token("<s>", 0, Vocabulary.Type.CONTROL),
                new Token("</s>", 0, Vocabulary.Type.CONTROL),
                new Token("<0x0A>", 0, Vocabulary.Type.BYTE),
                new Token("▁é", -3.5f, Vocabulary.Type.NORMAL),
                new Token("[X]", 0, Vocabulary.Type.USER_DEFINED),
                new Token("", -1e9f, Vocabulary.Type.UNUSED)),
            List.of(),
            Optional.empty(),
            false,
            true,
            false,
            true,
            OptionalInt.of(1),
            OptionalInt.of(2),
            OptionalInt.of(0),
            OptionalInt.of(5));
    var values =
        new LinkedHashMap<>(
            GgufVocabulary.write(vocabulary, Optional.of("{{ x }}"), Set.of(2, 4, 5)));
    assertThat(GgufVocabulary.read(metadata(values))).contains(vocabulary);
    assertThat(GgufVocabulary.ends(metadata(values))).containsExactly(2, 4, 5);
    assertThat(GgufVocabulary.chatTemplate(metadata(values))).contains("{{ x }}");
  }

  @Test
  void mergesAreMadeWhereRanksFollowFromIds() {
    var tekken =
        new Vocabulary(
            BYTES.kind(),
            BYTES.tokens(),
            List.of(),
            BYTES.preTokenizer(),
            false,
            false,
            true,
            false,
            BYTES.bos(),
            BYTES.eos(),
            BYTES.unk(),
            BYTES.pad());
    assertThat(GgufVocabulary.read(metadata(written(tekken))).orElseThrow().merges())
        .containsExactly("a b", "ab c");
  }

  @Test
  void endsAreTheUnionOfAllThatEndSomething() {
    var values = written(BYTES);
    values.put("tokenizer.ggml.eot_token_id", GgufValue.uint32(3));
    values.put("tokenizer.ggml.eom_token_id", GgufValue.uint32(4));
    values.put("tokenizer.ggml.eos_token_ids", GgufValue.ints(List.of(1, 5)));
    assertThat(GgufVocabulary.ends(metadata(values))).containsExactly(1, 3, 4, 5);
  }

  @Test
  void allBitsSetMeansNoSuchToken() {
    var values = written(BYTES);
    values.put("tokenizer.ggml.padding_token_id", GgufValue.uint32(0xFFFFFFFFL));
    values.put("tokenizer.ggml.bos_token_id", new GgufValue.Whole(GgufType.INT32, -1));
    Vocabulary read = GgufVocabulary.read(metadata(values)).orElseThrow();
    assertThat(read.pad()).isEmpty();
    assertThat(read.bos()).isEmpty();
  }

  @Test
  void whatLlamaCppTakesForMissingKeys() {
    var values = new LinkedHashMap<String, GgufValue>();
    values.put("tokenizer.ggml.model", GgufValue.text("llama"));
    values.put("tokenizer.ggml.tokens", GgufValue.texts(List.of("<unk>", "<s>", "</s>", "a")));
    Vocabulary read = GgufVocabulary.read(metadata(values)).orElseThrow();
    assertThat(read.addBos()).isTrue();
    assertThat(read.addEos()).isFalse();
    assertThat(read.addDummyPrefix()).isTrue();
    assertThat(read.bos()).hasValue(1);
    assertThat(read.eos()).hasValue(2);
    assertThat(read.unk()).hasValue(0);
    assertThat(GgufVocabulary.bos(metadata(values))).hasValue(1);
    assertThat(GgufVocabulary.ends(metadata(values))).containsExactly(2);
    values.put("tokenizer.ggml.eos_token_id", GgufValue.uint32(0xFFFFFFFFL));
    assertThat(GgufVocabulary.ends(metadata(values))).isEmpty();
  }

  @Test
  void aFileMayHaveNoTokenizer() {
    assertThat(GgufVocabulary.read(metadata(new LinkedHashMap<>()))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"gpt-2", "llama-bpe", "tekken", "qwen2"})
  void preTokenizersAreKnownByName(String name) {
    var values = written(BYTES);
    values.put("tokenizer.ggml.pre", GgufValue.text(name));
    assertThat(GgufVocabulary.read(metadata(values)).orElseThrow().preTokenizer())
        .hasValueSatisfying(pre ->
            assertThat(Pattern.compile(pre.patterns().getFirst()).matcher("ab cd").results())
                .hasSize(2));
  }

  @Test
  void preTokenizersThatAreNotKnown() {
    var values = written(BYTES);
    values.put("tokenizer.ggml.pre", GgufValue.text("chameleon"));
    assertThatThrownBy(() -> GgufVocabulary.read(metadata(values)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("model.gguf: metadata key tokenizer.ggml.pre: ")
        .hasMessageContainingAll("chameleon", "known are gpt-2");
  }

  @ParameterizedTest
  @CsvSource({"ab", "' a'", "'a '", "' '"})
  void mergesThatAreNoPairs(String merge) {
    var values = written(BYTES);
    values.put("tokenizer.ggml.merges", GgufValue.texts(List.of("a b", merge)));
    assertThatThrownBy(() -> GgufVocabulary.read(metadata(values)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokenizer.ggml.merges: element 1: expected two pieces");
  }
}
