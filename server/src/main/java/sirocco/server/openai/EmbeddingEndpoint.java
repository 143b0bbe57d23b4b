package sirocco.server.openai;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import sirocco.engine.EngineException;
import sirocco.engine.Pooling;
import sirocco.engine.QueueFullException;
import sirocco.engine.SchedulerStoppedException;
import sirocco.json.JsonFields;
import sirocco.server.http.Endpoint;
import sirocco.server.http.Exchange;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `POST /v1/embeddings`: last hidden states, pooled and of length 1.
public record EmbeddingEndpoint(Served served) implements Endpoint {
  private static final FieldRules FIELDS =
      new FieldRules(
          Set.of(), Set.of("model", "input", "encoding_format", "dimensions", "pooling"));

  @Override
  public void answer(Exchange exchange) {
    JsonFields fields = exchange.json();
    FIELDS.check(fields);
    String model = fields.text("model").orElse(served.name());
    if (served.adapter(fields.text("model")).isPresent()) {
      throw ProblemException.invalid("model", "adapters have no embeddings; ask " + served.name());
    }
    boolean base64 = isBase64(fields);
    int width = served.engine().model().config().hiddenSize();
    if (fields.integer("dimensions", width) != width) {
      throw ProblemException.invalid("dimensions: this model's vectors have " + width);
    }
    Pooling pooling = pooling(fields);
    List<int[]> inputs = Inputs.parse(fields, "input", served);
    List<float[]> vectors = embed(inputs, pooling);
    int tokens = inputs.stream().mapToInt(ids -> ids.length).sum();
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = answer.putArray("data");
    for (float[] vector : vectors) {
      ObjectNode entry = data.addObject().put("object", "embedding");
      if (base64) {
        entry.put("embedding", base64(vector));
      } else {
        ArrayNode numbers = entry.putArray("embedding");
        for (float number : vector) {
          numbers.add(number);
        }
      }
      entry.put("index", data.size() - 1);
    }
    answer.put("model", model);
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    exchange.note("model", model);
    exchange.note("prompt_tokens", tokens);
    exchange.send(answer);
  }

  private static boolean isBase64(JsonFields fields) {
    return switch (fields.text("encoding_format").orElse("float")) {
      case "float" -> false;
      case "base64" -> true;
      default -> throw ProblemException.invalid("encoding_format: expected float or base64");
    };
  }

  private static Pooling pooling(JsonFields fields) {
    return switch (fields.text("pooling").orElse("mean")) {
      case "mean" -> Pooling.MEAN;
      case "last" -> Pooling.LAST;
      default -> throw ProblemException.invalid("pooling: expected mean or last");
    };
  }

  private List<float[]> embed(List<int[]> inputs, Pooling pooling) {
    List<CompletableFuture<float[]>> all = new ArrayList<>();
    try {
      for (int[] ids : inputs) {
        all.add(served.scheduler().embed(ids, pooling));
      }
      return all.stream().map(CompletableFuture::join).toList();
    } catch (EngineException e) {
      throw ProblemException.invalid("input", String.valueOf(e.getMessage()));
    } catch (QueueFullException e) {
      throw new ProblemException(
          Problem.tooMany("the server is busy: " + e.getMessage(), e.retryAfter()));
    } catch (SchedulerStoppedException e) {
      throw new ProblemException(Generations.stopping(String.valueOf(e.getMessage())).problem());
    } catch (CompletionException e) {
      throw new ProblemException(Problem.fault("the embedding failed: " + e.getCause()));
    } finally {
      all.forEach(future -> future.cancel(false));
    }
  }

  /// Little-endian float32, as OpenAI's clients expect it.
  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
