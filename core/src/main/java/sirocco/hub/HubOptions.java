package sirocco.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which hub, for whom, and how patiently.
///
/// @param hub where it is: `https://huggingface.co`
/// @param token sent to that host alone, over https or to this computer
/// @param cache where models are kept
/// @param tries how often in a row something may fail that brought nothing
/// @param delay before the second try; it doubles up to half a minute
/// @param patience how long a connection may be silent
public record HubOptions(
    URI hub,
    Optional<HubToken> token,
    ModelCache cache,
    int tries,
    Duration delay,
    Duration patience) {
  /// The hub that is asked where none is named.
  public static final URI HUGGING_FACE = URI.create("https://huggingface.co");

  /// @throws HubException if the address is none of a hub
  public HubOptions {
    boolean http = Set.of("http", "https").contains(String.valueOf(hub.getScheme()));
    if (!http
        || hub.getHost() == null
        || hub.getRawUserInfo() != null
        || hub.getRawQuery() != null
        || hub.getRawFragment() != null) {
      throw new HubException(
          "the hub's address: expected one such as " + HUGGING_FACE + ", found " + unsecret(hub));
    }
    if (tries < 1 || delay.isNegative() || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "tries must be at least 1, the delay not negative and the patience positive");
    }
  }

  /// Somebody may have put a password into it.
  private static String unsecret(URI hub) {
    return hub.getRawUserInfo() == null ? hub.toString() : "one with a name and password";
  }

  /// As the environment has it: `SIROCCO_HUB` or `HF_ENDPOINT`, `HF_TOKEN` and its kin,
  /// `SIROCCO_CACHE`.
  ///
  /// @throws HubException if that makes no sense
  public static HubOptions ofEnvironment() {
    return of(System.getenv(), System.getProperty("user.home", "?"));
  }

  static HubOptions of(Map<String, String> environment, String home) {
    String hub = environment.getOrDefault("SIROCCO_HUB", "");
    String other = environment.getOrDefault("HF_ENDPOINT", "");
    String chosen = hub.isEmpty() ? other : hub;
    return new HubOptions(
        chosen.isEmpty() ? HUGGING_FACE : address(chosen),
        HubToken.find(environment, home),
        ModelCache.of(ModelCache.folder(environment, home)),
        6,
        Duration.ofMillis(500),
        Duration.ofSeconds(60));
  }

  /// Reads a hub's address.
  ///
  /// @throws HubException if it is none
  public static URI address(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new HubException(
          "the hub's address: expected one such as " + HUGGING_FACE + ", found " + text, e);
    }
  }

  /// The same for another hub.
  public HubOptions hub(URI other) {
    return new HubOptions(other, token, cache, tries, delay, patience);
  }

  /// The same for another user.
  public HubOptions token(Optional<HubToken> other) {
    return new HubOptions(hub, other, cache, tries, delay, patience);
  }

  /// The same with another place for models.
  public HubOptions cache(ModelCache other) {
    return new HubOptions(hub, token, other, tries, delay, patience);
  }

  /// The same, but more or less patient.
  public HubOptions retrying(int most, Duration first, Duration silence) {
    return new HubOptions(hub, token, cache, most, first, silence);
  }

  /// Whether a secret may be sent to the hub: nobody between can read it.
  boolean isPrivate() {
    String host = hub.getHost().toLowerCase(Locale.ROOT);
    return hub.getScheme().equals("https")
        || host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
