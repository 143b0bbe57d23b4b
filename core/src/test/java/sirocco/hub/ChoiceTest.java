package sirocco.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files of a repository are fetched.
final class ChoiceTest {
  private static final String[] HUGGING_FACE = {
    "config.json",
    "generation_config.json",
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
    "model.safetensors.index.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json"
  };

  private static Choice choose(String selector, String... paths) {
    var entries =
        Stream.of(paths)
            .map(p -> {
              String json = "{\"size\": 3, \"blobId\": \"%s\"}".formatted("0123456789".repeat(4));
              return new Listing.Entry(p, HubJson.parse(json.getBytes(UTF_8), p));
            })
            .toList();
    return Choice.of(new Listing(ModelName.parse("a/b" + selector), "c".repeat(40), entries));
  }

  private static List<String> chosen(Choice choice) {
    return choice.files().stream().map(HubFile::path).sorted().toList();
  }

  @Test
  void aFolderIsWhatItsReadersKnow() {
    String[] more = {
      ".gitattributes",
      "README.md",
      "params.json",
      "consolidated.00.safetensors",
      "consolidated.safetensors.index.json",
      "pytorch_model-00001-of-00002.bin",
      "model.fp16.safetensors",
      "onnx/config.json",
      "onnx/model.safetensors",
      "b.Q4_K_M.gguf",
      "run.py"
    };
    String[] all = Stream.of(HUGGING_FACE, more).flatMap(Stream::of).toArray(String[]::new);
    Choice choice = choose("", all);
    assertThat(chosen(choice)).containsExactly(HUGGING_FACE);
    assertThat(choice.label()).isEqualTo("a/b");
    assertThat(choice.entry()).isEmpty();
    // Until the last one is there, nothing can be opened.
    assertThat(choice.files().getLast().path()).isEqualTo("config.json");
  }

  @Test
  void mistralsLayoutIsTakenWhereThereIsNoOther() {
    assertThat(
            chosen(
                choose("", "consolidated.safetensors", "params.json", "tekken.json", "README.md")))
        .containsExactly("consolidated.safetensors", "params.json", "tekken.json");
    Choice choice =
        choose("", "consolidated.safetensors", "params.json", "config.json", "tokenizer.model.v3");
    assertThat(chosen(choice))
        .containsExactly("consolidated.safetensors", "params.json", "tokenizer.model.v3");
    assertThat(choice.files().getLast().path()).isEqualTo("params.json");
  }

  @Test
  void adaptersAreFoldersToo() {
    assertThat(chosen(choose("", "adapter_config.json", "adapter_model.safetensors", "x.bin")))
        .containsExactly("adapter_config.json", "adapter_model.safetensors");
  }

  @Test
  void theOnlyGgufNeedsNoName() {
    Choice choice = choose("", "mixtral.Q4_K_M.gguf", "mmproj-F16.gguf", "config.json");
    assertThat(chosen(choice)).containsExactly("mixtral.Q4_K_M.gguf");
    assertThat(choice.label()).isEqualTo("a/b:Q4_K_M");
    assertThat(choice.entry()).isEqualTo("mixtral.Q4_K_M.gguf");
    assertThat(choose("", "some.gguf").label()).isEqualTo("a/b:some.gguf");
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, mixtral-8x7b.Q4_K_M.gguf",
    "q4_k_m, mixtral-8x7b.Q4_K_M.gguf",
    "Q4_K, mixtral-8x7b-Q4_K.gguf",
    "Q4_0, Mixtral-8x7B-Q4_0.gguf",
    "IQ4_XS, x-IQ4_XS-imat.gguf",
    "f16, f16/x.gguf",
    "BF16, x.bf16.gguf",
    "UD-Q4_K_XL, x-UD-Q4_K_XL.gguf",
    "x-IQ4_XS-imat.gguf, x-IQ4_XS-imat.gguf",
    "X.BF16.GGUF, x.bf16.gguf",
    "special, x-special.gguf"
  })
  void quantisationsAreWords(String selector, String file) {
    assertThat(
            chosen(
                choose(
                    ":" + selector,
                    "mixtral-8x7b.Q4_K_M.gguf",
                    "mixtral-8x7b-Q4_K.gguf",
                    "Mixtral-8x7B-Q4_0.gguf",
                    "x-IQ4_XS-imat.gguf",
                    "f16/x.gguf",
                    "x.bf16.gguf",
                    "x-UD-Q4_K_XL.gguf",
                    "mmproj-BF16.gguf",
                    "x-special.gguf",
                    "model.safetensors",
                    "config.json")))
        .containsExactly(file);
  }

  @Test
  void partsOfOneModelBelongTogether() {
    String[] parts = {
      "Q8_0/x-Q8_0-00001-of-00003.gguf",
      "Q8_0/x-Q8_0-00002-of-00003.gguf",
      "Q8_0/x-Q8_0-00003-of-00003.gguf"
    };
    Choice choice = choose(":Q8_0", parts);
    assertThat(chosen(choice)).containsExactly(parts);
    assertThat(choice.entry()).isEqualTo(parts[0]);
    assertThat(choice.files().getLast().path()).isEqualTo(parts[0]);
    assertThat(chosen(choose(":x-Q8_0-00002-of-00003.gguf", parts))).containsExactly(parts);
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> choose(":Q8_0", parts[0], parts[2]))
        .withMessageContaining("expected 3 parts, found 2");
  }

  @Test
  void whatIsMeantTwiceIsAskedBack() {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> choose(":Q8_0", "a-Q8_0.gguf", "b-Q8_0.gguf"))
        .withMessage(
            "a/b: has several models Q8_0, name one by its file: a-Q8_0.gguf, b-Q8_0.gguf");
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> choose("", "a-Q8_0.gguf", "b-Q8_0.gguf", "c-Q4_0.gguf"))
        .withMessageEndingWith("name one of them: a/b:Q4_0, a/b:a-Q8_0.gguf, a/b:b-Q8_0.gguf");
  }

  @Test
  void whatCannotBeReadIsListed() {
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> choose("", "pytorch_model.bin", "config.json"))
        .withMessage(
            "a/b: expected safetensors with their config.json, or a .gguf file, found"
                + " pytorch_model.bin, config.json");
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> choose(":Q4_0", "model.safetensors", "config.json"))
        .withMessage("a/b: has no GGUF model Q4_0, nor any other");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a/b/c",
        "/b",
        "a/",
        "../b",
        "a/..",
        "a/b:",
        "a/b:../x.gguf",
        "a/b:/x.gguf",
        "a/b:x\\y.gguf",
        "a b/c",
        "a/b--c",
        "a/.b",
        "nul/b",
        "a/com1",
        "https://huggingface.co/a/b",
        "a/b:c\nd"
      })
  void whatIsNoNameIsRefused(String text) {
    assertThat(ModelName.read(text)).isEmpty();
    assertThatExceptionOfType(HubException.class).isThrownBy(() -> ModelName.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "mistralai/Mixtral-8x7B-v0.1", "a/b:Q4_K_M", "a/b:c/d e.gguf"})
  void namesAreWrittenAsTheyAreRead(String text) {
    assertThat(ModelName.parse(text)).hasToString(text);
  }
}
