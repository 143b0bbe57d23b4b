package sirocco.checkpoint;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SequencedMap;

/// A LoRA: what it adds to the weights of a base, by role. Weights that it does not name stay as
/// they are. Tensors share the file's memory where its layout allows; closing the adapter unmaps
/// it, so nothing may use it after.
public final class Adapter implements AutoCloseable {
  private final Path path;
  private final SequencedMap<Role, LowRank> pairs;
  private final Arena arena;

  private Adapter(Path path, SequencedMap<Role, LowRank> pairs, Arena arena) {
    this.path = path;
    this.pairs = Collections.unmodifiableSequencedMap(pairs);
    this.arena = arena;
  }

  /// Opens a folder that PEFT wrote: `adapter_config.json` and `adapter_model.safetensors`, experts
  /// adapted one by one or fused (docs/formats.md). Rows are put in the order of the base's.
  ///
  /// @param base what it is to be added to; needed while opening only
  /// @throws CheckpointException if a file is missing or wrong, if it is no plain LoRA, or if a
  ///   tensor has no place in the base; the message names it
  public static Adapter open(Path folder, Checkpoint base) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(
          folder,
          "expected a folder with "
              + AdapterConfig.FILE
              + " and "
              + AdapterReader.WEIGHTS
              + ", found "
              + (Files.exists(folder) ? "a file" : "nothing"));
    }
    Arena arena = Arena.ofShared();
    try {
      return new Adapter(folder, AdapterReader.read(folder, base, arena), arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /// Where it was read.
  public Path path() {
    return path;
  }

  /// What is added to the weight in this role.
  public Optional<LowRank> find(Role role) {
    return Optional.ofNullable(pairs.get(role));
  }

  /// All that is added, in the order of the file's names.
  public SequencedMap<Role, LowRank> pairs() {
    return pairs;
  }

  /// Unmaps the file.
  @Override
  public void close() {
    arena.close();
  }
}
