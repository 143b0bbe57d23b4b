package sirocco.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.checkpoint.AdapterWriter;
import sirocco.checkpoint.LowRank;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.Scheduler;
import sirocco.engine.SchedulerOptions;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;
import sirocco.testkit.ToolModel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server on any free port over a model of random weights: 2 layers, 5 experts of which each
/// token visits 2, 50 tokens of small letters, a context of 256.
final class TestServer implements AutoCloseable {
  static final String MODEL = "tiny";
  private static final ModelConfig BASE = Configs.mixtral(5, 2);

  private final Path folder;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  final LanguageModel model;
  final Engine engine;
  final Scheduler scheduler;
  final Server server;

  private TestServer(
      Path folder,
      Engine engine,
      UnaryOperator<ServerOptions> change,
      SchedulerOptions scheduling) {
    this.folder = folder;
    model = LanguageModel.of(engine, LoadOptions.DEFAULT.scheduler(scheduling));
    this.engine = engine;
    scheduler = model.scheduler();
    server = Server.start(model, change.apply(ServerOptions.of(MODEL).port(0)), log::add);
  }

  static TestServer start() {
    return start(options -> options);
  }

  static TestServer start(UnaryOperator<ServerOptions> change) {
    return start(change, SchedulerOptions.DEFAULT);
  }

  static TestServer start(UnaryOperator<ServerOptions> change, SchedulerOptions scheduling) {
    Path folder = newModel();
    return new TestServer(folder, Engine.open(folder), change, scheduling);
  }

  /// A server of the same model with random adapters of these names.
  static TestServer withAdapters(List<String> names) {
    Path folder = newModel();
    var adapters = new LinkedHashMap<String, Path>();
    for (String name : names) {
      adapters.put(name, folder.resolve(name));
      writeAdapter(folder.resolve(name), name.hashCode());
    }
    return new TestServer(
        folder,
        Engine.open(folder, EngineOptions.builder().adapters(adapters).build()),
        options -> options,
        SchedulerOptions.DEFAULT);
  }

  private static Path newModel() {
    Path folder = newFolder();
    try (var source = new RandomCheckpoint(BASE, 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
    return folder;
  }

  /// Adds much to all queries and to what attention puts out.
  private static void writeAdapter(Path folder, long seed) {
    var random = new SplittableRandom(seed);
    try (Arena arena = Arena.ofConfined()) {
      Map<Role, LowRank> pairs = new HashMap<>();
      for (int layer = 0; layer < BASE.numHiddenLayers(); layer++) {
        int width = BASE.hiddenSize();
        pairs.put(new Role.Layer(layer, Role.Part.QUERY), pair(random, width, arena));
        pairs.put(new Role.Layer(layer, Role.Part.OUTPUT), pair(random, width, arena));
      }
      AdapterWriter.write(folder, BASE, "tiny", pairs, AdapterWriter.Experts.SINGLE);
    }
  }

  private static LowRank pair(SplittableRandom random, long width, Arena arena) {
    return new LowRank(
        random(random, Shape.of(2, width), arena), random(random, Shape.of(width, 2), arena), 1);
  }

  private static Tensor random(SplittableRandom random, Shape shape, Arena arena) {
    Tensor tensor = Tensor.allocate(DType.F32, shape, arena);
    for (long i = 0; i < shape.elements(); i++) {
      tensor.setFloat(i, (float) random.nextDouble(-1, 1));
    }
    return tensor;
  }

  /// A server over a [ToolModel].
  static TestServer withTools() {
    return new TestServer(
        newFolder(), ToolModel.open(), options -> options, SchedulerOptions.DEFAULT);
  }

  /// The same without tokens for tools.
  static TestServer withoutTools() {
    return new TestServer(
        newFolder(), ToolModel.withoutTools(), options -> options, SchedulerOptions.DEFAULT);
  }

  private static Path newFolder() {
    try {
      return Files.createTempDirectory("sirocco-server");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.uri().getPort();
  }

  /// An answer, whose body may be JSON.
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(response.body());
    }

    JsonNode error() {
      return json().get("error");
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    /// The data of its events, without the `[DONE]` at the end.
    List<JsonNode> events() {
      List<String> data = new ArrayList<>();
      for (String line : response.body().lines().toList()) {
        if (!line.isEmpty()) {
          data.add(line.substring("data: ".length()));
        }
      }
      if (!data.removeLast().equals("[DONE]")) {
        throw new IllegalStateException("the stream is not done: " + response.body());
      }
      return data.stream().map(JsonMapper.shared()::readTree).toList();
    }
  }

  Answer get(String path, String... headers) {
    return send(request(path, headers).GET().build());
  }

  /// Posts JSON, in which `'` stands for `"`.
  Answer post(String path, String json, String... headers) {
    return send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
            .build());
  }

  HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server.uri() + path)).timeout(Duration.ofSeconds(20));
    return headers.length == 0 ? builder : builder.headers(headers);
  }

  /// On a connection of its own: one that is kept may be closed by the server for idling at the
  /// very moment when it is used again, which clients must not repeat a POST for.
  Answer send(HttpRequest request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return new Answer(client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The log's first line, which comes after the answer.
  String firstLogLine() throws InterruptedException {
    for (int i = 0; i < 250 && log.isEmpty(); i++) {
      Thread.sleep(20);
    }
    return log().getFirst();
  }

  /// The log's lines so far.
  List<String> log() {
    return List.copyOf(log);
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
