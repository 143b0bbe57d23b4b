package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.testkit.Shared;

/// The 474 strings of the shared golden files, made with SentencePiece itself.
class SentencePieceGoldenTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "mistral-v1-tokenizer.model, tokenizer-golden.jsonl",
    "mistral-v3-tokenizer.model, tokenizer-golden-v3.jsonl"
  })
  void equalsSentencePieceFromEveryFile(String model, String golden) throws Exception {
    Path folder = Shared.require("data/tokenizers");
    GoldenTexts texts = GoldenTexts.read(folder.resolve(golden));
    assertThat(texts.cases()).hasSize(474);
    Vocabulary original = Tokenizers.read(folder.resolve(model));
    texts.check(Tokenizers.of(original));

    Path asModel = Files.write(temp.resolve("a.model"), Tokenizers.toModel(original));
    assertThat(Tokenizers.read(asModel)).isEqualTo(original);

    Path asJson = Files.write(temp.resolve("tokenizer.json"), Tokenizers.toJson(original));
    Vocabulary fromJson = Tokenizers.read(asJson);
    assertThat(fromJson.bos()).isEqualTo(original.bos());
    assertThat(fromJson.eos()).isEqualTo(original.eos());
    assertThat(fromJson.addBos()).isTrue();
    texts.check(Tokenizers.of(fromJson));

    Path again = Files.write(temp.resolve("b.model"), Tokenizers.toModel(fromJson));
    texts.check(Tokenizers.of(Tokenizers.read(again)));
  }
}
