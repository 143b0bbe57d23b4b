package sirocco.tensor;

/// Plain Java: slow, exact, everywhere. What every other backend is tested against.
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
  public Kernels open() {
    return new ScalarKernels();
  }
}
