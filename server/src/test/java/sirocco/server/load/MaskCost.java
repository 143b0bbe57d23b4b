package sirocco.server.load;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import sirocco.testkit.SchemaExamples;

/// What it costs to hold an answer to a schema: the time between tokens with schemas and without,
/// by turns, one client.
///
/// ```
/// java -cp ... sirocco.server.load.MaskCost http://127.0.0.1:8080 5
/// ```
public final class MaskCost {
  private static final int TOKENS = 64;
  private static final int LEAST = 16; // shorter answers say little

  private final LoadClient client;

  private MaskCost(URI server) {
    this.client = new LoadClient(server);
  }

  /// Runs so many rounds over all schemas and prints medians; in the first round no mask is known.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    MaskCost cost = new MaskCost(URI.create(arguments[0]));
    for (int round = 0; round < Integer.parseInt(arguments[1]); round++) {
      List<Double> held = new ArrayList<>();
      List<Double> free = new ArrayList<>();
      for (String schema : SchemaExamples.all()) {
        cost.between(Optional.of(schema), round).ifPresent(held::add);
        cost.between(Optional.empty(), round).ifPresent(free::add);
      }
      System.out.printf(
          "round %d: ms between tokens with schemas %.3f, without %.3f, ratio %.4f (%d answers)%n",
          round, median(held), median(free), median(held) / median(free), held.size());
    }
  }

  /// Milliseconds a token; nothing if too few were made.
  private Optional<Double> between(Optional<String> schema, int seed)
      throws IOException, InterruptedException {
    String form =
        schema
            .map(s ->
                """
                , "response_format": {"type": "json_schema", "json_schema":
                 {"name": "it", "strict": true, "schema": %s}}\
                """
                    .formatted(s.replace("%", "%%")))
            .orElse("");
    var question =
        new Load.Question(
            """
            {"model": "%%s", "messages": [{"role": "user", "content": "Answer."}], "stream": true,
             "stream_options": {"include_usage": true}, "temperature": 1, "seed": %d,
             "max_tokens": %d%s}\
            """
                .formatted(seed, TOKENS, form));
    LoadClient.Answer answer = client.ask(question, Integer.MAX_VALUE);
    long nanos = answer.between().stream().mapToLong(Long::longValue).sum();
    return answer.tokens() < LEAST
        ? Optional.empty()
        : Optional.of(nanos / 1e6 / (answer.tokens() - 1));
  }

  private static double median(List<Double> values) {
    Collections.sort(values);
    return values.get(values.size() / 2);
  }
}
