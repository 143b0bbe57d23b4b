package sirocco.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.text.ChatTemplate;
import sirocco.text.Message;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import tools.jackson.databind.json.JsonMapper;

final class TokenizerFilesTest {
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}{{ '[INST]' + m['content'] + '[/INST]' }}{% endfor %}";

  @TempDir private Path folder = Path.of("");

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path out = folder.resolve("new/tokenizer");
    TokenizerFiles.write(out, vocabulary(270), Optional.empty());
    TokenizerFiles.write(out, vocabulary(272), Optional.of(TEMPLATE));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("tokenizer.model", "tokenizer.json", "tokenizer_config.json");
    }
    assertThat(Tokenizers.read(out)).isEqualTo(vocabulary(272));
    assertThat(Tokenizers.read(out.resolve("tokenizer.json")).tokens())
        .extracting(Vocabulary.Token::text)
        .isEqualTo(vocabulary(272).tokens().stream().map(Vocabulary.Token::text).toList());
    byte[] config = Files.readAllBytes(out.resolve("tokenizer_config.json"));
    assertThat(JsonMapper.shared().readTree(config).path("chat_template").stringValue())
        .isEqualTo(TEMPLATE);
  }

  @Test
  void controlTokensComeFromTheTemplateAlone() {
    Tokenizer tokenizer = Tokenizers.of(vocabulary(272));
    int[] ids =
        ChatTemplate.parse(TEMPLATE)
            .encode(
                tokenizer,
                List.of(new Message.User("ab [INST]")),
                ChatTemplate.Options.of(tokenizer));
    assertThat(ids).startsWith(1, 3).endsWith(4);
    assertThat(ids).containsOnlyOnce(3).containsOnlyOnce(4);
    assertThat(tokenizer.encode("[INST]</s>")).doesNotContain(2, 3);
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatExceptionOfType(TokenizerTrainingException.class)
        .isThrownBy(() -> TokenizerFiles.write(file, vocabulary(270), Optional.empty()))
        .withMessageStartingWith(file + ": the tokenizer cannot be written: ");
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    Path out = folder.resolve("out");
    Files.createDirectories(out.resolve("tokenizer.model/inside"));
    assertThatExceptionOfType(TokenizerTrainingException.class)
        .isThrownBy(() -> TokenizerFiles.write(out, vocabulary(270), Optional.empty()));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString())).noneMatch(n -> n.startsWith("."));
    }
  }

  private static Vocabulary vocabulary(int size) {
    TokenizerSettings settings =
        TokenizerSettings.ofSize(size).withControlTokens(List.of("[INST]", "[/INST]"));
    return BpeTrainer.train(
        List.of("abc abcd abcde ".repeat(9)).iterator(), settings, Progress.NONE);
  }
}
