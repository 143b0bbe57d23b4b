package sirocco.tensor;

import java.util.OptionalInt;

/// Plain Java: slow, exact, everywhere. What every other backend is tested against. It uses the
/// JVM's common pool, however many threads it is asked for.
public final class ScalarBackend implements Backend {
  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Availability availability() {
    return new Availability.Available(0, "plain Java: exact and slow, the reference");
  }

  @Override
  public Kernels open(OptionalInt threads) {
    return new ScalarKernels();
  }
}
