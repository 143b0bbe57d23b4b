package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Tells what a file that is not GGUF might be, so that the message helps.
final class GgufLookalike {
  /// The first bytes of other files, as ISO 8859-1, and what they say.
  private record Magic(String start, String meaning) {}

  private static final List<Magic> MAGICS =
      List.of(
          new Magic("FUGG", "a big-endian GGUF file"),
          new Magic("lmgg", "an old GGML file; convert the original model again"),
          new Magic("tjgg", "an old GGJT file; convert the original model again"),
          new Magic("fmgg", "an old GGMF file; convert the original model again"),
          new Magic("algg", "an old GGLA adapter"),
          new Magic("PK\u0003\u0004", "a zip archive, perhaps a PyTorch checkpoint"),
          new Magic("\u0080\u0002", "a Python pickle, perhaps a PyTorch checkpoint"),
          new Magic("\u001f\u008b", "a gzip archive"),
          new Magic("(\u00b5/\u00fd", "a zstd archive"),
          new Magic("version https://git-lfs", "a Git LFS pointer; fetch the file itself"),
          new Magic("<!", "a web page, perhaps a failed download"),
          new Magic("<html", "a web page, perhaps a failed download"),
          new Magic("{", "a JSON text"));

  private GgufLookalike() {}

  /// What the file begins like.
  static String describe(MemorySegment bytes) {
    int length = (int) Math.min(32, bytes.byteSize());
    if (length == 0) {
      return "an empty file";
    }
    byte[] head = bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    String start = new String(head, StandardCharsets.ISO_8859_1);
    // safetensors: the length of the header in 8 bytes, then JSON.
    if (length > 8 && start.charAt(8) == '{' && start.startsWith("\0\0", 6)) {
      return "a safetensors file; name its folder or the .safetensors file";
    }
    return MAGICS.stream()
        .filter(m -> start.startsWith(m.start()))
        .findFirst()
        .map(Magic::meaning)
        .orElseGet(() -> "a file that begins with " + hex(head));
  }

  private static String hex(byte[] head) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(8, head.length); i++) {
      text.append(String.format(i == 0 ? "%02x" : " %02x", head[i]));
    }
    return text.toString();
  }
}
