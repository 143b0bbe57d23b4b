package sirocco.spring;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.ai.embedding.observation.DefaultEmbeddingModelObservationConvention;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import sirocco.LanguageModel;

/// The embedding model, unless `spring.ai.model.embedding` names another one or none.
@AutoConfiguration(after = SiroccoAutoConfiguration.class)
@ConditionalOnProperty(
    name = SpringAIModelProperties.EMBEDDING_MODEL,
    havingValue = SiroccoChatModel.PROVIDER,
    matchIfMissing = true)
@EnableConfigurationProperties(SiroccoEmbeddingProperties.class)
public final class SiroccoEmbeddingAutoConfiguration {

  /// The embedding model, as `spring.ai.sirocco.embedding` says.
  @Bean
  @ConditionalOnMissingBean
  public SiroccoEmbeddingModel siroccoEmbeddingModel(
      LanguageModel model,
      SiroccoEmbeddingProperties properties,
      ObjectProvider<ObservationRegistry> observations,
      ObjectProvider<EmbeddingModelObservationConvention> convention) {
    return new SiroccoEmbeddingModel(
        model,
        properties.pooling(),
        properties.metadataMode(),
        observations.getIfUnique(() -> ObservationRegistry.NOOP),
        convention.getIfAvailable(DefaultEmbeddingModelObservationConvention::new));
  }
}
