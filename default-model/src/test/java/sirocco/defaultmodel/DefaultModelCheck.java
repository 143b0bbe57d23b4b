package sirocco.defaultmodel;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sirocco.engine.Engine;
import sirocco.train.synthetic.Exercises;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The numbers of the model card: minutes of work, so that it runs only when it is named
/// (CONTRIBUTING.md has the command). Prints a table and writes every wrong answer to a JSON file.
///
/// The system property `sirocco.check.model` names another model than the default one,
/// `sirocco.check.quick` leaves out texts of more than 1000 tokens.
final class DefaultModelCheck {
  private static final List<Integer> LENGTHS = List.of(256, 512, 1024, 2048, 3900);
  private static final int SHORT = 1000;

  /// The context that the model is made to search.
  private static final int LONG = 4096;

  @Test
  void check() throws IOException {
    String model = System.getProperty("sirocco.check.model");
    run(
        model == null ? DefaultModel.path() : Path.of(model),
        Path.of("target", "default-model-check.json"),
        Boolean.getBoolean("sirocco.check.quick"));
  }

  /// The same without Maven.
  ///
  /// @param args a model, the JSON file to write, and `quick` or nothing
  public static void main(String[] args) throws IOException {
    run(Path.of(args[0]), Path.of(args[1]), args.length > 2);
  }

  private static void run(Path model, Path report, boolean quick) throws IOException {
    PrintStream out = System.out;
    Scores scores = new Scores();
    try (Engine engine = Engine.open(model)) {
      out.println("| kind                     | asked |  right |  stops |");
      out.println("|--------------------------|------:|-------:|-------:|");
      for (List<Question> group : groups(engine, quick)) {
        List<String> kinds = group.stream().map(Question::kind).distinct().toList();
        group.forEach(question -> scores.ask(engine, question));
        scores
            .kinds()
            .forEach((kind, score) -> {
              if (kinds.contains(kind)) {
                out.println(Scores.row(kind, score));
              }
            });
      }
    }
    out.printf(Locale.ROOT, "%nstops by itself: %.1f%%%n", 100 * scores.stopped());
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("model", model.toString());
    tree.put("stopped", scores.stopped());
    tree.put("kinds", scores.kinds());
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(report, json.writeValueAsString(tree) + "\n");
    out.println("every wrong answer: " + report);
  }

  private static List<List<Question>> groups(Engine engine, boolean quick) throws IOException {
    HandWritten handWritten = new HandWritten();
    List<List<Question>> groups = new ArrayList<>();
    groups.add(handWritten.questions());
    groups.add(MadeUp.sums(quick ? 50 : 200));
    for (String generator : Exercises.KINDS) {
      groups.add(MadeUp.heldOut(generator, quick ? 25 : 50));
    }
    for (int tokens : LENGTHS) {
      if (!quick || tokens <= SHORT) {
        groups.add(
            handWritten.hidden(tokens, s -> engine.tokenizer().orElseThrow().encode(s).length));
      }
    }
    Path published = Path.of("../../shared/data/evaluation/passkey/passkey.jsonl.gz");
    if (Files.exists(published)) {
      groups.add(MadeUp.publishedPasskeys(published, quick ? SHORT : LONG));
    }
    if (!quick) {
      groups.add(MadeUp.heldOut("passkey-long", 20));
    }
    return groups;
  }
}
