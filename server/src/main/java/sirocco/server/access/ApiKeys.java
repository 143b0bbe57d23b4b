package sirocco.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import sirocco.server.http.Problem;
import sirocco.server.http.ProblemException;

/// The keys that open a server. Without any, everybody may enter.
public final class ApiKeys {
  private static final String SCHEME = "Bearer ";

  private final List<Door> doors;

  /// One key, its digest and what it has left.
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  private record Door(ApiKey key, byte[] digest, Optional<Rate> rate, Semaphore room) {
    static Door of(ApiKey key) {
      Allowance allowance = key.allowance();
      int rate = allowance.requestsPerMinute();
      int room = allowance.concurrent();
      return new Door(
          key,
          sha256(key.secret()),
          rate == 0 ? Optional.empty() : Optional.of(new Rate(rate, System.nanoTime())),
          new Semaphore(room == 0 ? Integer.MAX_VALUE : room));
    }
  }

  private ApiKeys(List<Door> doors) {
    this.doors = doors;
  }

  /// These keys; none lets everybody in.
  ///
  /// @throws AccessException if two are the same
  public static ApiKeys of(List<ApiKey> keys) {
    if (keys.stream().map(ApiKey::secret).distinct().count() < keys.size()) {
      throw new AccessException("two keys are the same");
    }
    return new ApiKeys(keys.stream().map(Door::of).toList());
  }

  /// Whether there are no keys.
  public boolean isOpen() {
    return doors.isEmpty();
  }

  /// A request that was let in; closed when it is answered.
  public static final class Visit implements AutoCloseable {
    private final Optional<Door> door;

    private Visit(Optional<Door> door) {
      this.door = door;
    }

    /// The name of its key, if keys are asked for.
    public Optional<String> keyName() {
      return door.map(d -> d.key().name());
    }

    @Override
    public void close() {
      door.ifPresent(d -> d.room().release());
    }
  }

  /// Lets a request in.
  ///
  /// @param authorization the field of its header
  /// @throws ProblemException 401 without a key that is known, 429 if the key's allowance is used
  ///   up
  public Visit enter(Optional<String> authorization) {
    if (isOpen()) {
      return new Visit(Optional.empty());
    }
    Door door =
        find(secret(authorization))
            .orElseThrow(() ->
                new ProblemException(
                    Problem.unauthorized(
                        authorization.isPresent()
                            ? "the API key is not known"
                            : "an API key is needed: Authorization: Bearer KEY")));
    Duration wait = door.rate().map(rate -> rate.take(System.nanoTime())).orElse(Duration.ZERO);
    if (!wait.isZero()) {
      throw new ProblemException(
          Problem.tooMany(
              "this key may ask " + door.key().allowance().requestsPerMinute() + " times a minute",
              wait.plusMillis(999)));
    }
    if (!door.room().tryAcquire()) {
      throw new ProblemException(
          Problem.tooMany(
              "this key may have " + door.key().allowance().concurrent() + " requests at a time",
              Duration.ofSeconds(1)));
    }
    return new Visit(Optional.of(door));
  }

  private static String secret(Optional<String> authorization) {
    return authorization
        .filter(text -> text.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(text -> text.substring(SCHEME.length()).strip())
        .orElse("");
  }

  /// Takes as long for every secret: all keys are compared, by digests, whole.
  private Optional<Door> find(String secret) {
    byte[] digest = sha256(secret);
    Optional<Door> found = Optional.empty();
    for (Door door : doors) {
      if (MessageDigest.isEqual(digest, door.digest())) {
        found = Optional.of(door);
      }
    }
    return found;
  }

  private static byte[] sha256(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
