package sirocco.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.text.Vocabulary;

/// A llama, Mistral or Mixtral model in one GGUF file, with its experts in any of the three layouts
/// that llama.cpp has had: one tensor an expert, one a part, gate and up in one.
///
/// Everything is checked when it is opened: the hyper-parameters, that every weight is there with
/// the shape they give and a type of real numbers, and that no tensor is left over that llama.cpp
/// would use and Sirocco would not.
public final class GgufCheckpoint implements Checkpoint {
  private final GgufFile file;
  private final ModelConfig config;
  private final GgufWeights weights;
  private final Map<String, DType> widened;
  private final OptionalInt bos;
  private final Set<Integer> ends;
  private final Optional<Vocabulary> vocabulary;
  private final Optional<String> chatTemplate;

  private GgufCheckpoint(GgufFile file) {
    this.file = file;
    this.config = GgufConfig.read(file);
    this.weights = new GgufWeights(file, config);
    this.widened = GgufLayout.widened(file.metadata());
    this.bos = GgufVocabulary.bos(file.metadata());
    this.ends = Collections.unmodifiableSet(GgufVocabulary.ends(file.metadata()));
    // Read here so that a damaged file is refused at once, whatever it is opened for.
    this.vocabulary =
        GgufVocabulary.isKnown(file.metadata())
            ? GgufVocabulary.read(file.metadata())
            : Optional.empty();
    this.chatTemplate = GgufVocabulary.chatTemplate(file.metadata());
  }

  /// Opens a model.
  ///
  /// @throws CheckpointException if the file cannot be read or is not a whole model of these
  ///   families
  public static GgufCheckpoint open(Path path) {
    return of(GgufFile.open(path));
  }

  /// The model in an opened file, which this takes over: it is closed with it, or at once if it
  /// holds no model.
  public static GgufCheckpoint of(GgufFile file) {
    try {
      return new GgufCheckpoint(file);
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Rope.Layout ropeLayout() {
    return Rope.Layout.NEIGHBOURS;
  }

  @Override
  public Tensor weight(Role role) {
    return weights.get(role);
  }

  @Override
  public long settle(BooleanSupplier goOn) {
    return file.settle(goOn);
  }

  @Override
  public Tensor read(Tensor weight, MemorySegment room) {
    return new Tensor(weight.dtype(), weight.shape(), file.read(weight, room));
  }

  @Override
  public DType typeBefore(Role role) {
    DType dtype = weight(role).dtype();
    return dtype == DType.F32 ? widened.getOrDefault(GgufLayout.name(role), dtype) : dtype;
  }

  @Override
  public boolean has(Role role) {
    return weights.has(role);
  }

  @Override
  public SortedMap<String, Entry> tensors() {
    var entries = new TreeMap<String, Entry>();
    for (GgufTensor tensor : file.tensors().values()) {
      entries.put(
          tensor.name(), new Entry(tensor.name(), tensor.dtype(), tensor.shape(), file.path()));
    }
    return entries;
  }

  /// {@inheritDoc}
  ///
  /// @throws CheckpointException if it is of a kind that Sirocco does not know
  @Override
  public Optional<Vocabulary> vocabulary() {
    return vocabulary.isPresent() ? vocabulary : GgufVocabulary.read(file.metadata());
  }

  @Override
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  @Override
  public OptionalInt bosToken() {
    return bos;
  }

  @Override
  public Set<Integer> eosTokens() {
    return ends;
  }

  @Override
  public long fileBytes() {
    return file.size();
  }

  @Override
  public List<Path> files() {
    return List.of(file.path());
  }

  /// The file's metadata, whether the model uses it or not.
  public GgufMetadata metadata() {
    return file.metadata();
  }

  @Override
  public void close() {
    file.close();
  }
}
