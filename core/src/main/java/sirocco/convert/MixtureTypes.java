package sirocco.convert;

import java.util.List;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.QuantizationMixture;
import sirocco.checkpoint.Role;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;

/// The types of a quantised file.
///
/// @param requantize whether weights that are quantised already may be decoded and quantised anew,
///   which adds the errors of both
public record MixtureTypes(QuantizationMixture mixture, ModelConfig config, boolean requantize)
    implements GgufTypes {
  @Override
  public DType of(String name, List<Role> roles, List<Tensor> sources) {
    DType dtype = mixture.typeOf(roles.getFirst(), sources.getFirst().columns(), config);
    for (Tensor source : sources) {
      if (source.dtype().isQuantized() && source.dtype() != dtype && !requantize) {
        throw new ConvertException(
            "tensor "
                + name
                + ": is "
                + source.dtype()
                + " already, and quantising it to "
                + dtype
                + " would add the errors of both; start from the original, or give --requantize");
      }
    }
    return dtype;
  }
}
