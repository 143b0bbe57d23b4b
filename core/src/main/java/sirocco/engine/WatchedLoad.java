package sirocco.engine;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import sirocco.checkpoint.Checkpoint;

/// Tells Java's flight recorder of a model that is opened.
final class WatchedLoad {
  private final FlightEvents.ModelLoad event = new FlightEvents.ModelLoad();

  private WatchedLoad() {
    event.begin();
  }

  /// Begins; nothing if nobody records.
  static Optional<WatchedLoad> begin() {
    return FlightEvents.awake() ? Optional.of(new WatchedLoad()) : Optional.empty();
  }

  /// It went well.
  void end(Path path, Checkpoint checkpoint) {
    if (event.shouldCommit()) {
      event.path = path.toString();
      event.bytes = checkpoint.fileBytes();
      event.architecture = checkpoint.config().architecture().name().toLowerCase(Locale.ROOT);
      event.commit();
    }
  }
}
