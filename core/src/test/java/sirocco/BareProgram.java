package sirocco;

import java.nio.file.Path;
import sirocco.engine.SamplingSettings;

/// A program of its own that brings nothing but Sirocco: [BareProgramTest] starts it.
final class BareProgram {
  private BareProgram() {}

  /// @param arguments a model's path
  static void main(String[] arguments) {
    LoadOptions options =
        LoadOptions.DEFAULT.sampling(SamplingSettings.greedy().toBuilder().maxTokens(9).build());
    try (var model = Sirocco.load(Path.of(arguments[0]), options)) {
      IO.println("answered [" + model.complete("in the end") + "]");
    }
  }
}
