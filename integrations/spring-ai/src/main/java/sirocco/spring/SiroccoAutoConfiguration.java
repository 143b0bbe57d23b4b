package sirocco.spring;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.springframework.ai.model.SpringAIModelProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.util.ClassUtils;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.checkpoint.CheckpointException;
import sirocco.defaultmodel.DefaultModel;
import sirocco.defaultmodel.DefaultModelException;
import sirocco.engine.EngineException;
import sirocco.model.ModelException;

/// The model itself, loaded once and closed with the application. An application that makes its own
/// [LanguageModel] has that one.
@AutoConfiguration
@Conditional(SiroccoAutoConfiguration.Wanted.class)
@EnableConfigurationProperties(SiroccoProperties.class)
public final class SiroccoAutoConfiguration {
  private static final String MODEL = "spring.ai.sirocco.model";

  /// As chat model or as embedding model; a model is too large to be loaded for nothing.
  static final class Wanted extends AnyNestedCondition {
    Wanted() {
      super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty(
        name = SpringAIModelProperties.CHAT_MODEL,
        havingValue = SiroccoChatModel.PROVIDER,
        matchIfMissing = true)
    static final class ForChat {}

    @ConditionalOnProperty(
        name = SpringAIModelProperties.EMBEDDING_MODEL,
        havingValue = SiroccoChatModel.PROVIDER,
        matchIfMissing = true)
    static final class ForEmbedding {}
  }

  /// Loads the model.
  ///
  /// @throws UnusablePropertyException if it cannot be read, or is not made for what is set
  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  public LanguageModel siroccoLanguageModel(SiroccoProperties properties) {
    String model = properties.model();
    if (!model.isBlank()) {
      return load(properties, LoadOptions.DEFAULT, () -> Path.of(model));
    }
    if (!ClassUtils.isPresent("sirocco.defaultmodel.DefaultModel", null)) {
      throw new UnusablePropertyException(
          MODEL,
          "is not set, and there is no default model; name a model's folder or file, or add the"
              + " dependency sirocco:sirocco-default-model",
          new IllegalStateException("no model"));
    }
    return Default.load(properties);
  }

  /// What names classes of the default model's jar, which may not be there.
  private static final class Default {
    static LanguageModel load(SiroccoProperties properties) {
      LoadOptions usual = LoadOptions.DEFAULT.sampling(DefaultModel.sampling());
      try {
        return SiroccoAutoConfiguration.load(properties, usual, DefaultModel::path);
      } catch (DefaultModelException e) {
        throw new UnusablePropertyException(MODEL, String.valueOf(e.getMessage()), e);
      }
    }
  }

  private static LanguageModel load(
      SiroccoProperties properties, LoadOptions usual, Supplier<Path> path) {
    try {
      LoadOptions options = properties.over(usual);
      return Sirocco.load(path.get(), options);
    } catch (CheckpointException e) {
      throw new UnusablePropertyException(MODEL, String.valueOf(e.getMessage()), e);
    } catch (EngineException | ModelException | IllegalArgumentException e) {
      throw new UnusablePropertyException("spring.ai.sirocco", String.valueOf(e.getMessage()), e);
    }
  }
}
