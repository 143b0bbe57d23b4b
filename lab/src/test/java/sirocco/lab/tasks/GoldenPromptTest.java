package sirocco.lab.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Task;

/// The first question of each task, letter by letter, as it was read beside its published protocol.
///
/// What is asked has the words of data sets that are no part of this repository, so `prompts.tsv`
/// has digests: name, SHA-256 and bytes. A text that differs is shown; `-Dsirocco.prompts=FOLDER`
/// writes all of them, to be read. Of continuations each is shown between bars, behind the context
/// they share, or with its own.
class GoldenPromptTest {
  @ParameterizedTest
  @MethodSource("sirocco.lab.tasks.PublishedTasks#names")
  void asksAsPublished(String name) throws IOException, NoSuchAlgorithmException {
    Task task = PublishedTasks.all().named(name);
    String asked = shown(PublishedTasks.items(task).getFirst());
    String folder = System.getProperty("sirocco.prompts");
    if (folder != null) {
      Files.writeString(Path.of(folder, name + ".txt"), asked);
    }
    byte[] bytes = asked.getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    assertThat(name + "\t" + digest + "\t" + bytes.length).as(asked).isEqualTo(golden(name));
  }

  private static String golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GoldenPromptTest.class.getResourceAsStream("prompts.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + "\t"))
          .findFirst()
          .orElse("no golden prompt of " + name);
    }
  }

  private static String shown(Item item) {
    String head = "item " + item.id() + (item.group().isEmpty() ? "" : " of " + item.group());
    return head
        + "\n"
        + switch (item.question()) {
          case Question.Likelihood asked -> continuations(asked.continuations());
          case Question.Completion asked -> asked.sampling() + "\n|" + asked.prompt() + "|\n";
          case Question.Chat asked -> asked.sampling() + "\n|" + asked.messages() + "|\n";
        };
  }

  private static String continuations(List<Question.Continuation> all) {
    boolean shared = all.stream().map(Question.Continuation::context).distinct().count() == 1;
    String first = shared ? "|" + all.getFirst().context() + "|\n" : "";
    return first
        + all.stream()
            .map(c -> (shared ? "|" : "|" + c.context() + "|") + c.text() + "|\n")
            .collect(Collectors.joining());
  }
}
