package sirocco.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a hub says a file's bytes come to.
///
/// @param hex lower-case hexadecimal digits, as many as the kind has
public record Checksum(Kind kind, String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");

  /// How it is computed.
  public enum Kind {
    /// SHA-256 of the bytes: files in Git's large file storage.
    SHA256("SHA-256", 64),
    /// SHA-1 of `blob`, a space, the length, a zero byte and the bytes: files in Git itself.
    GIT("SHA-1", 40);

    private final String algorithm;
    private final int digits;

    Kind(String algorithm, int digits) {
      this.algorithm = algorithm;
      this.digits = digits;
    }
  }

  /// @throws IllegalArgumentException if these are not the digits of such a checksum
  public Checksum {
    if (hex.length() != kind.digits || !HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "expected " + kind.digits + " lower-case hexadecimal digits, found " + hex);
    }
  }

  /// Whether a text could be the digits of one.
  static boolean isValid(Kind kind, String hex) {
    return hex.length() == kind.digits && HEX.matcher(hex).matches();
  }

  /// A digest that is ready for the bytes of a file.
  ///
  /// @param size of that file
  MessageDigest start(long size) {
    try {
      MessageDigest digest = MessageDigest.getInstance(kind.algorithm);
      if (kind == Kind.GIT) {
        digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      }
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + kind.algorithm, e);
    }
  }

  /// The checksum that a digest of the same kind came to.
  Checksum of(MessageDigest digest) {
    return new Checksum(kind, HexFormat.of().formatHex(digest.digest()));
  }

  /// For instance `sha256:9f86…`.
  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + ":" + hex;
  }
}
