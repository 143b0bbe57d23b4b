package sirocco.tensor.quant;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import sirocco.tensor.DType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What gguf-py and ggml do on seeded data; made by tools/goldens/quant_goldens.py.
final class Goldens {
  private Goldens() {}

  static JsonNode index() {
    return JsonMapper.shared().readTree(bytes("goldens.json"));
  }

  /// Blocks of the type, then the numbers they hold.
  static byte[] blocks(DType dtype) {
    return bytes(dtype.name().toLowerCase(Locale.ROOT) + ".bin");
  }

  private static byte[] bytes(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
