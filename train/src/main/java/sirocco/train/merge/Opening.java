package sirocco.train.merge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;

/// Opens several models as one.
final class Opening {
  private Opening() {}

  /// Opens models and makes one of them; if that fails, all are closed.
  static Checkpoint all(List<Path> paths, Function<List<Checkpoint>, Checkpoint> make) {
    List<Checkpoint> models = new ArrayList<>();
    try {
      for (Path path : paths) {
        models.add(Checkpoints.open(path));
      }
      return make.apply(models);
    } catch (RuntimeException | Error e) {
      models.forEach(Checkpoint::close);
      throw e;
    }
  }
}
