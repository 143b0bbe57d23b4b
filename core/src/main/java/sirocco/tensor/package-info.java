/// Numbers in native memory and the kernels that work on them.
package sirocco.tensor;
