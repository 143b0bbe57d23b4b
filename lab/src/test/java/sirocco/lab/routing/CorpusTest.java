package sirocco.lab.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;

/// Texts of several domains.
final class CorpusTest {
  @TempDir private Path folder = Path.of("");

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static int[] encode(String text) {
    return text.codePoints().toArray();
  }

  @Test
  void everyFileIsADomain() throws IOException {
    write("b.jsonl", "{\"text\": \"one\", \"id\": 1}\n\n{\"text\": \"\"}\n{\"text\": \"three\"}\n");
    write("a.x.txt", "{ plain\ntext");
    write("c.jsonl", "");
    write("README.md", "no text of the corpus");
    Corpus corpus = Corpus.of(List.of(folder));
    assertThat(corpus.domains()).containsExactly("a", "b", "c");
    List<Document> documents = corpus.documents(CorpusTest::encode, 100);
    assertThat(documents.stream().map(d -> d.domain() + d.ids().length))
        .containsExactly("a12", "b3", "b0", "b5");
    assertThat(corpus.documents(CorpusTest::encode, 4).stream().map(d -> d.ids().length))
        .containsExactly(4, 3, 0, 1);
    assertThat(corpus.only(List.of("b")).domains()).containsExactly("b");
    assertThatThrownBy(() -> corpus.only(List.of("d")))
        .isInstanceOf(DataException.class)
        .hasMessage("there is no domain d in the corpus, only [a, b, c]");
  }

  @Test
  void damagedDataIsNamed() throws IOException {
    Path bad = write("bad.jsonl", "{\"text\": \"fine\"}\n{\"text\": 3}\n");
    Path broken = write("broken.jsonl", "{\"text\": \n");
    Path bytes = folder.resolve("bytes.txt");
    Files.write(bytes, new byte[] {(byte) 0xC3, 0x28});
    refused(bad, "bad.jsonl:2: expected an object with a text");
    refused(broken, "broken.jsonl:1: not JSON");
    refused(bytes, "bytes.txt: expected UTF-8 text");
    refused(folder.resolve("none.jsonl"), "none.jsonl: cannot be read");
    refused(folder.resolve("none.txt"), "none.txt: cannot be read");
    refused(folder.resolve("text.doc"), "expected a name that ends in one of");
    assertThatThrownBy(() -> Corpus.of(List.of(bad, write("bad.txt", ""))))
        .hasMessageContaining("found another of the same name");
    assertThatThrownBy(() -> Corpus.of(List.of()))
        .hasMessageContaining("expected files that end in one of");
  }

  private static void refused(Path file, String message) {
    assertThatThrownBy(() -> Corpus.of(List.of(file)).documents(CorpusTest::encode, 9))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }
}
