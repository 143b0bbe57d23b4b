package sirocco.server.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import sirocco.LanguageModel;
import sirocco.Sirocco;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.server.Server;
import sirocco.server.ServerOptions;
import sirocco.tensor.DType;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// The server, with its page, over a model of random weights whose answers are long enough to be
/// stopped: 3 layers, 8 experts of which each token visits 2, a context of 4096.
final class PageServer implements AutoCloseable {
  static final int LAYERS = 3;
  static final int EXPERTS = 8;

  private final Path folder;
  private final LanguageModel model;
  private final Server server;

  PageServer(UnaryOperator<ServerOptions> change) {
    this(change, EXPERTS);
  }

  /// @param experts 0 for a dense model
  PageServer(UnaryOperator<ServerOptions> change, int experts) {
    try {
      folder = Files.createTempDirectory("sirocco-page");
      try (var source = new RandomCheckpoint(config(experts), 3)) {
        TinyModels.huggingFace(folder, source, DType.F32);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TinyTokenizer.write(folder);
    model = Sirocco.load(folder);
    server = Server.start(model, change.apply(ServerOptions.of("tiny").port(0)), line -> {});
  }

  private static ModelConfig config(int experts) {
    return new ModelConfig(
        experts > 0 ? Architecture.MIXTRAL : Architecture.MISTRAL,
        50,
        24,
        20,
        LAYERS,
        4,
        2,
        6,
        experts,
        experts > 0 ? 2 : 0,
        1e-5f,
        new Rope(1e4, new Rope.Scaling.None()),
        OptionalInt.empty(),
        4096,
        false);
  }

  URI uri() {
    return server.uri();
  }

  /// Listens no more, as a server that was ended.
  void hangUp() {
    server.close();
  }

  @Override
  public void close() {
    server.close();
    model.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
