package sirocco.engine;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import sirocco.tensor.Backend;
import sirocco.tensor.Backend.Availability;
import sirocco.tensor.ScalarBackend;

/// What is said where faster kernels are at hand but cannot be used: a flag of Java's is easily
/// forgotten, and nothing but the time that answers take would show it.
final class SlowerKernels {
  private SlowerKernels() {}

  /// Says so to the logger `sirocco`, the first time that it is called in a process.
  static void warnOnce() {
    Once.warned();
  }

  /// The sentence; nothing if a fast back end works or none is there.
  ///
  /// @param backends best first
  static Optional<String> sentence(List<Backend> backends) {
    if (!(backends.getFirst() instanceof ScalarBackend)) {
      return Optional.empty();
    }
    List<String> reasons =
        backends.stream()
            .map(Backend::availability)
            .filter(Availability.Unavailable.class::isInstance)
            .map(a -> ((Availability.Unavailable) a).why())
            .toList();
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of("sirocco: slower kernels are used, as " + String.join("; and ", reasons));
  }

  private static void warn(String sentence) {
    System.getLogger("sirocco").log(Level.WARNING, sentence);
  }

  /// Java initialises a class once.
  private static final class Once {
    static {
      sentence(Backend.all()).ifPresent(SlowerKernels::warn);
    }

    static void warned() {}
  }
}
