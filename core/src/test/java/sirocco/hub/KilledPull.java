package sirocco.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A pull in a process of its own, to be killed. Says where the model is.
public final class KilledPull {
  private KilledPull() {}

  /// Arguments: the hub, the cache, the model.
  public static void main(String[] args) {
    var options =
        new HubOptions(
            URI.create(args[0]),
            Optional.empty(),
            ModelCache.of(Path.of(args[1])),
            4,
            Duration.ofMillis(5),
            Duration.ofSeconds(20));
    System.out.println("begins");
    System.out.println(Hub.of(options).pull(ModelName.parse(args[2]), PullProgress.NONE));
  }
}
