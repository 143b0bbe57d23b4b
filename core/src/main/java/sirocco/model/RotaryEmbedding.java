package sirocco.model;

import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Rope;
import sirocco.tensor.Kernels;
import sirocco.tensor.Tensor;

/// The angles of rotary position embedding. Powers, frequencies and angles are rounded to float32
/// where Hugging Face transformers rounds them: at position 30000 the last bit of a frequency turns
/// a pair by 2 thousandths of a radian.
public final class RotaryEmbedding {
  private final float[] frequencies;
  private final Kernels.RotaryPairs pairs;

  public RotaryEmbedding(ModelConfig config, Rope.Layout layout) {
    int half = config.headDim() / 2;
    this.frequencies = new float[half];
    for (int i = 0; i < half; i++) {
      float power = (float) Math.pow(config.rope().theta(), 2f * i / config.headDim());
      float plain = 1 / power;
      frequencies[i] = scaled(plain, i, config.rope().scaling());
    }
    this.pairs =
        switch (layout) {
          case HALVES -> new Kernels.RotaryPairs(1, half);
          case NEIGHBOURS -> new Kernels.RotaryPairs(2, 1);
        };
  }

  Kernels.RotaryPairs pairs() {
    return pairs;
  }

  /// Radians that a pair turns from one position to the next.
  public float frequency(int pair) {
    return frequencies[pair];
  }

  /// Writes cosine and sine of each pair at `position` to row `row` of `[T, d/2, 2]`.
  public void angles(int position, Tensor cosSin, int row) {
    long at = 2L * row * frequencies.length;
    for (float frequency : frequencies) {
      float angle = position * frequency;
      cosSin.setFloat(at++, (float) Math.cos(angle));
      cosSin.setFloat(at++, (float) Math.sin(angle));
    }
  }

  private static float scaled(float frequency, int pair, Rope.Scaling scaling) {
    return switch (scaling) {
      case Rope.Scaling.None() -> frequency;
      case Rope.Scaling.Linear(double factor) -> frequency / (float) factor;
      case Rope.Scaling.PerPair(var factors) -> frequency / factors.get(pair);
      case Rope.Scaling.Llama3 llama3 -> llama3(frequency, llama3);
    };
  }

  /// Wavelengths above `original / low` are stretched by the factor, those below `original / high`
  /// kept, and between the two the frequency is interpolated (Llama 3.1's `rope_type: llama3`).
  private static float llama3(float frequency, Rope.Scaling.Llama3 s) {
    float wavelength = (float) (2 * Math.PI) / frequency;
    double original = s.originalMaxPositionEmbeddings();
    if (wavelength > original / s.lowFreqFactor()) {
      return frequency / (float) s.factor();
    }
    if (wavelength < original / s.highFreqFactor()) {
      return frequency;
    }
    float smooth =
        ((float) original / wavelength - (float) s.lowFreqFactor())
            / (float) (s.highFreqFactor() - s.lowFreqFactor());
    return (1 - smooth) * frequency / (float) s.factor() + smooth * frequency;
  }
}
