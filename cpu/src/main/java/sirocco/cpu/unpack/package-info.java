/// Weights to float32 on vectors, one file a format; every number comes out bit for bit as core's
/// [sirocco.tensor.quant.Format] decodes it.
@org.jspecify.annotations.NullMarked
package sirocco.cpu.unpack;
