package sirocco.server.openai;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import sirocco.checkpoint.ModelConfig;
import sirocco.server.http.Exchange;
import sirocco.server.http.ProblemException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `GET /v1/models`: the model and its adapters.
public record ModelEndpoints(Served served) {
  /// The path of one model, before its name.
  public static final String ONE = "/v1/models/";

  /// All of them.
  public void list(Exchange exchange) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = answer.putArray("data");
    data.add(model(served.name()));
    served.adapters().forEach(adapter -> data.add(model(adapter)));
    exchange.send(answer);
  }

  /// The one that the path names.
  public void one(Exchange exchange) {
    String name = decoded(exchange.path().substring(ONE.length()));
    var _ = served.adapter(Optional.of(name));
    exchange.send(model(name));
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ProblemException.invalid("model", "the address is not encoded as it should be");
    }
  }

  private ObjectNode model(String name) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", name).put("object", "model");
    node.put("created", served.created().getEpochSecond()).put("owned_by", "sirocco");
    if (!name.equals(served.name())) {
      node.put("parent", served.name());
    }
    ModelConfig config = served.engine().model().config();
    node.putObject("meta")
        .put("context", served.context())
        .put("vocabulary", config.vocabSize())
        .put("width", config.hiddenSize())
        .put("layers", config.numHiddenLayers())
        .put("experts", config.numLocalExperts())
        .put("experts_per_token", config.numExpertsPerTok());
    return node;
  }
}
