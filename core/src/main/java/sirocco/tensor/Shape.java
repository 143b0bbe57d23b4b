package sirocco.tensor;

import java.util.Arrays;
import java.util.List;

/// The extents of a tensor, outermost first: a matrix of R rows and C columns is `[R, C]`, stored
/// row after row.
public record Shape(List<Long> extents) {
  public Shape {
    extents = List.copyOf(extents);
    long elements = 1;
    for (long extent : extents) {
      if (extent < 0) {
        throw new TensorException("shape " + extents + " has a negative extent");
      }
      try {
        elements = Math.multiplyExact(elements, extent);
      } catch (ArithmeticException e) {
        throw new TensorException("shape " + extents + " has more than 2^63 elements", e);
      }
    }
  }

  public static Shape of(long... extents) {
    return new Shape(Arrays.stream(extents).boxed().toList());
  }

  public int rank() {
    return extents.size();
  }

  public long extent(int axis) {
    return extents.get(axis);
  }

  public long elements() {
    long elements = 1;
    for (long extent : extents) {
      elements *= extent;
    }
    return elements;
  }

  /// The shape of one entry along the outermost axis.
  public Shape inner() {
    return new Shape(extents.subList(1, extents.size()));
  }

  @Override
  public String toString() {
    return extents.toString();
  }
}
