package sirocco.lab.eval;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 of texts.
///
/// @param bytes its first 8, which tell apart as many things as an evaluation has
record Digest(long bytes) {
  /// Of several texts, whose bounds count.
  static Digest of(Object... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (Object part : parts) {
        byte[] text = part.toString().getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).flip());
        sha.update(text);
      }
      return new Digest(ByteBuffer.wrap(sha.digest()).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  String hex() {
    return HexFormat.of().toHexDigits(bytes);
  }
}
