package sirocco.checkpoint;

import java.util.ArrayList;
import java.util.List;

/// What a GGUF file keeps of a change of the rotary frequencies: tensor `rope_freqs.weight`, F32
/// `[d/2]`, a divisor a pair.
public final class GgufRope {
  private GgufRope() {}

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
