package sirocco.train.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.tensor.Tensor;
import sirocco.testkit.Goldens;

/// Models whose losses and gradients another implementation has computed.
public final class GradientCases {
  private GradientCases() {}

  /// One of them.
  ///
  /// @param expected `batch`, `loss`, `grad.*`, `dpo.*`
  public record Case(String name, Path model, Path expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// Those that `tools/goldens/gradient_goldens.py` made.
  public static List<Case> committed() {
    try {
      Path folder =
          Path.of(
              Objects.requireNonNull(GradientCases.class.getResource("/sirocco/train/gradients"))
                  .toURI());
      try (Stream<Path> inside = Files.list(folder)) {
        return inside
            .sorted()
            .map(path ->
                new Case(
                    String.valueOf(path.getFileName()), path, path.resolve("expected.safetensors")))
            .toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The shared ones that have this tensor.
  public static List<Case> shared(String tensor) {
    return Goldens.all().stream()
        .map(golden -> new Case(golden.name(), golden.model(), golden.expected()))
        .filter(has(tensor))
        .toList();
  }

  private static Predicate<Case> has(String tensor) {
    return golden -> {
      try (SafetensorsFile file = SafetensorsFile.open(golden.expected())) {
        return file.has(tensor);
      }
    };
  }

  /// An int32 tensor.
  public static int[] integers(Tensor tensor) {
    int[] values = new int[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.data().getAtIndex(Tensor.INT, i);
    }
    return values;
  }
}
