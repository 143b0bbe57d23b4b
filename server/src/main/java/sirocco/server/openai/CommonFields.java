package sirocco.server.openai;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import sirocco.engine.SamplingSettings;
import sirocco.engine.Terms;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;

/// What chat and plain completions have in common.
///
/// @param model its name, to be said again in the answer
/// @param adapter over the model, if the name is an adapter's
/// @param settings of the first choice; each further one has the next seed
/// @param n choices a prompt
/// @param stream whether the answer comes in pieces
/// @param includeUsage whether a stream ends with token counts
/// @param routing of which tokens the experts are shown
/// @param terms for the scheduler
record CommonFields(
    String model,
    Optional<String> adapter,
    SamplingSettings settings,
    int n,
    boolean stream,
    boolean includeUsage,
    RoutingWish routing,
    Terms terms) {
  static final Set<String> NAMES =
      Set.of(
          "model",
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "frequency_penalty",
          "presence_penalty",
          "penalty_window",
          "logit_bias",
          "seed",
          "stop",
          "max_tokens",
          "n",
          "stream",
          "stream_options",
          "routing",
          "priority",
          "timeout");

  private static final int STOPS = 16;
  private static final int PRIORITIES = 10;
  private static final double LONGEST_SECONDS = 86_400;

  /// @param maxTokens where the request does not say
  static CommonFields parse(JsonFields fields, Served served, int maxTokens) {
    Optional<String> name = fields.text("model");
    boolean stream = fields.flag("stream", false);
    return new CommonFields(
        name.orElse(served.name()),
        served.adapter(name),
        settings(fields, served.defaults(), maxTokens),
        count(fields, "n", 1, 1, Served.CHOICES),
        stream,
        stream && includeUsage(fields),
        RoutingWish.parse(fields, served),
        terms(fields, served.timeout()));
  }

  private static boolean includeUsage(JsonFields fields) {
    Optional<JsonFields> options = fields.object("stream_options");
    // Obfuscation pads chunks against listeners; without padding there is nothing to take out.
    options.ifPresent(
        o -> new FieldRules(Set.of(), Set.of("include_usage", "include_obfuscation")).check(o));
    return options.map(o -> o.flag("include_usage", false)).orElse(false);
  }

  private static Terms terms(JsonFields fields, Optional<Duration> longest) {
    int priority = count(fields, "priority", 0, -PRIORITIES, PRIORITIES);
    OptionalDouble seconds = fields.real("timeout");
    if (seconds.isEmpty()) {
      return new Terms(priority, longest);
    }
    if (!(seconds.getAsDouble() > 0 && seconds.getAsDouble() <= LONGEST_SECONDS)) {
      throw ProblemException.invalid(
          "timeout: expected seconds above 0 and up to 86400, found " + seconds.getAsDouble());
    }
    Duration asked = Duration.ofNanos((long) (seconds.getAsDouble() * 1e9));
    boolean longer = longest.isPresent() && longest.get().compareTo(asked) < 0;
    return new Terms(priority, longer ? longest : Optional.of(asked));
  }

  private static SamplingSettings settings(
      JsonFields fields, SamplingSettings defaults, int maxTokens) {
    SamplingSettings.Builder builder = defaults.toBuilder();
    fields.real("temperature").ifPresent(builder::temperature);
    fields.real("top_p").ifPresent(builder::topP);
    fields.integer("top_k").ifPresent(builder::topK);
    fields.real("min_p").ifPresent(builder::minP);
    fields.real("repetition_penalty").ifPresent(builder::repetitionPenalty);
    fields.real("frequency_penalty").ifPresent(builder::frequencyPenalty);
    fields.real("presence_penalty").ifPresent(builder::presencePenalty);
    fields.integer("penalty_window").ifPresent(builder::penaltyWindow);
    builder.maxTokens(fields.integer("max_tokens", maxTokens));
    builder.seed(seed(fields));
    builder.stop(stop(fields));
    builder.logitBias(logitBias(fields));
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw ProblemException.invalid(message.split(" ", 2)[0], message);
    }
  }

  private static long seed(JsonFields fields) {
    Optional<JsonFields> seed = fields.get("seed");
    if (seed.isEmpty()) {
      return ThreadLocalRandom.current().nextLong();
    }
    if (!seed.get().node().isIntegralNumber() || !seed.get().node().canConvertToLong()) {
      throw seed.get().bad("a 64-bit integer");
    }
    return seed.get().node().longValue();
  }

  private static List<String> stop(JsonFields fields) {
    Optional<JsonFields> stop = fields.get("stop");
    if (stop.isEmpty()) {
      return List.of();
    }
    if (stop.get().node().isString()) {
      return List.of(stop.get().asText());
    }
    List<String> texts = stop.get().elements().stream().map(JsonFields::asText).toList();
    if (texts.size() > STOPS) {
      throw ProblemException.invalid(
          "stop: expected at most " + STOPS + " texts, found " + texts.size());
    }
    return texts;
  }

  private static Map<Integer, Double> logitBias(JsonFields fields) {
    Map<Integer, Double> biases = new LinkedHashMap<>();
    Optional<JsonFields> object = fields.object("logit_bias");
    if (object.isPresent()) {
      for (String id : object.get().names()) {
        if (!id.matches("[0-9]{1,9}")) {
          throw ProblemException.invalid("logit_bias: expected token ids as names of its members");
        }
        biases.put(Integer.valueOf(id), object.get().requiredReal(id));
      }
    }
    return biases;
  }

  /// A whole number within bounds.
  static int count(JsonFields fields, String name, int otherwise, int least, int most) {
    OptionalInt given = fields.integer(name);
    int value = given.orElse(otherwise);
    if (value < least || value > most) {
      throw ProblemException.invalid(
          name + ": expected " + least + " to " + most + ", found " + value);
    }
    return value;
  }

  /// The settings of each choice of a prompt: one seed after the other.
  List<SamplingSettings> settingsOfChoices() {
    List<SamplingSettings> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      all.add(settings.toBuilder().seed(settings.seed() + i).build());
    }
    return all;
  }
}
