package sirocco.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.checkpoint.Adapter;
import sirocco.checkpoint.Checkpoint;

/// The adapters of an engine, open.
///
/// @param usual what is added to the weights unless a request names another
/// @param others by name, in the order of [EngineOptions#adapters]
record Adapters(Optional<Adapter> usual, List<Adapter> others) implements AutoCloseable {
  static Adapters open(EngineOptions options, Checkpoint checkpoint) {
    List<Adapter> open = new ArrayList<>();
    try {
      options.adapter().ifPresent(folder -> open.add(Adapter.open(folder, checkpoint)));
      int usual = open.size();
      for (Path folder : options.adapters().values()) {
        open.add(Adapter.open(folder, checkpoint));
      }
      return new Adapters(open.stream().limit(usual).findFirst(), open.subList(usual, open.size()));
    } catch (RuntimeException | Error e) {
      open.forEach(Adapter::close);
      throw e;
    }
  }

  @Override
  public void close() {
    usual.ifPresent(Adapter::close);
    others.forEach(Adapter::close);
  }
}
