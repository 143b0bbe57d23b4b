/// A model as Spring AI's `ChatModel` and `EmbeddingModel`, and the beans that Spring Boot makes of
/// it. Spring's interfaces have null where nothing is set, and so have the options here.
@org.jspecify.annotations.NullMarked
package sirocco.spring;
