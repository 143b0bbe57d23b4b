package sirocco.cpu;

import java.util.OptionalInt;
import sirocco.tensor.Backend;
import sirocco.tensor.Kernels;

/// Vectors of whatever width the processor has, and a thread a core.
public final class CpuBackend implements Backend {
  /// What the module is called that has to be there.
  private static final String VECTORS = "jdk.incubator.vector";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Availability availability() {
    if (ModuleLayer.boot().findModule(VECTORS).isEmpty()) {
      return new Availability.Unavailable(
          "the module " + VECTORS + " is not there; start Java with --add-modules " + VECTORS);
    }
    return new Availability.Available(10, VectorKernels.description());
  }

  @Override
  public Kernels open(OptionalInt threads) {
    if (availability() instanceof Availability.Unavailable(String why)) {
      throw new IllegalStateException(why);
    }
    return new VectorKernels(threads.orElseGet(Runtime.getRuntime()::availableProcessors));
  }
}
