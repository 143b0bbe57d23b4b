package sirocco.checkpoint;

import java.util.List;

/// Rotary position embedding (RoFormer, arXiv 2104.09864): pair i of a head turns by `position /
/// theta^(2i/d)`.
///
/// @param theta the base, often 1e4 or 1e6
/// @param scaling how the frequencies are changed for longer contexts
public record Rope(double theta, Scaling scaling) {
  public Rope {
    if (!(theta > 0 && theta <= 1e15)) {
      throw new IllegalArgumentException("rope_theta must lie between 0 and 1e15, found " + theta);
    }
  }

  /// Which numbers of a head form a pair. Hugging Face files use halves; Mistral's own files and
  /// GGUF use neighbours, so their query and key rows are permuted (reference: transformers'
  /// conversion scripts).
  public enum Layout {
    /// i and i + d/2
    HALVES,
    /// 2i and 2i + 1
    NEIGHBOURS
  }

  /// Changes of the frequencies.
  public sealed interface Scaling {
    /// As trained.
    record None() implements Scaling {}

    /// Every frequency divided by `factor` (Hugging Face `linear`).
    record Linear(double factor) implements Scaling {
      public Linear {
        positive("factor", factor);
      }
    }

    /// Low frequencies divided by `factor`, high ones kept, a ramp between (Hugging Face `llama3`).
    record Llama3(
        double factor,
        double lowFreqFactor,
        double highFreqFactor,
        int originalMaxPositionEmbeddings)
        implements Scaling {
      public Llama3 {
        positive("factor", factor);
        positive("low_freq_factor", lowFreqFactor);
        positive("high_freq_factor", highFreqFactor);
        positive("original_max_position_embeddings", originalMaxPositionEmbeddings);
        if (highFreqFactor <= lowFreqFactor) {
          throw new IllegalArgumentException(
              "high_freq_factor "
                  + highFreqFactor
                  + " must be above low_freq_factor "
                  + lowFreqFactor);
        }
      }
    }

    /// Frequency i divided by factor i, of d/2 (GGUF's `rope_freqs.weight`).
    record PerPair(List<Float> factors) implements Scaling {
      public PerPair {
        factors = List.copyOf(factors);
        factors.forEach(f -> positive("rope factor", f));
      }
    }

    private static void positive(String name, double value) {
      if (!(value > 0 && value < 1e15)) {
        throw new IllegalArgumentException(name + " must be positive, found " + value);
      }
    }
  }
}
