/// Kernels for processors with vectors, on the Vector API. The only module that needs the
/// incubating module; nothing depends on it, core finds it by itself.
@org.jspecify.annotations.NullMarked
module sirocco.cpu {
  requires static transitive org.jspecify;
  requires jdk.incubator.vector;
  requires sirocco.core;

  provides sirocco.tensor.Backend with
      sirocco.cpu.CpuBackend;
}
