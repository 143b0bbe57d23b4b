package sirocco.testkit;

import java.util.OptionalInt;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;

/// Small configurations with odd sizes.
public final class Configs {
  private Configs() {}

  /// A mixture: 2 layers, width 24, 4 query and 2 key/value heads of 6, experts of 20, vocabulary
  /// 50.
  public static ModelConfig mixtral(int experts, int chosen) {
    return config(Architecture.MIXTRAL, experts, chosen, OptionalInt.empty());
  }

  /// A dense model of the same sizes.
  public static ModelConfig mistral(OptionalInt window) {
    return config(Architecture.MISTRAL, 0, 0, window);
  }

  private static ModelConfig config(
      Architecture architecture, int experts, int chosen, OptionalInt window) {
    return new ModelConfig(
        architecture,
        50,
        24,
        20,
        2,
        4,
        2,
        6,
        experts,
        chosen,
        1e-5f,
        new Rope(1e4, new Rope.Scaling.None()),
        window,
        256,
        false);
  }
}
