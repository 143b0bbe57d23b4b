package sirocco.server.load;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import sirocco.testkit.SchemaExamples;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Has a server answer in the form of many schemas, and looks whether each answer parses and is
/// valid in the eyes of another validator.
///
/// ```
/// java -cp ... sirocco.server.load.SchemaCheck http://127.0.0.1:8080 50
/// ```
public final class SchemaCheck {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int AT_ONCE = 16;
  private static final int LONGEST = 300;

  private final SchemaRegistry validator =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI server;
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger valid = new AtomicInteger();
  private final AtomicInteger cut = new AtomicInteger();

  public SchemaCheck(URI server) {
    this.server = server;
  }

  /// Runs it and prints what came of it.
  public static void main(String[] arguments) throws InterruptedException {
    var check = new SchemaCheck(URI.create(arguments[0]));
    check.run(Integer.parseInt(arguments[1]));
    check.print(System.out);
    System.exit(check.wrong().isEmpty() ? 0 : 1);
  }

  /// Asks for so many answers to each schema.
  public void run(int each) throws InterruptedException {
    List<String> schemas = SchemaExamples.all();
    var turns = new Semaphore(AT_ONCE);
    var done = new CountDownLatch(schemas.size() * each);
    for (String schema : schemas) {
      for (int i = 0; i < each; i++) {
        int seed = i;
        turns.acquire();
        Thread.ofVirtual()
            .start(() -> {
              try {
                one(schema, seed);
              } catch (IOException | InterruptedException | RuntimeException e) {
                wrong.add(schema + ": " + e);
              } finally {
                turns.release();
                done.countDown();
              }
            });
      }
    }
    done.await();
  }

  private void one(String schema, int seed) throws IOException, InterruptedException {
    String body =
        """
        {"messages": [{"role": "user", "content": "Answer in JSON."}], "temperature": 1,
         "seed": %d, "max_tokens": %d, "response_format": {"type": "json_schema",
         "json_schema": {"name": "it", "strict": true, "schema": %s}}}\
        """
            .formatted(seed, LONGEST, schema);
    var request =
        HttpRequest.newBuilder(server.resolve("/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    JsonNode choice = JSON.readTree(response.body()).path("choices").path(0);
    String text = choice.path("message").path("content").asString("");
    if (choice.path("finish_reason").asString("").equals("length")) {
      cut.incrementAndGet();
      return;
    }
    List<?> errors;
    try {
      JSON.readTree(text);
      errors =
          validator
              .getSchema(schema, InputFormat.JSON)
              .validate(
                  text,
                  InputFormat.JSON,
                  context ->
                      context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    } catch (JacksonException e) {
      errors = List.of(e.getOriginalMessage());
    }
    if (response.statusCode() == 200 && errors.isEmpty()) {
      valid.incrementAndGet();
    } else {
      wrong.add(schema + "\n" + response.statusCode() + " " + text + "\n" + errors);
    }
  }

  /// What was not valid, and why.
  public List<String> wrong() {
    return List.copyOf(wrong);
  }

  /// How many were valid.
  public int valid() {
    return valid.get();
  }

  /// As lines of text.
  public void print(PrintStream out) {
    out.printf(
        "valid %d, not valid %d, cut off after %d tokens %d%n",
        valid.get(), wrong.size(), LONGEST, cut.get());
    wrong.stream().limit(5).forEach(out::println);
  }
}
