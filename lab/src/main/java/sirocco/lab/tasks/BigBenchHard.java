package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// BIG-Bench Hard: 27 tasks on which models were behind people, worked step by step (Suzgun et al.
/// 2022). A group of items is one of them.
public final class BigBenchHard implements Task {
  private static final int PARTS = 27;
  private static final String BETWEEN = "\n\nQ: ";

  /// A line that asks not to train on the data, and a rule below it.
  private static final Pattern CANARY = Pattern.compile("\\A[^\n]*canary[^\n]*\n-+\n");

  private static final Sampling STEPS = Sampling.greedy(1024, List.of("\n\n", "Q:"));
  private static final Pattern ANSWER = Pattern.compile("[Tt]he answer is (.*)");
  private static final Worked.Judge JUDGE = new Worked.Judge(BigBenchHard::answer, String::equals);

  @Override
  public Description description() {
    return new Description(
        "bbh",
        "BIG-Bench Hard",
        "greedy; what follows the last \"the answer is\", up to a full stop at the end of its line,"
            + " has to be the answer; behind the three worked examples of its task",
        "Suzgun et al. 2022, with its chain-of-thought prompts; 3-shot in Jiang et al. 2024,"
            + " section 3",
        3,
        new Files(
            "bbh",
            "get folders bbh and cot-prompts of github.com/suzgunmirac/BIG-Bench-Hard: the"
                + " files of bbh and the folder cot-prompts go there"));
  }

  /// All questions alike, then all tasks alike, as the paper averages.
  @Override
  public List<Statistic> statistics() {
    return List.of(Statistic.mean("acc"), Statistic.meanOfGroups("acc_macro", "acc"));
  }

  /// The answer that a text comes to.
  static Optional<String> answer(String text) {
    Matcher said = ANSWER.matcher(text);
    Optional<String> last = Optional.empty();
    while (said.find()) {
      last = Optional.of(said.group(1).strip().replaceFirst("\\.$", ""));
    }
    return last;
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    WorkedExamples.check(shots);
    List<Path> files = source.files(description().files(), "", ".json");
    if (files.size() != PARTS) {
      throw new DataException(
          "%s: expected the files of %d tasks, found %d; %s"
              .formatted(
                  files.getFirst().resolveSibling("*.json"),
                  PARTS,
                  files.size(),
                  description().files().download()));
    }
    return files.stream().flatMap(file -> part(source, shots, file)).toList();
  }

  private Stream<Item> part(DataFolder source, int shots, Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
    String before =
        opening(source.file(description().files(), "cot-prompts/" + name + ".txt"), shots);
    List<JsonFields> rows = JsonFiles.document(file).requiredList("examples");
    return source
        .rows(
            IntStream.range(0, rows.size()).boxed().toList(),
            i -> read(name, i, rows.get(i)).item(before, STEPS, JUDGE))
        .stream();
  }

  private static Worked read(String name, int place, JsonFields row) {
    String answer = row.requiredText("target").strip();
    return new Worked(
        name + "/" + place,
        name,
        "Q: %s\nA: Let's think step by step.\n".formatted(row.requiredText("input")),
        "So the answer is " + answer + ".",
        List.of(answer));
  }

  /// What the task is, and the first worked examples.
  private static String opening(Path file, int shots) {
    String text = CANARY.matcher(WorkedExamples.text(file)).replaceFirst("").strip();
    List<String> parts = List.of(text.split(BETWEEN));
    WorkedExamples.enough(shots, parts.subList(1, parts.size()), file);
    return String.join(BETWEEN, parts.subList(0, shots + 1)) + "\n\n";
  }
}
