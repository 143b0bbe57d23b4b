package sirocco.lab.tasks;

import java.util.List;
import java.util.Map;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.JsonFiles;
import sirocco.lab.data.JsonRow;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Reply;
import sirocco.lab.eval.Statistic;
import sirocco.lab.eval.Task;

/// LAMBADA: the last word of a passage of which all is needed to guess it (Paperno et al. 2016).
public final class Lambada implements Task {
  @Override
  public Description description() {
    return new Description(
        "lambada",
        "LAMBADA",
        "whether each token of the last word is the likeliest in its place, and the perplexity of"
            + " the word",
        "Paperno et al. 2016, in OpenAI's spacing (Radford et al. 2019); asked as"
            + " lm-evaluation-harness does",
        0,
        new Files(
            "llm-foundry",
            "get lambada_openai.jsonl from github.com/mosaicml/llm-foundry, folder"
                + " scripts/eval/local_data"));
  }

  /// The share of words that greedy decoding finds, and the perplexity of a word.
  @Override
  public List<Statistic> statistics() {
    Statistic mean = Statistic.mean("log_likelihood");
    return List.of(
        Statistic.mean("acc"),
        new Statistic("perplexity", verdicts -> Math.exp(-mean.of().applyAsDouble(verdicts))));
  }

  @Override
  public List<Item> items(DataFolder source, int shots) {
    if (WorkedExamples.check(shots) > 0) {
      throw new DataException(
          "lambada: %d worked examples were asked for, and it has none; ask for 0 shots"
              .formatted(shots));
    }
    return source.rows(
        JsonFiles.rows(
            source.file(description().files(), "lambada_openai.jsonl", "lambada_openai-500.jsonl")),
        Lambada::item);
  }

  private static Item item(JsonRow row) {
    JsonFields fields = row.fields();
    var asked =
        new Question.Continuation(
            fields.requiredText("context"), " " + fields.requiredText("continuation"));
    return new Item(
        String.valueOf(row.line()),
        "",
        new Question.Likelihood(List.of(asked)),
        Lambada::judge,
        new Reply.Likelihoods(List.of(new Reply.Likelihood(0, 1, true))),
        0);
  }

  private static Map<String, Double> judge(Reply reply) {
    Reply.Likelihood found = Replies.likelihoods(reply, 1).getFirst();
    return Map.of("acc", found.greedy() ? 1.0 : 0.0, "log_likelihood", found.logLikelihood());
  }
}
