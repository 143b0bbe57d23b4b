package sirocco.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.engine.EngineException;
import sirocco.engine.Pooling;

/// The states of a [LanguageModel]'s last layer as LangChain4j's embeddings: vectors of length 1.
///
/// ```java
/// var embeddings = SiroccoEmbeddingModel.builder().model(model).build();
/// float[] vector = embeddings.embed("The winds of the desert").content().vector();
/// ```
public final class SiroccoEmbeddingModel implements EmbeddingModel, AutoCloseable {
  /// So many texts wait at once, lest a long list fills the queue that all who ask share.
  private static final int AT_ONCE = 16;

  private final HeldModel held;
  private final Pooling pooling;
  private final List<EmbeddingModelListener> listeners;

  private SiroccoEmbeddingModel(Builder builder) {
    held = builder.source.open();
    pooling = builder.pooling;
    listeners = builder.listeners;
  }

  /// Begins to describe one.
  public static Builder builder() {
    return new Builder();
  }

  /// @throws dev.langchain4j.exception.InvalidRequestException if a text is too long for the model
  /// @throws dev.langchain4j.exception.RateLimitException if too many others wait
  @Override
  public EmbeddingResponse doEmbed(EmbeddingRequest request) {
    List<EmbeddingInput> inputs = request.inputs();
    List<Embedding> embeddings = new ArrayList<>();
    int tokens = 0;
    for (int from = 0; from < inputs.size(); from += AT_ONCE) {
      List<int[]> texts =
          inputs.subList(from, Math.min(inputs.size(), from + AT_ONCE)).stream()
              .map(input -> held.model().engine().encode(input.text()))
              .toList();
      embeddings.addAll(embed(texts));
      tokens += texts.stream().mapToInt(ids -> ids.length).sum();
    }
    EmbeddingResponseMetadata metadata =
        EmbeddingResponseMetadata.builder()
            .modelName(modelName())
            .tokenUsage(new TokenUsage(tokens))
            .build();
    return EmbeddingResponse.builder().embeddings(embeddings).metadata(metadata).build();
  }

  private List<Embedding> embed(List<int[]> texts) {
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    try {
      texts.forEach(ids -> vectors.add(held.model().scheduler().embed(ids, pooling)));
    } catch (RuntimeException e) {
      throw Failures.beforeAnswer(e);
    }
    try {
      return vectors.stream().map(vector -> Embedding.from(vector.join())).toList();
    } catch (CompletionException e) {
      RuntimeException cause =
          e.getCause() instanceof RuntimeException known
              ? known
              : new EngineException("the embedding broke off: " + e.getCause(), e);
      throw Failures.inAnswer(held.model(), cause);
    }
  }

  @Override
  public int dimension() {
    return held.model().engine().model().config().hiddenSize();
  }

  @Override
  public String modelName() {
    return held.model().name();
  }

  @Override
  public List<EmbeddingModelListener> listeners() {
    return listeners;
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  /// The model below.
  public LanguageModel model() {
    return held.model();
  }

  /// Closes the model if it was loaded for this.
  @Override
  public void close() {
    held.close();
  }

  /// Makes a [SiroccoEmbeddingModel].
  public static final class Builder {
    private final ModelSource source = new ModelSource();
    private Pooling pooling = Pooling.MEAN;
    private List<EmbeddingModelListener> listeners = List.of();

    private Builder() {}

    /// A model that others may use too. It stays the caller's to close.
    public Builder model(LanguageModel value) {
      source.model = Optional.of(value);
      return this;
    }

    /// A model to load, in place of [#model]; closing what is built closes it.
    public Builder path(Path value) {
      source.path = Optional.of(value);
      return this;
    }

    /// How the model at [#path] is loaded.
    public Builder loadOptions(LoadOptions value) {
      source.options = value;
      return this;
    }

    /// How the states of a text's tokens become one vector; their mean if not set.
    public Builder pooling(Pooling value) {
      pooling = value;
      return this;
    }

    /// Who is told of requests, responses and errors.
    public Builder listeners(List<EmbeddingModelListener> value) {
      listeners = List.copyOf(value);
      return this;
    }

    /// The model.
    ///
    /// @throws IllegalArgumentException unless there is either a model or a path
    /// @throws sirocco.checkpoint.CheckpointException if the path's files cannot be read
    public SiroccoEmbeddingModel build() {
      return new SiroccoEmbeddingModel(this);
    }
  }
}
