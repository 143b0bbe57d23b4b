package sirocco.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The reference cases of `shared/goldens`: small models and what an independent implementation
/// computes on them.
public final class Goldens {
  private Goldens() {}

  /// One case.
  ///
  /// @param name of its folder
  /// @param model a Hugging Face folder or a GGUF file
  /// @param expected `expected.safetensors`: `logits` `[T, V]`, `router_<layer>` `[T, E]`, `greedy`
  /// @param ids the tokens of the text
  /// @param promptLength how many of them the greedy continuation starts from
  /// @param greedySteps its length
  /// @param tolerance the largest difference allowed in logits
  public record Case(
      String name,
      Path model,
      Path expected,
      List<Integer> ids,
      int promptLength,
      int greedySteps,
      double tolerance) {
    @Override
    public String toString() {
      return name;
    }

    /// The tokens as a forward pass takes them.
    public int[] tokens() {
      return ids.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /// Every case, by name; the test is skipped where they are not there.
  public static List<Case> all() {
    return in(Shared.require("goldens"));
  }

  /// The cases of the same form that this repository has (`tools/goldens` makes them), read from
  /// the sources: a model's files are mapped, which those in a jar cannot be.
  public static List<Case> committed() {
    return in(Path.of("..", "core", "src", "test", "resources", "sirocco", "goldens"));
  }

  /// The cases whose names begin so, such as `mixtral-`.
  public static List<Case> named(String prefix) {
    return all().stream().filter(c -> c.name.startsWith(prefix)).toList();
  }

  /// One case.
  public static Case of(String name) {
    return read(Shared.require("goldens/" + name));
  }

  private static List<Case> in(Path folder) {
    try (Stream<Path> inside = Files.list(folder)) {
      return inside
          .filter(path -> Files.exists(path.resolve("ids.json")))
          .sorted()
          .map(Goldens::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case read(Path folder) {
    JsonNode json = JsonMapper.shared().readTree(folder.resolve("ids.json").toFile());
    Path gguf = folder.resolve("model.gguf");
    return new Case(
        String.valueOf(folder.getFileName()),
        Files.exists(gguf) ? gguf : folder,
        folder.resolve("expected.safetensors"),
        StreamSupport.stream(json.required("ids").spliterator(), false)
            .map(JsonNode::intValue)
            .toList(),
        json.required("prompt_length").intValue(),
        json.required("greedy_steps").intValue(),
        json.required("tolerance").doubleValue());
  }
}
