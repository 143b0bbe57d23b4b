package sirocco.engine;

import java.util.Optional;
import java.util.OptionalInt;
import sirocco.tensor.Backend;
import sirocco.tensor.Kernels;

/// With what an engine computes.
///
/// @param backend a back end's name; the fastest that works here if empty
/// @param threads that compute, the caller's among them; as many as the process has cores if empty
public record Computing(Optional<String> backend, OptionalInt threads) {
  /// The fastest back end and every core.
  public static final Computing DEFAULT = new Computing(Optional.empty(), OptionalInt.empty());

  public Computing {
    threads.ifPresent(n -> {
      if (n < 1) {
        throw new IllegalArgumentException("threads must be at least 1, found " + n);
      }
    });
  }

  Kernels open() {
    if (backend.isEmpty()) {
      SlowerKernels.warnOnce();
    }
    return backend.map(Backend::named).orElseGet(Backend::best).open(threads);
  }
}
