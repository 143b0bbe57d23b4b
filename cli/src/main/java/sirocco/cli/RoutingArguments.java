package sirocco.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/// Whether and how `run` shows what the routers decide.
final class RoutingArguments {
  static final String HEADING = "%nRouting:%n";

  /// When colours are written.
  enum Colour {
    /// on a terminal, unless the environment has NO_COLOR
    AUTO,
    ALWAYS,
    NEVER
  }

  @Option(
      names = "--show-routing",
      description = {
        "Colour every token, the prompt's too, by the expert that a layer's router chose first for"
            + " it; a table of the experts' shares follows.",
        "With --json: every layer's experts of every token, under routing."
      })
  private boolean show;

  @Option(
      names = "--routing-layer",
      paramLabel = "L",
      description = "The layer whose choices are shown, from 0 (default: the middle one).")
  private Optional<Integer> layer = Optional.empty();

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "Write colours: auto (default: on a terminal without NO_COLOR), always, never.")
  private Colour colour = Colour.AUTO;

  boolean isOn() {
    return show;
  }

  /// The layer to show, of `layers`.
  int layer(int layers) {
    int chosen = layer.orElse(layers / 2);
    if (chosen < 0 || chosen >= layers) {
      throw new InputException(
          "--routing-layer " + chosen + ": the model has layers 0 to " + (layers - 1));
    }
    return chosen;
  }

  boolean colours() {
    return switch (colour) {
      case ALWAYS -> true;
      case NEVER -> false;
      case AUTO -> Machine.stdoutShowsColours();
    };
  }
}
