package sirocco.tensor;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// A set of kernels that may or may not work on this machine. Found by `ServiceLoader`; each can
/// say why it is unusable.
public interface Backend {
  /// A short name: `scalar`, `cpu`, `cuda`.
  String name();

  /// Whether it can run here, and if not, why.
  Availability availability();

  /// Its kernels.
  ///
  /// @param threads that compute, the caller's among them; if empty as many as the machine has
  ///   cores for this process
  /// @throws IllegalStateException if it is not available
  Kernels open(OptionalInt threads);

  /// Its kernels with a thread a core.
  default Kernels open() {
    return open(OptionalInt.empty());
  }

  /// What a backend says of itself on this machine.
  sealed interface Availability {
    /// It works; of several the highest score is the fastest.
    record Available(int score, String what) implements Availability {}

    /// It does not work, for this reason.
    record Unavailable(String why) implements Availability {}
  }

  /// Every backend on the module path, best first, unusable ones last.
  static List<Backend> all() {
    return ServiceLoader.load(Backend.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparingInt(Backend::score).reversed())
        .toList();
  }

  /// The fastest that works here. The scalar backend always does.
  static Backend best() {
    return all().getFirst();
  }

  /// The one with this name.
  ///
  /// @throws TensorException if there is none, or it cannot run here; the message says why
  static Backend named(String name) {
    List<Backend> all = all();
    Backend found =
        all.stream()
            .filter(backend -> backend.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new TensorException(
                    "there is no back end '"
                        + name
                        + "'; there are "
                        + all.stream().map(Backend::name).collect(Collectors.joining(", "))));
    if (found.availability() instanceof Availability.Unavailable(String why)) {
      throw new TensorException("back end '" + name + "' cannot run here: " + why);
    }
    return found;
  }

  private static int score(Backend backend) {
    return switch (backend.availability()) {
      case Availability.Available(int score, _) -> score;
      case Availability.Unavailable(_) -> -1;
    };
  }
}
