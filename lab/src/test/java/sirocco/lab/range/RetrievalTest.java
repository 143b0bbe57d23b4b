package sirocco.lab.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Evaluation;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Completion;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Subject;
import sirocco.lab.eval.Task;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RetrievalTest {
  private static final Settings SETTINGS = new Settings(0, OptionalInt.empty(), 1, 4, 50);

  @TempDir private Path folder;

  /// Reads a prompt and answers.
  private record Reader(String name, Function<String, String> read) implements Subject {
    @Override
    public String fingerprint() {
      return name;
    }

    @Override
    public CompletableFuture<Reply> ask(Question question, long seed) {
      String prompt = ((Completion) question).prompt();
      return CompletableFuture.completedFuture(new Reply.Texts(List.of(read.apply(prompt))));
    }

    @Override
    public void close() {}
  }

  private Result run(Task task, Subject subject) throws InterruptedException {
    return new Evaluation(task, subject, new DataFolder(folder, false), SETTINGS)
        .run(folder.resolve(subject.name() + ".jsonl"), Progress.none());
  }

  private List<Item> items(Task task) {
    return task.items(new DataFolder(folder, false), 0);
  }

  /// Rows of the data set passkey.jsonl: length, depth, answer, and the digest of its prompt.
  @ParameterizedTest
  @CsvSource({
    "512, 0.0, 30808, 13b258de9e544b07",
    "512, 0.143, 11909, 3895bcb2fbaaf6a1",
    "512, 0.857, 47417, f4b308b55c889546",
    "512, 1.0, 26876, 569f93e878a0457a",
    "1024, 0.571, 34943, bf384fab5b23d38f",
    "2048, 0.429, 34560, 2dae2f3f26620d15",
    "4096, 0.571, 4894, 559e1f9837666bd2",
    "8192, 0.714, 9724, 43d99ae2145c0ba8",
    "16384, 0.857, 8139, f811e9730b3792cf",
    "16384, 1.0, 47535, 70b699f6ace61a99",
  })
  void passkeyPromptsAreThoseOfTheDataSet(int length, double depth, int key, String digest)
      throws NoSuchAlgorithmException {
    byte[] prompt = Passkey.prompt(length, depth, key).getBytes(StandardCharsets.UTF_8);
    String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(prompt));
    assertThat(found).startsWith(digest);
  }

  @Test
  void allPromptsOfTheDataSetAreMadeAgain() {
    Path file = Shared.require("data/evaluation/passkey/passkey.jsonl.gz");
    int rows = 0;
    try (var lines = new LineReader(file)) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        JsonNode row = JsonMapper.shared().readTree(line.bytes());
        int key = Integer.parseInt(row.get("answer").stringValue());
        double depth = row.get("depth").doubleValue();
        assertThat(Passkey.prompt(row.get("approx_tokens").intValue(), depth, key))
            .isEqualTo(row.get("prompt").stringValue());
        rows++;
      }
    }
    assertThat(rows).isEqualTo(48);
  }

  @Test
  void whoFindsTheKeyIsRightInEveryCellAndWhoGuessesInNone() throws InterruptedException {
    Task task = Passkey.upTo(4096);
    Result oracle =
        run(task, new Reader("oracle", p -> p.replaceAll("(?s).*key is (\\d+)\\. Rem.*", " $1, ")));
    assertThat(oracle.groups())
        .hasSize(4 * 8)
        .allSatisfy(g -> assertThat(g.scores().getFirst().estimate().value()).isEqualTo(1));
    assertThat(oracle.groups().getFirst().name()).isEqualTo("length 512/depth 0");
    Random random = new Random(1);
    Result guessing = run(task, new Reader("guessing", _ -> " " + random.nextInt(1, 50_001) + "."));
    assertThat(guessing.scores().getFirst().estimate().value()).isLessThan(0.1);
  }

  @Test
  void aModelThatSeesOnlyTheEndFindsOnlyWhatStandsThere() throws InterruptedException {
    Task task = new Passkey(List.of(512, 4096), List.of(0.0, 0.5, 1.0), 2);
    Reader recent =
        new Reader(
            "recent",
            p -> {
              String seen = p.substring(Math.max(0, p.length() - 2000));
              return seen.contains("Remember")
                  ? seen.replaceAll("(?s).*key is (\\d+)\\. Rem.*", "$1")
                  : "0";
            });
    assertThat(run(task, recent).groups())
        .extracting(g -> g.name() + " " + g.scores().getFirst().estimate().value())
        .containsExactly(
            "length 512/depth 0 1.0",
            "length 512/depth 0.5 1.0",
            "length 512/depth 1 1.0",
            "length 4096/depth 0 0.0",
            "length 4096/depth 0.5 0.0",
            "length 4096/depth 1 1.0");
  }

  @Test
  void theFirstIntegerCounts() {
    Item item = items(new Passkey(List.of(512), List.of(0.5), 1)).getFirst();
    String key = ((Reply.Texts) item.right()).all().getFirst().strip().replace(".", "");
    assertThat(score(item, "The key: " + key + " or 7")).isEqualTo(1);
    assertThat(score(item, "7 or " + key)).isZero();
    assertThat(score(item, key + "0")).isZero();
    assertThat(score(item, "")).isZero();
  }

  private static double score(Item item, String text) {
    return item.judge().apply(new Reply.Texts(List.of(text))).getOrDefault("acc", -1.0);
  }

  @Test
  void valuesAreFoundWhereverTheyStandAndWithoutRegardToCase() throws InterruptedException {
    Task task = new KeyValueRetrieval(List.of(10, 75), 5, 2, false);
    Reader oracle =
        new Reader(
            "oracle",
            p -> {
              String key = p.replaceAll("(?s).*\nKey: \"(.*)\"\nCorresponding value:", "$1");
              return p.replaceAll("(?s).*\"" + key + "\": \"([^\"]*)\".*", "It is $1.")
                  .toUpperCase(Locale.ROOT);
            });
    Result result = run(task, oracle);
    assertThat(result.scores().getFirst().estimate().value()).isEqualTo(1);
    assertThat(result.groups())
        .extracting(Result.Group::name)
        .startsWith("pairs 10/position 1", "pairs 10/position 3")
        .endsWith("pairs 75/position 75")
        .hasSize(10);
    Reader first = new Reader("first", p -> p.replaceAll("(?s).*?\": \"([^\"]*)\".*", "$1"));
    assertThat(run(task, first).groups())
        .allSatisfy(g ->
            assertThat(g.scores().getFirst().estimate().value())
                .isEqualTo(g.name().endsWith("position 1") ? 1 : 0));
  }

  @Test
  void objectsAreOfTheLayoutOfThePaperAndTheSameEachTime() {
    Item item = items(new KeyValueRetrieval(List.of(3), 2, 1, true)).getLast();
    String uuid = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    String pair = "\"" + uuid + "\": \"" + uuid + "\"";
    assertThat(((Completion) item.question()).prompt())
        .matches(
            "Extract the value corresponding to the specified key in the JSON object below.\n\n"
                + "Key: \"("
                + uuid
                + ")\"\n\n"
                + "JSON data:\n\\{"
                + pair
                + ",\n "
                + pair
                + ",\n \"\\1\": \""
                + uuid
                + "\"\\}\n\n"
                + "Key: \"\\1\"\nCorresponding value:");
    Item again = items(new KeyValueRetrieval(List.of(3), 2, 1, true)).getLast();
    assertThat(again.question()).isEqualTo(item.question());
    assertThat(again.right()).isEqualTo(item.right());
  }

  @Test
  void onlyPromptsThatFitTheContextAreLeft() {
    Passkey passkey = Passkey.upTo(4096);
    assertThat(passkey.fitting(9000 / 4, text -> text.length() / 4).lengths())
        .containsExactly(512, 1024, 2048);
    assertThat(passkey.fitting(9000 / 4, String::length).lengths()).containsExactly(512);
    assertThatThrownBy(() -> passkey.fitting(1000, String::length))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a context of 1000");
    var pairs = new KeyValueRetrieval(List.of(5, 10, 20), 5, 2, false);
    int longest =
        items(new KeyValueRetrieval(List.of(10), 5, 2, false)).stream()
            .mapToInt(item -> ((Completion) item.question()).prompt().length())
            .max()
            .orElseThrow();
    assertThat(pairs.fitting(longest + 100, String::length).pairs()).containsExactly(5, 10);
    assertThat(pairs.fitting(longest + 99, String::length).pairs()).containsExactly(5);
    assertThatThrownBy(() -> pairs.fitting(100, String::length))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a context of 100");
  }

  @Test
  void gridsThatCannotBeAreRefused() {
    assertThatThrownBy(() -> new Passkey(List.of(50), List.of(0.5), 1))
        .isInstanceOf(EvaluationException.class)
        .hasMessageContaining("at least 110");
    assertThatThrownBy(() -> new Passkey(List.of(512), List.of(1.5), 1))
        .hasMessageContaining("1.5");
    assertThatThrownBy(() -> Passkey.upTo(100)).hasMessageContaining("at least one length");
    assertThatThrownBy(() -> new KeyValueRetrieval(List.of(4), 5, 1, false))
        .hasMessageContaining("4 pairs do not have 5 positions");
  }
}
