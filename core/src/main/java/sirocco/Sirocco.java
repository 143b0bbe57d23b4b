package sirocco;

import java.nio.file.Path;
import sirocco.engine.Engine;

/// The way in.
///
/// ```java
/// try (var model = Sirocco.load(Path.of("models/mixtral"))) {
///   System.out.println(model.generate("What is a mixture of experts?"));
/// }
/// ```
public final class Sirocco {
  private Sirocco() {}

  /// Loads a model: a folder (Hugging Face's or Mistral's own layout) or a `.gguf` file.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it cannot be read; the message says where
  public static LanguageModel load(Path path) {
    return load(path, LoadOptions.DEFAULT);
  }

  /// Loads a model.
  ///
  /// @throws sirocco.checkpoint.CheckpointException if it cannot be read; the message says where
  /// @throws sirocco.engine.EngineException if the options do not fit it
  public static LanguageModel load(Path path, LoadOptions options) {
    Engine engine = Engine.open(path, options.engine());
    try {
      return new LanguageModel(engine, options);
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }
}
