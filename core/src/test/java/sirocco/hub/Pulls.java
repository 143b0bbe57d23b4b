package sirocco.hub;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import sirocco.testkit.FakeHub;

/// What tests of pulls share.
final class Pulls {
  static final ModelName TINY = ModelName.parse(FakeHub.REPOSITORY);

  private Pulls() {}

  /// Without a token and without waiting.
  static HubOptions options(FakeHub hub, Path cache) {
    return new HubOptions(
        hub.uri(),
        Optional.empty(),
        ModelCache.of(cache),
        4,
        Duration.ofMillis(2),
        Duration.ofSeconds(20));
  }

  /// Reproducible bytes.
  static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// Every file below a folder, hidden ones too, as paths from it.
  static List<String> files(Path folder) throws Exception {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString())
          .filter(f -> !f.startsWith(".locks"))
          .sorted()
          .toList();
    }
  }

  /// Remembers what it hears.
  static final class Heard implements PullProgress {
    final List<String> notes = new ArrayList<>();
    String model = "";
    long total;
    long done;

    @Override
    public void begins(String name, long bytes, long there) {
      model = name;
      total = bytes;
      done = there;
    }

    @Override
    public void advances(String file, long bytes) {
      done += bytes;
    }

    @Override
    public void notes(String message) {
      notes.add(message);
    }
  }
}
