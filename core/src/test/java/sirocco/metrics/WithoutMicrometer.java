package sirocco.metrics;

import java.nio.file.Path;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.engine.SamplingSettings;

/// A program of its own that must not find Micrometer: [LanguageModelMetricsTest] starts it.
final class WithoutMicrometer {
  private WithoutMicrometer() {}

  /// @param arguments a model's path
  static void main(String[] arguments) {
    LoadOptions options =
        LoadOptions.DEFAULT.sampling(SamplingSettings.greedy().toBuilder().maxTokens(9).build());
    try {
      Class.forName("io.micrometer.core.instrument.MeterRegistry");
      throw new IllegalStateException("Micrometer is there");
    } catch (ClassNotFoundException expected) {
      try (var model = Sirocco.load(Path.of(arguments[0]), options)) {
        IO.println("answered [" + model.complete("in the end") + "]");
      }
    }
  }
}
