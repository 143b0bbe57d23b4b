package sirocco.spring;

import org.springframework.ai.document.MetadataMode;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import sirocco.engine.Pooling;

/// How texts become vectors.
///
/// @param pooling How the states of a text's tokens become one vector: their mean, or the last
///   one's.
/// @param metadataMode Which of a document's metadata is read with its text.
@ConfigurationProperties("spring.ai.sirocco.embedding")
public record SiroccoEmbeddingProperties(
    @DefaultValue("mean") Pooling pooling, @DefaultValue("embed") MetadataMode metadataMode) {}
