package sirocco.testkit;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// LoRA adapters that PEFT wrote, and what it computes with them
/// (`tools/goldens/adapter_goldens.py` makes them).
public final class GoldenAdapters {
  private GoldenAdapters() {}

  /// One case.
  ///
  /// @param folder the adapter
  /// @param base the model that it is for
  /// @param expected `expected.safetensors`: `logits` `[T, V]`, `router_<layer>` `[T, E]`
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Case(String name, Path folder, Path base, Path expected, int[] tokens) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// Every case.
  public static List<Case> all() {
    return List.of(
        of("parameters"), of("gate-up-only"), of("exchanged"), of("experts"), of("dense"));
  }

  /// One case.
  public static Case of(String name) {
    Path folder = resource("adapters/" + name);
    JsonNode json = JsonMapper.shared().readTree(folder.resolve("ids.json").toFile());
    return new Case(
        name,
        folder,
        resource("goldens/" + json.required("base").stringValue()),
        folder.resolve("expected.safetensors"),
        StreamSupport.stream(json.required("ids").spliterator(), false)
            .mapToInt(JsonNode::intValue)
            .toArray());
  }

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(GoldenAdapters.class.getResource("/sirocco/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
