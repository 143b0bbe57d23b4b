package sirocco.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A folder as Mistral publishes a model: `params.json`, `consolidated.safetensors` or its shards,
/// and the tokenizer.
///
/// Every weight's presence, shape and type is checked when the folder is opened.
public final class ConsolidatedCheckpoint implements Checkpoint {
  static final String PARAMS = "params.json";
  static final String STEM = "consolidated";

  private final Path folder;
  private final SafetensorsShards shards;
  private final SafetensorsWeights weights;
  private final Optional<Vocabulary> vocabulary;

  private ConsolidatedCheckpoint(
      Path folder, SafetensorsShards shards, Optional<Vocabulary> vocabulary) {
    this.folder = folder;
    this.shards = shards;
    this.vocabulary = vocabulary;
    ModelConfig config = ConsolidatedConfig.parse(JsonFile.read(folder.resolve(PARAMS)));
    this.weights =
        new SafetensorsWeights(folder, shards, config, new ConsolidatedNames(config)::sources);
    weights.requireComplete(ConsolidatedNames.LAYERS);
  }

  /// Opens a folder.
  ///
  /// @param vocabulary the tokenizer found there, if any
  /// @throws CheckpointException if a file is missing or wrong
  public static ConsolidatedCheckpoint open(Path folder, Optional<Vocabulary> vocabulary) {
    SafetensorsShards shards =
        SafetensorsShards.find(folder, STEM).orElseThrow(() -> noWeights(folder));
    try {
      return new ConsolidatedCheckpoint(folder, shards, vocabulary);
    } catch (RuntimeException | Error e) {
      shards.close();
      throw e;
    }
  }

  private static CheckpointException noWeights(Path folder) {
    try (DirectoryStream<Path> pickled =
        Files.newDirectoryStream(folder, "consolidated*.{pt,pth}")) {
      if (pickled.iterator().hasNext()) {
        return new CheckpointException(
            folder,
            "holds consolidated.*.pth, which can run code when it is read:"
                + " convert it to consolidated.safetensors first");
      }
    } catch (DirectoryIteratorException | IOException e) {
      return new CheckpointException(folder, "cannot be listed: " + e.getMessage(), e);
    }
    return new CheckpointException(folder, "expected consolidated.safetensors or its shards");
  }

  @Override
  public Path path() {
    return folder;
  }

  @Override
  public ModelConfig config() {
    return weights.config();
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.NEIGHBOURS;
  }

  @Override
  public Tensor weight(Role role) {
    return weights.weight(role);
  }

  @Override
  public long settle(BooleanSupplier goOn) {
    return shards.settle(goOn);
  }

  @Override
  public Tensor read(Tensor weight, MemorySegment room) {
    return shards.read(weight, room);
  }

  @Override
  public boolean has(Role role) {
    return weights.has(role);
  }

  @Override
  public SortedMap<String, Entry> tensors() {
    return shards.entries();
  }

  @Override
  public Optional<Vocabulary> vocabulary() {
    return vocabulary;
  }

  /// Mistral's own folders have none: prompts are laid out by the tokenizer's version.
  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public OptionalInt bosToken() {
    return vocabulary.map(Vocabulary::bos).orElse(OptionalInt.empty());
  }

  @Override
  public Set<Integer> eosTokens() {
    return vocabulary
        .map(Vocabulary::eos)
        .filter(OptionalInt::isPresent)
        .map(eos -> Set.of(eos.getAsInt()))
        .orElse(Set.of());
  }

  @Override
  public long fileBytes() {
    return shards.fileBytes();
  }

  @Override
  public List<Path> files() {
    var files = new ArrayList<Path>(List.of(folder.resolve(PARAMS)));
    files.addAll(shards.paths());
    return List.copyOf(files);
  }

  @Override
  public void close() {
    shards.close();
  }
}
