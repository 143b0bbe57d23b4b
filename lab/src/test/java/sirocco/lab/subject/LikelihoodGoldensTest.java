package sirocco.lab.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.engine.Engine;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerOptions;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Item;
import sirocco.lab.eval.Question;
import sirocco.lab.eval.Question.Continuation;
import sirocco.lab.eval.Reply;
import sirocco.lab.tasks.Tasks;
import sirocco.testkit.Shared;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a small trained Mixtral thinks of the choices of five tasks is what Hugging Face's logits
/// say (`tools/goldens/likelihood_goldens.py`).
@Timeout(300)
class LikelihoodGoldensTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final List<String> TASKS =
      List.of("arc-easy", "piqa", "hellaswag", "winogrande", "commonsenseqa");
  private static final int ITEMS = 100;

  private final Path data = Shared.require("data/evaluation");

  private List<Item> items(String task) {
    return Tasks.published().named(task).items(new DataFolder(data, false), 0).subList(0, ITEMS);
  }

  private static List<Continuation> continuations(Item item) {
    return switch (item.question()) {
      case Question.Likelihood likelihood -> likelihood.continuations();
      case Question.Completion c -> throw new AssertionError(item.id());
      case Question.Chat c -> throw new AssertionError(item.id());
    };
  }

  @Test
  void areThoseOfHuggingFace() throws IOException {
    String target = System.getProperty("sirocco.questions");
    if (target != null) {
      write(Path.of(target));
    }
    JsonNode goldens;
    try (InputStream in = getClass().getResourceAsStream("/sirocco/lab/likelihoods.json")) {
      goldens = JSON.readTree(Objects.requireNonNull(in));
    }
    var options = new SchedulerOptions(16, 1 << 20, 1L << 28, Duration.ofSeconds(10));
    try (Engine engine = Engine.open(Shared.require("data/tiny-weights/mixtral-12m-hf"));
        Scheduler scheduler = Scheduler.start(engine, options)) {
      var subject = new EngineSubject("mixtral-12m", "", engine, scheduler);
      for (String task : TASKS) {
        List<Item> items = items(task);
        List<CompletableFuture<Reply>> replies =
            items.stream().map(item -> subject.ask(item.question(), 0)).toList();
        for (int i = 0; i < ITEMS; i++) {
          JsonNode expected = goldens.at("/" + task).get(items.get(i).id());
          var found = ((Reply.Likelihoods) replies.get(i).join()).all();
          assertThat(expected.size()).as(items.get(i).id()).isEqualTo(found.size());
          for (int c = 0; c < found.size(); c++) {
            assertThat(found.get(c).tokens()).isEqualTo(expected.get(c).get(1).asInt());
            assertThat(found.get(c).logLikelihood())
                .as("%s, %s, %d", task, items.get(i).id(), c)
                .isEqualTo(expected.get(c).get(0).asDouble(), within(1e-4));
          }
        }
      }
    }
  }

  /// The questions, for the script.
  private void write(Path file) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String task : TASKS) {
      for (Item item : items(task)) {
        for (Continuation continuation : continuations(item)) {
          ObjectNode line = JSON.createObjectNode();
          line.put("task", task).put("item", item.id());
          line.put("context", continuation.context()).put("text", continuation.text());
          lines.add(JSON.writeValueAsString(line));
        }
      }
    }
    Files.write(file, lines);
  }
}
