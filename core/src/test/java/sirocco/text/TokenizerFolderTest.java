package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.text.Vocabulary.Kind;

class TokenizerFolderTest {
  @TempDir Path folder;

  private void put(String resource, String name) throws Exception {
    Files.copy(SmallGoldenTest.resource(resource), folder.resolve(name));
  }

  @Test
  void theFileClosestToTrainingCounts() throws Exception {
    put("llama3-small.json", "tokenizer.json");
    assertThat(Tokenizers.read(folder).preTokenizer().orElseThrow().name()).isEqualTo("llama-bpe");
    put("tekken-small.json", "tekken.json");
    assertThat(Tokenizers.read(folder).preTokenizer().orElseThrow().name()).isEqualTo("tekken");
    put("sp-rules.model", "tokenizer.model.v1");
    assertThat(Tokenizers.read(folder).removeExtraWhitespaces()).isTrue();
    put("sp-bytes.model", "mistral_instruct_tokenizer_240323.model.v3");
    assertThat(Tokenizers.read(folder).removeExtraWhitespaces()).isFalse();
    put("sp-rules.model", "tokenizer.model");
    assertThat(Tokenizers.read(folder).removeExtraWhitespaces()).isTrue();
  }

  /// Mistral 7B v0.3 has both names; the copy must read as its source does.
  @Test
  void aCopyTakesTheMainFileAndWhatLiesBeside(@TempDir Path target) throws Exception {
    put("sp-bytes.model", "mistral_instruct_tokenizer_240323.model.v3m1");
    TokenizerFolder.copy(folder, Files.createDirectory(target.resolve("one")));
    assertThat(Tokenizers.read(target.resolve("one"))).isEqualTo(Tokenizers.read(folder));
    put("sp-rules.model", "tokenizer.model");
    put("sp-bytes.model", "tokenizer.model.v3");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"legacy\": false}");
    TokenizerFolder.copy(folder, Files.createDirectory(target.resolve("two")));
    assertThat(Tokenizers.read(target.resolve("two"))).isEqualTo(Tokenizers.read(folder));
    assertThat(target.resolve("two")).isDirectoryContaining("glob:**/tokenizer_config.json");
    assertThatThrownBy(() -> TokenizerFolder.copy(folder, target.resolve("two")))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("cannot be copied");
  }

  @Test
  void severalThatClaimToBeTheOne() throws Exception {
    put("sp-rules.model", "small-tokenizer.model");
    assertThat(Tokenizers.read(folder).removeExtraWhitespaces()).isTrue();
    put("sp-bytes.model", "other-tokenizer.model");
    assertThatThrownBy(() -> Tokenizers.read(folder))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(
            "expected one tokenizer, found other-tokenizer.model and small-tokenizer.model");
  }

  @Test
  void anEmptyFolder() {
    assertThat(TokenizerFolder.isIn(folder)).isFalse();
    assertThatThrownBy(() -> Tokenizers.read(folder))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("expected tokenizer.model, tekken.json or tokenizer.json");
    assertThatThrownBy(() -> Tokenizers.read(folder.resolve("absent.model")))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("absent.model");
  }

  @Test
  void aFineTuneAddsTokensBehindTheModel() throws Exception {
    put("sp-bytes.model", "tokenizer.model");
    int size = Tokenizers.read(folder).tokens().size();
    Files.writeString(
        folder.resolve("added_tokens.json"),
        "{\"<|im_end|>\":" + size + ",\"<|im_start|>\":" + (size + 1) + "}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"add_bos_token": false, "add_eos_token": true, "bos_token": {"content": "<s>"},
         "eos_token": "<|im_end|>", "legacy": false, "added_tokens_decoder": {
         "1": {"content": "<s>", "special": true}, "%d": {"content": "<|im_end|>", "special": true}}}
        """
            .formatted(size));
    Vocabulary read = Tokenizers.read(folder);
    assertThat(read.tokens()).hasSize(size + 2);
    assertThat(read.tokens().get(size).type()).isEqualTo(Vocabulary.Type.CONTROL);
    assertThat(read.tokens().get(size + 1).type()).isEqualTo(Vocabulary.Type.USER_DEFINED);
    assertThat(read.eos()).hasValue(size);
    assertThat(read.bos()).hasValue(1);
    assertThat(read.addBos()).isFalse();
    assertThat(read.addEos()).isTrue();
    assertThat(read.prefixAfterControl()).isFalse();
    assertThat(Tokenizers.of(read).encodePrompt("<|im_end|>")).containsExactly(size);
  }

  @Test
  void addedTokensMustFollowTheModel() throws Exception {
    put("sp-bytes.model", "tokenizer.model");
    for (String id : new String[] {"5", "100000", "-1", "2147483647"}) {
      Files.writeString(folder.resolve("added_tokens.json"), "{\"<x>\":" + id + "}");
      assertThatThrownBy(() -> Tokenizers.read(folder))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("'<x>'")
          .hasMessageContaining(id);
    }
  }

  @Test
  void theTokenizerJsonBesideSaysWhereThePrefixGoes() throws Exception {
    put("sp-bytes.model", "tokenizer.model");
    Vocabulary model = Tokenizers.read(folder);
    assertThat(model.prefixAfterControl()).isTrue();
    Vocabulary first = model.withEnds(true, false, model.bos(), model.eos(), model.pad(), false);
    Files.write(folder.resolve("tokenizer.json"), Tokenizers.toJson(first));
    Files.write(
        folder.resolve("tokenizer_config.json"), Tokenizers.toConfig(model, Optional.empty()));
    Vocabulary read = Tokenizers.read(folder);
    assertThat(read.prefixAfterControl()).isFalse();
    assertThat(read.merges()).isEmpty();
    assertThat(read.kind()).isEqualTo(Kind.SENTENCEPIECE_BPE);
  }

  @Test
  void aWrittenFolderReadsBack() throws Exception {
    Vocabulary original = Tokenizers.read(SmallGoldenTest.resource("llama3-small.json"));
    Files.write(folder.resolve("tokenizer.json"), Tokenizers.toJson(original));
    Files.write(
        folder.resolve("tokenizer_config.json"),
        Tokenizers.toConfig(original, Optional.of("{{ x }}")));
    assertThat(Tokenizers.read(folder)).isEqualTo(original);
  }

  /// `tokenizer.json` has no words for spaces that shrink; `tokenizer.model` has.
  @Test
  void whatOneFormCannotSayTheOtherDoes() throws Exception {
    Vocabulary original = Tokenizers.read(SmallGoldenTest.resource("sp-rules.model"));
    assertThat(original.removeExtraWhitespaces()).isTrue();
    TokenizerFolder.write(folder, original, Optional.empty());
    assertThat(folder.resolve("tokenizer.json")).doesNotExist();
    assertThat(folder.resolve("tokenizer_config.json")).content().contains("LlamaTokenizer");
    assertThat(Tokenizers.read(folder).tokens()).isEqualTo(original.tokens());
    assertThat(Tokenizers.read(folder).removeExtraWhitespaces()).isTrue();
  }
}
