package sirocco.cli;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import sirocco.engine.SamplingSettings;
import tools.jackson.databind.node.ObjectNode;

/// How tokens are chosen: shared by every command that generates text.
final class SamplingArguments {
  static final String HEADING = "%nSampling:%n";

  /// Those whose values have ranges.
  private static final Set<String> OPTIONS =
      Set.of(
          "--max-tokens",
          "--temperature",
          "--top-k",
          "--top-p",
          "--min-p",
          "--repetition-penalty",
          "--frequency-penalty",
          "--presence-penalty",
          "--penalty-window",
          "--logit-bias");

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      description = "The most tokens to generate (default: ${DEFAULT-VALUE}; chat: no limit).")
  private int maxTokens = 256;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Divides the logits; 0 takes the likeliest token (default: 0.7, or 0.3 where no model is"
              + " named).")
  private Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Keep the K likeliest tokens (default: 0, all).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Keep the likeliest tokens that together reach P (default: 1, all, or 0.9 where no model"
              + " is named).")
  private Optional<Double> topP = Optional.empty();

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Keep tokens at least P times as likely as the likeliest (default: 0, all).")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Divides positive and multiplies negative logits of tokens seen (default: 1).")
  private double repetitionPenalty = 1;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "F",
      description = "Subtracted for each time a token was generated (default: 0).")
  private double frequencyPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "F",
      description = "Subtracted if a token was generated (default: 0).")
  private double presencePenalty;

  @Option(
      names = "--penalty-window",
      paramLabel = "N",
      description = "Tokens that penalties look back at (default: 0, all).")
  private int penaltyWindow;

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=B",
      description = "Add B to the logit of token ID; may be given again.")
  private Map<Integer, Double> logitBias = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same tokens (default: a new one; batch: 0).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text; may be given again.")
  private List<String> stop = new ArrayList<>();

  /// The settings; without `--seed` one is drawn, so that it can be shown and used again.
  ///
  /// @param defaults of the model
  SamplingSettings settings(CommandLine command, SamplingSettings defaults) {
    return settings(
        command,
        defaults,
        seed.orElseGet(() -> (long) new SecureRandom().nextInt(Integer.MAX_VALUE)));
  }

  /// The settings of a command that gives the same result each time.
  SamplingSettings settings(CommandLine command, SamplingSettings defaults, long defaultSeed) {
    try {
      return new SamplingSettings(
          temperature.orElse(defaults.temperature()),
          topK,
          topP.orElse(defaults.topP()),
          minP,
          repetitionPenalty,
          frequencyPenalty,
          presencePenalty,
          penaltyWindow,
          logitBias,
          seed.orElse(defaultSeed),
          stop,
          maxTokens);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, asOptions(String.valueOf(e.getMessage())), e);
    }
  }

  /// Settings are named as JSON has them; here they are options: `max_tokens` is `--max-tokens`.
  private static String asOptions(String message) {
    int end = message.indexOf(' ');
    String name = end < 0 ? "" : message.substring(0, end);
    return name.matches("[a-z]+(_[a-z]+)*") && OPTIONS.contains("--" + name.replace('_', '-'))
        ? "--" + name.replace('_', '-') + message.substring(end)
        : message;
  }

  /// The settings of a chat, whose answers end by themselves unless `-n` was given.
  SamplingSettings chatSettings(CommandLine command, SamplingSettings defaults) {
    SamplingSettings settings = settings(command, defaults);
    return command.getParseResult().hasMatchedOption("-n")
        ? settings
        : settings.toBuilder().maxTokens(Integer.MAX_VALUE).build();
  }

  /// The settings that were given, as OpenAI's API and its kin name them: a server has defaults of
  /// its own.
  ObjectNode given(CommandLine command, SamplingSettings settings) {
    ObjectNode all = Json.tree(settings);
    ObjectNode given = JsonLines.object();
    for (String field : all.propertyNames()) {
      if (command.getParseResult().hasMatchedOption("--" + field.replace('_', '-'))) {
        given.set(field, all.get(field));
      }
    }
    return given;
  }
}
