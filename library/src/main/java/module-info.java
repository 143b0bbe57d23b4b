/// Mixture-of-experts language models in a Java program: the one module that it requires. There is
/// no code here. It brings `sirocco.core`, which is the API, the kernels for this machine's
/// processor, and the small model that is used where none is named.
module sirocco {
  requires transitive sirocco.core;
  requires transitive sirocco.defaultmodel;
  // Core finds its kernels by itself; required, it is on every module path and in every jlink
  // image.
  requires sirocco.cpu;
}
