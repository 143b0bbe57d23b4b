package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/// What a GGUF file keeps of a change of the rotary frequencies: tensor `rope_freqs.weight`, F32
/// `[d/2]`, a divisor a pair.
///
/// The rule that such divisors came from cannot be told from them, and a `config.json` has no other
/// way to say them; so it is noted under keys of Sirocco's own, which other programs pass over.
public final class GgufRope {
  private static final String FACTOR = "sirocco.rope.llama3.factor";
  private static final String LOW = "sirocco.rope.llama3.low_freq_factor";
  private static final String HIGH = "sirocco.rope.llama3.high_freq_factor";
  private static final String ORIGINAL = "sirocco.rope.llama3.original_max_position_embeddings";

  /// How far a divisor may lie from the rule's: theta is only kept as a float.
  private static final double TOLERANCE = 1e-5;

  private GgufRope() {}

  /// Notes the rule, where there is one.
  static void note(Rope.Scaling scaling, SequencedMap<String, GgufValue> metadata) {
    if (scaling instanceof Rope.Scaling.Llama3(double factor, double low, double high, int from)) {
      metadata.put(FACTOR, GgufValue.float64(factor));
      metadata.put(LOW, GgufValue.float64(low));
      metadata.put(HIGH, GgufValue.float64(high));
      metadata.put(ORIGINAL, GgufValue.uint32(from));
    }
  }

  /// The rule that a file notes.
  ///
  /// @throws IllegalArgumentException if it makes no sense
  static Optional<Rope.Scaling.Llama3> llama3(GgufMetadata metadata) {
    OptionalDouble factor = metadata.real(FACTOR);
    OptionalDouble low = metadata.real(LOW);
    OptionalDouble high = metadata.real(HIGH);
    OptionalInt original = metadata.integer(ORIGINAL);
    return factor.isPresent() && low.isPresent() && high.isPresent() && original.isPresent()
        ? Optional.of(
            new Rope.Scaling.Llama3(
                factor.getAsDouble(), low.getAsDouble(), high.getAsDouble(), original.getAsInt()))
        : Optional.empty();
  }

  /// Whether the tensor holds what the rule gives: another program may have changed it.
  static boolean agree(Rope.Scaling.Llama3 rule, double theta, List<Float> found) {
    List<Float> expected = llama3(rule, theta, 2 * found.size());
    return IntStream.range(0, found.size())
        .allMatch(i -> Math.abs(found.get(i) / expected.get(i) - 1) < TOLERANCE);
  }

  /// The divisors that `rope_freqs.weight` is to hold; empty if the file needs no such tensor.
  public static List<Float> factors(ModelConfig config) {
    return switch (config.rope().scaling()) {
      case Rope.Scaling.None _, Rope.Scaling.Linear _ -> List.of();
      case Rope.Scaling.PerPair(List<Float> factors) -> factors;
      case Rope.Scaling.Llama3 llama3 -> llama3(llama3, config.rope().theta(), config.headDim());
    };
  }

  /// The formula of transformers' `llama3` scaling: by wavelength in tokens against the context of
  /// the first training, 1 for short waves, `factor` for long ones, a ramp between.
  private static List<Float> llama3(Rope.Scaling.Llama3 scaling, double theta, int headDim) {
    double context = scaling.originalMaxPositionEmbeddings();
    var factors = new ArrayList<Float>();
    for (int i = 0; i < headDim / 2; i++) {
      double wavelength = 2 * Math.PI * Math.pow(theta, 2.0 * i / headDim);
      double turns = context / wavelength;
      double kept =
          Math.clamp(
              (turns - scaling.lowFreqFactor())
                  / (scaling.highFreqFactor() - scaling.lowFreqFactor()),
              0.0,
              1.0);
      factors.add((float) (1 / ((1 - kept) / scaling.factor() + kept)));
    }
    return factors;
  }
}
