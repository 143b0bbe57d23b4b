package sirocco.hub;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// Paths that a hub may choose: on every system they name one plain file inside the model's folder.
final class SafePath {
  /// Bytes of the whole path; with the cache's own folders it stays below what systems allow.
  private static final int MAX_BYTES = 180;

  private static final int MAX_DEPTH = 8;

  /// Separators, drives and streams of Windows, wildcards, and what cannot be seen.
  private static final Pattern FORBIDDEN =
      Pattern.compile("[\\\\:*?\"<>|\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");

  /// Names that Windows gives to devices, with any ending.
  private static final Pattern DEVICE =
      Pattern.compile(
          "(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3])\\s*(\\..*)?",
          Pattern.CASE_INSENSITIVE);

  private SafePath() {}

  /// @throws HubException unless the path is safe
  static void require(String path) {
    String fault = fault(path);
    if (!fault.isEmpty()) {
      throw new HubException(
          "the hub lists a file that is not safe to write: " + path + ": " + fault);
    }
  }

  /// What is wrong with a path; empty if nothing is.
  static String fault(String path) {
    if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return "longer than " + MAX_BYTES + " bytes";
    }
    String[] segments = path.split("/", -1);
    if (segments.length > MAX_DEPTH) {
      return "more than " + MAX_DEPTH + " folders deep";
    }
    for (String segment : segments) {
      String fault = faultOfSegment(segment);
      if (!fault.isEmpty()) {
        return fault;
      }
    }
    return "";
  }

  private static String faultOfSegment(String segment) {
    if (segment.isBlank()) {
      return "an empty name";
    }
    if (segment.startsWith(".")) {
      return "a name that begins with a dot";
    }
    if (segment.startsWith(" ") || segment.endsWith(" ") || segment.endsWith(".")) {
      return "a name with a space or dot at its end";
    }
    if (FORBIDDEN.matcher(segment).find()) {
      return "a character that file names must not have";
    }
    return DEVICE.matcher(segment).matches() ? "the name of a device on Windows" : "";
  }

  /// A safe path inside a folder.
  static Path in(Path folder, String path) {
    require(path);
    Path inside = folder;
    for (String segment : path.split("/", -1)) {
      inside = inside.resolve(segment);
    }
    return inside;
  }

  /// The same for paths that some file systems take for the same.
  static String folded(String path) {
    return Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }
}
