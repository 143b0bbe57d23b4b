/// Kernels for processors with vectors: what is split among threads, and what one thread computes.
@org.jspecify.annotations.NullMarked
package sirocco.cpu;
