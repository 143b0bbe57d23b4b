package sirocco.train.model;

import org.bytedeco.pytorch.global.torch.ScalarType;

/// The type of matrix products and attention. Parameters, the residual stream, norms, routers and
/// losses are float32 in both.
public enum Precision {
  FLOAT32(ScalarType.Float),
  /// Pays where the processor multiplies it natively (AMX, AVX512-BF16, GPUs).
  BFLOAT16(ScalarType.BFloat16);

  private final ScalarType type;

  Precision(ScalarType type) {
    this.type = type;
  }

  ScalarType type() {
    return type;
  }
}
