package sirocco.lab.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import sirocco.json.JsonFields;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.eval.Question.Sampling;
import sirocco.lab.eval.Task;

/// A task of one's own, written as a JSON file beside a file of JSON lines:
///
/// - `name`; `title` if it has another
/// - `kind`: `choice`, which is asked by likelihood, or `generate`
/// - `file`: its questions, a JSON object a line, relative to the task file; `examples`: worked
///   ones in the same layout, if shots are wanted; `shots`: how many, 0 if not said
/// - `prompt`: what stands before the answer, with `{member}` for members of a row and doubled
///   braces for braces
/// - `answer`: the member with the right answer. Of a choice, its place from 0 or its text; else a
///   text or a list of them, any of which is right
/// - `continuation`: what stands behind the prompt; ` {choice}` or ` {answer}` if not said
/// - `group`: a member by whose values results are told apart, if wanted
/// - of a choice: `choices`, the member with the list of them; `metric`, which is told first, `acc`
///   (if not said) or `acc_norm`
/// - of generate: `metric`, how answers are compared, `exact_match` (if not said; but for case,
///   punctuation and articles), `number` (the last one of the text, or that behind `####`) or
///   `math` (in a LaTeX box, by meaning); `max_tokens`, 64 if not said; `stop`, texts that end it,
///   a line end if not said
public final class TaskFile {
  private static final List<String> COMMON =
      List.of(
          "name",
          "title",
          "kind",
          "file",
          "examples",
          "shots",
          "prompt",
          "answer",
          "continuation",
          "group",
          "metric");

  private static final Map<String, List<String>> KINDS =
      Map.of("choice", List.of("choices"), "generate", List.of("max_tokens", "stop"));

  private TaskFile() {}

  /// Reads a task file. The file of questions is read when the task is.
  ///
  /// @throws sirocco.lab.data.DataException naming file and member of what cannot be used
  public static Task read(Path file) {
    JsonFields fields = JsonFiles.document(file);
    String kind = oneOf(fields, "kind", KINDS.keySet().stream().sorted().toList());
    checkNames(fields, kind);
    OwnTask.Layout layout = layout(file, fields);
    return kind.equals("choice") ? choice(fields, layout) : generate(fields, layout);
  }

  private static void checkNames(JsonFields fields, String kind) {
    List<String> known =
        Stream.concat(COMMON.stream(), KINDS.getOrDefault(kind, List.of()).stream()).toList();
    for (String name : fields.names()) {
      if (!known.contains(name)) {
        throw fields.error(
            "%s: no member of a task of kind %s; those are %s".formatted(name, kind, known));
      }
    }
  }

  private static OwnTask.Layout layout(Path file, JsonFields fields) {
    String name = nonEmpty(fields, "name");
    int shots = atLeast(fields, "shots", 0, 0);
    Optional<String> examples = fields.text("examples");
    if (shots > 0 && examples.isEmpty()) {
      throw fields.error(
          "examples: expected a file of worked examples for %d shots, found nothing"
              .formatted(shots));
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    Task.Description description =
        new Task.Description(
            name,
            fields.text("title").orElse(name),
            "as "
                + file.getFileName()
                + " says"
                + fields.text("metric").map(metric -> ", by " + metric).orElse(""),
            file.toString(),
            shots,
            new Task.Files(String.valueOf(folder), "put it there, or correct its name in " + file));
    return new OwnTask.Layout(
        description,
        nonEmpty(fields, "file"),
        examples.stream().toList(),
        template(fields, "prompt", fields.requiredText("prompt")),
        nonEmpty(fields, "answer"),
        fields.text("group"));
  }

  private static Task choice(JsonFields fields, OwnTask.Layout layout) {
    String metric = oneOf(fields, "metric", List.of("acc", "acc_norm"));
    return new OwnTask.OfChoices(
        layout,
        nonEmpty(fields, "choices"),
        template(fields, "continuation", fields.text("continuation").orElse(" {choice}")),
        metric.equals("acc")
            ? List.of(Choice.ACCURACY, Choice.NORMALIZED)
            : List.of(Choice.NORMALIZED, Choice.ACCURACY));
  }

  private static Task generate(JsonFields fields, OwnTask.Layout layout) {
    List<String> stops = fields.has("stop") ? Labelled.texts(fields, "stop") : List.of("\n");
    if (stops.contains("")) {
      throw fields.error("stop: expected texts that are not empty, found an empty one");
    }
    return new OwnTask.OfTexts(
        layout,
        template(fields, "continuation", fields.text("continuation").orElse(" {answer}")),
        Sampling.greedy(atLeast(fields, "max_tokens", 1, 64), stops),
        OwnTask.Comparison.named(
            oneOf(fields, "metric", List.of("exact_match", "math", "number"))));
  }

  private static Template template(JsonFields fields, String name, String text) {
    return Template.read(text, message -> fields.error(name + ": " + message));
  }

  /// One of some words; a metric that is not there is the first of them.
  private static String oneOf(JsonFields fields, String name, List<String> words) {
    String found =
        name.equals("metric")
            ? fields.text(name).orElse(words.getFirst())
            : fields.requiredText(name);
    if (!words.contains(found)) {
      throw fields.error("%s: expected one of %s, found %s".formatted(name, words, found));
    }
    return found;
  }

  private static String nonEmpty(JsonFields fields, String name) {
    String text = fields.requiredText(name);
    if (text.isBlank()) {
      throw fields.error(name + ": expected a text, found a blank one");
    }
    return text;
  }

  private static int atLeast(JsonFields fields, String name, int least, int otherwise) {
    int found = fields.integer(name, otherwise);
    if (found < least) {
      throw fields.error("%s: expected at least %d, found %d".formatted(name, least, found));
    }
    return found;
  }
}
