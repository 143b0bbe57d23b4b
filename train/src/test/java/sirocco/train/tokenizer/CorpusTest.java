package sirocco.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;
import sirocco.train.data.FieldNames;
import sirocco.train.data.FileSource;

final class CorpusTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void sourcesFollowOneAnother() throws IOException {
    Path plain = Files.writeString(folder.resolve("a.txt"), "one\n\ntwo\n");
    Path json =
        Files.writeString(
            folder.resolve("b.jsonl"),
            """
            {"text": "three\\nlines"}
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}
            {"prompt": "p", "chosen": "good", "rejected": "bad"}
            """);
    assertThat(read(Long.MAX_VALUE, plain, json))
        .containsExactly("one", "two", "three\nlines", "q", "a", "p", "good", "bad");
  }

  @Test
  void ofEachSourceSoManyBytesAreTaken() throws IOException {
    Path a = Files.writeString(folder.resolve("a.txt"), "éé\nbb\ncc\n");
    Path b = Files.writeString(folder.resolve("b.txt"), "\uD83D\uDE42\ndd\n");
    assertThat(read(4, a, b)).containsExactly("éé", "\uD83D\uDE42");
    assertThat(read(5, a, b)).containsExactly("éé", "bb", "\uD83D\uDE42", "dd");
    assertThatExceptionOfType(TokenizerTrainingException.class)
        .isThrownBy(() -> read(0, a))
        .withMessage("bytes of each source: expected at least 1, found 0");
  }

  @Test
  void whatIsDamagedIsNamed() throws IOException {
    Path bad = Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"x\"}\n{\"text\": 1}\n");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> read(100, bad))
        .withMessageContaining("b.jsonl:2");
  }

  private static List<String> read(long mostBytes, Path... files) {
    List<FileSource> sources =
        Stream.of(files).map(f -> new FileSource("test", f, FieldNames.USUAL, 1, 0)).toList();
    List<String> texts = new ArrayList<>();
    try (Corpus corpus = new Corpus(sources, mostBytes)) {
      corpus.forEachRemaining(texts::add);
    }
    return texts;
  }
}
