package sirocco.lab.eval;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An item that was asked and judged.
///
/// @param item its id
/// @param question a digest of it: of another question under the same id nothing is known
/// @param measures what its judge said
/// @param time when it was done
/// @param seconds from asking to the judgement
public record Sample(
    String item,
    String question,
    Reply reply,
    Map<String, Double> measures,
    Instant time,
    double seconds) {
  public Sample {
    measures = Map.copyOf(measures);
  }

  /// As a line, without its end.
  ///
  /// @param key of what was asked how
  String toJson(String key) {
    ObjectNode line = JsonMapper.shared().createObjectNode();
    line.put("key", key).put("item", item).put("question", question);
    ObjectNode judged = line.putObject("measures");
    measures.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> judged.put(e.getKey(), e.getValue()));
    switch (reply) {
      case Reply.Texts texts -> texts.all().forEach(line.putArray("texts")::add);
      case Reply.Likelihoods likelihoods -> {
        var all = line.putArray("likelihoods");
        likelihoods
            .all()
            .forEach(one ->
                all.addObject()
                    .put("log_likelihood", one.logLikelihood())
                    .put("tokens", one.tokens())
                    .put("greedy", one.greedy()));
      }
    }
    line.put("time", time.toString()).put("seconds", seconds);
    return line.toString();
  }

  /// A line that is a sample.
  ///
  /// @throws RuntimeException of any kind if it is none
  static Sample of(JsonNode line) {
    Map<String, Double> measures = new LinkedHashMap<>();
    line.required("measures")
        .properties()
        .forEach(e -> measures.put(e.getKey(), number(e.getValue())));
    return new Sample(
        line.required("item").stringValue(),
        line.required("question").stringValue(),
        reply(line),
        measures,
        Instant.parse(line.required("time").stringValue()),
        number(line.required("seconds")));
  }

  private static Reply reply(JsonNode line) {
    if (line.has("texts")) {
      return new Reply.Texts(line.get("texts").valueStream().map(JsonNode::stringValue).toList());
    }
    List<Reply.Likelihood> all = new ArrayList<>();
    for (JsonNode one : line.required("likelihoods")) {
      all.add(
          new Reply.Likelihood(
              number(one.required("log_likelihood")),
              one.required("tokens").intValue(),
              one.required("greedy").booleanValue()));
    }
    return new Reply.Likelihoods(all);
  }

  /// JSON has no infinite numbers: they are written as strings.
  private static double number(JsonNode value) {
    return value.isString() ? Double.parseDouble(value.stringValue()) : value.doubleValue();
  }
}
