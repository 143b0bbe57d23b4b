package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The ways in which one tokenizer.json can say the same or nearly so.
class TokenizerJsonTest {
  private static final String STEPS =
      "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\",\"prepend\":\"▁\"},"
          + "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"▁\"}]},"
          + "\"pre_tokenizer\":null";

  @TempDir Path temp;

  private static String small() throws Exception {
    String json = Files.readString(SmallGoldenTest.resource("sp-bytes.json"));
    assertThat(json).contains(STEPS);
    return json;
  }

  private Vocabulary read(String json) throws Exception {
    return Tokenizers.read(Files.writeString(temp.resolve("tokenizer.json"), json));
  }

  @Test
  void mergesMayBeStrings() throws Exception {
    String json = small();
    int at = json.indexOf("\"merges\"");
    String strings =
        json.substring(0, at)
            + json.substring(at).replaceAll("\\[\"([^\"]+)\",\"([^\"]+)\"]", "\"$1 $2\"");
    assertThat(strings).isNotEqualTo(json);
    assertThat(read(strings)).isEqualTo(read(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prepend_scheme\":\"first\" | true | false",
        "\"prepend_scheme\":\"always\" | true | true",
        "\"prepend_scheme\":\"never\" | false | false",
        "\"add_prefix_space\":true | true | true",
      })
  void spacesMayBeWrittenByThePreTokenizer(String scheme, boolean prefix, boolean afterControl)
      throws Exception {
    String metaspace =
        "\"normalizer\":null,\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"▁\","
            + scheme
            + ",\"split\":false}";
    Vocabulary read = read(small().replace(STEPS, metaspace));
    assertThat(read.addDummyPrefix()).isEqualTo(prefix);
    assertThat(read.prefixAfterControl()).isEqualTo(afterControl);
    assertThat(read(new String(Tokenizers.toJson(read), StandardCharsets.UTF_8))).isEqualTo(read);
  }

  @Test
  void whatOpensAndClosesAText() throws Exception {
    Vocabulary read = read(small());
    assertThat(read.addBos()).isTrue();
    assertThat(read.addEos()).isFalse();
    assertThat(read.bos()).hasValue(1);
    assertThat(read.eos()).hasValue(2);
    assertThat(read.unk()).hasValue(0);
    Vocabulary bare = read(small().replace("\"post_processor\":{", "\"unread\":{"));
    assertThat(bare.addBos()).isFalse();
    assertThat(bare.bos()).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Prepend\" | \"Lowercase\" | Lowercase",
        "\"TemplateProcessing\" | \"RobertaProcessing\" | RobertaProcessing",
        "\"end_of_word_suffix\":null | \"end_of_word_suffix\":\"</w>\" | end_of_word_suffix",
        "\"ignore_merges\":false | \"ignore_merges\":true | ignore_merges",
        "\"prepend\":\"▁\" | \"prepend\":\"_\" | Prepend",
      })
  void whatIsNotSupportedIsNamed(String before, String after, String name) throws Exception {
    String json = small();
    assertThat(json).contains(before);
    assertThatThrownBy(() -> read(json.replace(before, after)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining(name);
  }

  @Test
  void mergesIntoControlTokensAreLeftOut() throws Exception {
    int size = read(small()).tokens().size();
    String json =
        small()
            .replace("\"merges\":[", "\"merges\":[[\"s\",\">\"],[\"<\",\"s>\"],")
            .replace("\"vocab\":{", "\"vocab\":{\"s>\":" + size + ",");
    assertThat(Tokenizers.of(read(json)).encode("<s>")).doesNotContain(1).contains(size);
  }
}
