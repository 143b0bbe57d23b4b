package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.lab.data.DataException;
import sirocco.testkit.Shared;
import sirocco.text.Message;

class FileSourceTest {
  @TempDir private Path folder;

  private Path file(String name, String... lines) {
    return Examples.write(folder.resolve(name), Arrays.asList(lines));
  }

  private List<Item> read(String... lines) {
    return Examples.items(Examples.source(file("a.jsonl", lines), 1));
  }

  private byte[] compressed(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        name.endsWith(".gz")
            ? new GZIPOutputStream(bytes)
            : new ZstdOutputStream(bytes).setLong(27)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst"})
  void everyCompressionHoldsTheSame(String name) throws IOException {
    Path plain = Examples.documents(folder, "plain.jsonl", 2000, 5);
    byte[] content = Files.readAllBytes(plain);
    Path file = folder.resolve(name);
    Files.write(file, name.endsWith("l") ? content : compressed(name, content));
    List<Item> items = Examples.items(Examples.source(file, 1));
    assertThat(items).hasSize(2000).isEqualTo(Examples.items(Examples.source(plain, 1)));
    assertThat(items.getFirst().domain()).isEqualTo("test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst"})
  void whatIsCutOffIsNamedWithItsLine(String name) throws IOException {
    byte[] content = Files.readAllBytes(Examples.documents(folder, "plain.jsonl", 2000, 5));
    byte[] whole = compressed(name, content);
    Path file = Files.write(folder.resolve(name), Arrays.copyOf(whole, whole.length / 2));
    Source source = Examples.source(file, 1);
    assertThatThrownBy(() -> Examples.items(source))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(".*/" + name + ":\\d{3,4}: the file is cut off or damaged here: .+");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.jsonl.gz", "a.jsonl.zst"})
  void damagedFilesAreReadOrRefused(String name) throws IOException {
    byte[] content = Files.readAllBytes(Examples.documents(folder, "plain.jsonl", 50, 5));
    byte[] whole = name.endsWith("l") ? content : compressed(name, content);
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Source source = Examples.source(Files.write(folder.resolve(name), damaged), 4);
      try {
        Examples.items(source);
      } catch (DataException e) {
        assertThat(e).hasMessageContaining(name);
        refused++;
      }
    }
    assertThat(refused).isBetween(10, 300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl.gz", "a.jsonl.zst"})
  void whatIsNotCompressedIsRefused(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "{\"text\": \"plain after all\"}\n");
    assertThatThrownBy(() -> Examples.items(Examples.source(file, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(name);
  }

  @Test
  void textFilesHaveADocumentALine() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "one\r\n\n  \ntwo {\"\nlast");
    assertThat(Examples.items(Examples.source(file, 1)))
        .containsExactly(
            new Document("one", "test"),
            new Document("two {\"", "test"),
            new Document("last", "test"));
    Path latin = Files.write(folder.resolve("b.txt"), "a\né".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Examples.items(Examples.source(latin, 1)))
        .hasMessageEndingWith("b.txt:2: not valid UTF-8");
  }

  @Test
  void conversationsInTheUsualLayouts() {
    List<Message> turns = List.of(new Message.User("hi"), new Message.Assistant("ho"));
    assertThat(
            read(
                """
                {"messages": [{"role": "user", "content": "hi"}, \
                {"role": "assistant", "content": "ho"}]}\
                """,
                "{\"prompt\": \"hi\", \"response\": \"ho\", \"id\": 3}",
                "{\"instruction\": \"hi\", \"input\": \"\", \"output\": \"ho\", \"text\": \"all\"}",
                "{\"instruction\": \"hi\", \"input\": \"you\", \"output\": \"ho\"}"))
        .containsExactly(
            new Dialogue(turns, "test"),
            new Dialogue(turns, "test"),
            new Dialogue(turns, "test"),
            new Dialogue(
                List.of(new Message.User("hi\n\nyou"), new Message.Assistant("ho")), "test"));
  }

  @Test
  void preferencesInTheUsualLayouts() {
    Preference expected =
        new Preference(List.of(new Message.User("hi")), "hello you", "no", "test");
    assertThat(
            read(
                "{\"prompt\": \"hi\", \"chosen\": \"hello you\", \"rejected\": \"no\"}",
                """
                {"prompt": [{"role": "user", "content": "hi"}], \
                "chosen": "hello you", "rejected": "no"}\
                """,
                """
                {"prompt": [{"role": "user", "content": "hi"}], \
                "chosen": [{"role": "assistant", "content": "hello you"}], \
                "rejected": [{"role": "assistant", "content": "no"}]}\
                """,
                """
                {"chosen": [{"role": "user", "content": "hi"}, \
                {"role": "assistant", "content": "hello you"}], \
                "rejected": [{"role": "user", "content": "hi"}, \
                {"role": "assistant", "content": "no"}]}\
                """,
                """
                {"chosen": "\\n\\nHuman: hi\\n\\nAssistant: hello you", \
                "rejected": "\\n\\nHuman: hi\\n\\nAssistant: no"}\
                """))
        .hasSize(5)
        .containsOnly(expected);
  }

  @Test
  void fieldsMayHaveOtherNames() {
    FieldNames names = new FieldNames("body", "turns", "question", "answer", "good", "bad");
    Path file = file("a.jsonl", "{\"question\": \"1+1\", \"answer\": \"2\"}", "{\"body\": \"b\"}");
    assertThat(Examples.items(new FileSource("named", file, names, 1, 0)))
        .containsExactly(
            new Dialogue(List.of(new Message.User("1+1"), new Message.Assistant("2")), "named"),
            new Document("b", "named"));
  }

  @Test
  void sharedInstructionDataIsReadWhole() {
    Path instruct = Shared.require("data/instruct");
    Path preferences = instruct.resolve("hh-rlhf/harmless-base-test-1000.jsonl.gz");
    assertThat(Examples.items(Examples.source(preferences, 1)))
        .hasSize(1000)
        .allMatch(
            item -> item instanceof Preference p && p.prompt().getLast().role().equals("user"));
    Path answers = instruct.resolve("dolly-hhrlhf/dolly_hhrlhf_train_small.jsonl.gz");
    assertThat(Examples.items(Examples.source(answers, 1)))
        .hasSizeBetween(990, 1000)
        .allMatch(Dialogue.class::isInstance);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": 3}|text: expected a string, found 3",
        "{\"body\": \"a\"}|text: expected a string, found nothing",
        "[1]|expected an object, found [1]",
        "{\"text\": \"a\"|not valid JSON",
        "{\"text\": \"a\"} x|not valid JSON",
        "{\"messages\": \"a\"}|messages: expected a list, found \"a\"",
        "{\"messages\": [{\"role\": \"poet\"}]}|messages[0].role: expected system, user",
        "{\"prompt\": \"a\", \"chosen\": \"b\"}|rejected: expected a string, found nothing",
        "{\"response\": \"b\"}|prompt: expected a string, found nothing",
        "{\"chosen\": \"a\", \"rejected\": \"b\"}|chosen: expected a conversation that ends with",
      })
  void whatIsWrongIsNamedWithLineAndField(String line, String message) {
    assertThatThrownBy(() -> read("{\"text\": \"fine\"}", "", line))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.jsonl:3: " + message);
  }

  @Test
  void filesOfOtherKindsAreRefused() throws IOException {
    Path json = Files.writeString(folder.resolve("a.json"), "[]");
    assertThatThrownBy(() -> Examples.source(json, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a name that ends in .jsonl");
    assertThatThrownBy(() -> Examples.source(folder.resolve("none.jsonl"), 1))
        .hasMessageEndingWith("none.jsonl: no such file");
    Path sub = Files.createDirectory(folder.resolve("sub.jsonl"));
    assertThatThrownBy(() -> Examples.source(sub, 1))
        .hasMessageEndingWith("sub.jsonl: expected a regular file");
  }

  @Test
  void theShuffleLosesNothingAndDiffersByEpoch() {
    Path file = Examples.documents(folder, "a.jsonl", 500, 1);
    List<Item> inOrder = Examples.items(Examples.source(file, 1));
    Source shuffled = Examples.source(file, 64);
    List<Item> first = Examples.items(shuffled, 0);
    assertThat(first).containsExactlyInAnyOrderElementsOf(inOrder).isNotEqualTo(inOrder);
    assertThat(Examples.items(shuffled, 0)).isEqualTo(first);
    assertThat(Examples.items(shuffled, 1))
        .containsExactlyInAnyOrderElementsOf(inOrder)
        .isNotEqualTo(first);
  }

  @Test
  void skippingIsAdvancing() {
    Source source = Examples.source(Examples.documents(folder, "a.jsonl", 100, 1), 16);
    List<Item> all = Examples.items(source);
    try (Pass pass = source.open(0)) {
      assertThat(pass.skip(60)).isTrue();
      assertThat(pass.item()).contains(all.get(59));
      assertThat(pass.skip(41)).isFalse();
    }
  }

  @Test
  void parquetRowsAreRecords() throws SQLException {
    Path file = folder.resolve("it's.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT 'text ' || i AS text, i AS id FROM range(5000) t(i)) TO '"
              + file.toString().replace("'", "''")
              + "' (FORMAT parquet)");
    }
    List<Item> items = Examples.items(Examples.source(file, 1));
    assertThat(items).hasSize(5000);
    assertThat(items.getFirst()).isEqualTo(new Document("text 0", "test"));
    assertThat(items.getLast()).isEqualTo(new Document("text 4999", "test"));
  }

  @Test
  void damagedParquetIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.parquet"), "PAR1 no");
    assertThatThrownBy(() -> Examples.items(Examples.source(file, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet");
  }
}
