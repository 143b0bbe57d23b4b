package sirocco.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who asks: the secret that a hub gave to a user. It is never printed.
public final class HubToken {
  private static final int MAX_BYTES = 4096;
  private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");

  private final String text;

  private HubToken(String text) {
    this.text = text;
  }

  /// Takes a token as the hub shows it.
  ///
  /// @throws HubException if it has characters that cannot be sent
  public static HubToken of(String text) {
    String stripped = text.strip();
    if (!PRINTABLE.matcher(stripped).matches()) {
      throw new HubException(
          "the hub's token has characters that no token has; is it the right one?");
    }
    return new HubToken(stripped);
  }

  /// The token of this user, where Hugging Face's own tools look: `HF_TOKEN`, the file that
  /// `HF_TOKEN_PATH` names, else the file `token` in `HF_HOME` or `~/.cache/huggingface`.
  ///
  /// @throws HubException if one is named that cannot be read
  static Optional<HubToken> find(Map<String, String> environment, String home) {
    String own = environment.getOrDefault("HF_TOKEN", "");
    if (!own.isBlank()) {
      return Optional.of(of(own));
    }
    String named = environment.getOrDefault("HF_TOKEN_PATH", "");
    if (!named.isEmpty()) {
      return read(Path.of(named));
    }
    String base = environment.getOrDefault("HF_HOME", "");
    Path file =
        (base.isEmpty() ? Path.of(home, ".cache", "huggingface") : Path.of(base)).resolve("token");
    return Files.isReadable(file) ? read(file) : Optional.empty();
  }

  private static Optional<HubToken> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      return text.isBlank() ? Optional.empty() : Optional.of(of(text));
    } catch (IOException e) {
      throw new HubException(file + ": the hub's token cannot be read: " + e, e);
    }
  }

  /// The value of the header `Authorization`.
  String authorization() {
    return "Bearer " + text;
  }

  @Override
  public String toString() {
    return "HubToken[hidden]";
  }
}
