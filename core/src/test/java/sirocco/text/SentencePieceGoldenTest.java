package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /// The ids are SentencePiece 0.2.2's.
  @ParameterizedTest
  @CsvSource({
    "stories260K-hf, 403 407 261 378 432 383 286 261 376 298 315 421 395 317 426,"
        + " 410 198 191 416 198 178 410 243 162 155 131",
    "mixtral-12m-hf, 1245 323 1361 262 773 4004 581 375 262 1165 2561 3217 342 949 4005,"
        + " 3985 198 191 3991 198 178 3985 243 162 155 131"
  })
  void theTinyModelsHaveTheirOwn(String name, String story, String bytes) throws Exception {
    Path folder = Shared.require("data/tiny-weights/" + name);
    Tokenizer tokenizer = Tokenizers.of(Tokenizers.read(folder));
    String text = "Once upon a time, there was a little girl named Lily.";
    assertThat(tokenizer.encode(text)).isEqualTo(ids(story));
    assertThat(tokenizer.decode(ids(story))).isEqualTo(text);
    assertThat(tokenizer.encode("ünï 😀")).isEqualTo(ids(bytes));
    assertThat(tokenizer.decode(ids(bytes))).isEqualTo("ünï 😀");
  }

  private static int[] ids(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}
