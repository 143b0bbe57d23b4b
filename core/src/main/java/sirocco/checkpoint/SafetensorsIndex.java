package sirocco.checkpoint;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import sirocco.json.JsonFields;

/// `model.safetensors.index.json`: which shard holds which tensor.
final class SafetensorsIndex {
  private static final Pattern PLAIN_NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,240}\\.safetensors");

  private SafetensorsIndex() {}

  /// The shard of each tensor, inside the folder. A shard's name must be a plain file name: an
  /// index must not reach other places of the disk.
  static Map<String, Path> parse(Path folder, JsonFields index) {
    JsonFields map = index.requiredObject("weight_map");
    var places = new LinkedHashMap<String, Path>();
    for (String tensor : map.names()) {
      String shard = map.requiredText(tensor);
      if (!PLAIN_NAME.matcher(shard).matches()) {
        throw map.error(
            tensor + ": expected the plain name of a .safetensors file, found \"" + shard + "\"");
      }
      places.put(tensor, folder.resolve(shard));
    }
    if (places.isEmpty()) {
      throw index.error("weight_map is empty");
    }
    return places;
  }
}
