package sirocco.train.model;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import sirocco.checkpoint.Role;
import sirocco.tensor.Shape;

/// Numbers that are learnt. One parameter may hold several weights of a checkpoint end to end, so
/// that they are one product: query, key and value; the gates and ups of all experts.
///
/// @param name for messages and for the optimizer's state
/// @param value float32
/// @param parts the checkpoint's weights in the order of their memory
public record Parameter(String name, Tensor value, List<Part> parts) {
  /// One weight of a checkpoint: where it begins, in numbers.
  public record Part(Role role, long offset, Shape shape) {}

  public Parameter {
    parts = List.copyOf(parts);
  }

  /// The part of a tensor with this parameter's shape (its value or gradient), sharing memory.
  public static Tensor view(Tensor whole, Part part) {
    long[] shape = part.shape().extents().stream().mapToLong(Long::longValue).toArray();
    return whole.view(-1).narrow(0, part.offset(), part.shape().elements()).view(shape);
  }

  /// Whether it holds matrices of attention or of feed-forward blocks.
  public boolean isInnerMatrix() {
    return !parts.isEmpty()
        && switch (parts.getFirst().role()) {
          case Role.Global _ -> false;
          case Role.Layer(int _, Role.Part part) ->
              part != Role.Part.ROUTER && parts.getFirst().shape().rank() == 2;
          case Role.Expert _ -> true;
        };
  }

  /// Whether weight decay applies: matrices decay, norms do not.
  public boolean decays() {
    return value.dim() > 1;
  }
}
