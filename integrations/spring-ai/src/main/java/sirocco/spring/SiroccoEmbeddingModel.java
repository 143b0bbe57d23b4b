package sirocco.spring;

import io.micrometer.observation.ObservationRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.document.Document;
import org.springframework.ai.document.MetadataMode;
import org.springframework.ai.embedding.AbstractEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationDocumentation;
import sirocco.LanguageModel;
import sirocco.Prompt;
import sirocco.engine.Pooling;

/// A model in this process as Spring AI's embedding model: its tokens' last states, pooled, as
/// vectors of length 1.
public class SiroccoEmbeddingModel extends AbstractEmbeddingModel {
  /// So many texts are handed to the model at once, or a long list would fill its queue.
  private static final int BATCH = 32;

  private static final EmbeddingModelObservationConvention USUAL =
      new DefaultEmbeddingModelObservationConvention();

  private final LanguageModel model;
  private final Pooling pooling;
  private final MetadataMode metadataMode;
  private final ObservationRegistry observations;
  private final EmbeddingModelObservationConvention convention;

  /// The mean of the states, of documents with their metadata, not observed.
  ///
  /// @param model stays the caller's
  public SiroccoEmbeddingModel(LanguageModel model) {
    this(model, Pooling.MEAN, MetadataMode.EMBED, ObservationRegistry.NOOP);
  }

  /// Vectors made in a way of the caller's choice.
  ///
  /// @param metadataMode which of a document's metadata is read with its text
  public SiroccoEmbeddingModel(
      LanguageModel model,
      Pooling pooling,
      MetadataMode metadataMode,
      ObservationRegistry observations) {
    this(model, pooling, metadataMode, observations, USUAL);
  }

  /// The same, described to those who observe by a convention of the caller's.
  ///
  /// @param convention how requests are named and described to those who observe
  public SiroccoEmbeddingModel(
      LanguageModel model,
      Pooling pooling,
      MetadataMode metadataMode,
      ObservationRegistry observations,
      EmbeddingModelObservationConvention convention) {
    this.model = model;
    this.pooling = pooling;
    this.metadataMode = metadataMode;
    this.observations = observations;
    this.convention = convention;
  }

  /// Embeds texts; waits until all are done.
  ///
  /// @throws IllegalArgumentException if another model or another width is asked for
  /// @throws RuntimeException as [LanguageModel#embed(List, Pooling)]
  @Override
  public EmbeddingResponse call(EmbeddingRequest request) {
    EmbeddingOptions options = options(Optional.ofNullable(request.getOptions()));
    List<String> texts = request.getInstructions();
    var context =
        EmbeddingModelObservationContext.builder()
            .embeddingRequest(new EmbeddingRequest(texts, options))
            .provider(SiroccoChatModel.PROVIDER)
            .build();
    EmbeddingResponse response =
        EmbeddingModelObservationDocumentation.EMBEDDING_MODEL_OPERATION
            .observation(convention, USUAL, () -> context, observations)
            .observe(() -> {
              EmbeddingResponse made = embedAll(texts);
              context.setResponse(made);
              return made;
            });
    return Objects.requireNonNull(response);
  }

  private EmbeddingResponse embedAll(List<String> texts) {
    List<Embedding> embeddings = new ArrayList<>();
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<String> some = texts.subList(from, Math.min(texts.size(), from + BATCH));
      for (float[] vector : model.embed(some, pooling)) {
        embeddings.add(new Embedding(vector, embeddings.size()));
      }
    }
    int tokens = texts.stream().mapToInt(t -> model.countTokens(Prompt.toContinue(t))).sum();
    var metadata = new EmbeddingResponseMetadata(model.name(), new DefaultUsage(tokens, 0, tokens));
    return new EmbeddingResponse(embeddings, metadata);
  }

  /// What is asked for, which is what there is.
  private EmbeddingOptions options(Optional<EmbeddingOptions> asked) {
    asked
        .map(EmbeddingOptions::getModel)
        .filter(name -> !name.equals(model.name()))
        .ifPresent(name -> {
          throw new IllegalArgumentException(
              "model: '" + name + "' was asked for, this is " + model.name());
        });
    asked
        .map(EmbeddingOptions::getDimensions)
        .filter(width -> width != dimensions())
        .ifPresent(width -> {
          throw new IllegalArgumentException(
              "dimensions: " + width + " were asked for, the vectors have " + dimensions());
        });
    return EmbeddingOptions.builder().model(model.name()).dimensions(dimensions()).build();
  }

  @Override
  public float[] embed(Document document) {
    return embed(Objects.requireNonNullElse(getEmbeddingContent(document), ""));
  }

  @Override
  public @Nullable String getEmbeddingContent(Document document) {
    return document.getFormattedContent(metadataMode);
  }

  /// The width of the model.
  @Override
  public int dimensions() {
    return model.engine().model().config().hiddenSize();
  }
}
