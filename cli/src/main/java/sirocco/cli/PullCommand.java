package sirocco.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.hub.CachedModel;
import sirocco.hub.Hub;
import sirocco.hub.HubException;
import sirocco.hub.HubOptions;
import sirocco.hub.ModelName;
import sirocco.hub.PullProgress;

/// `sirocco pull`: a model from a hub into the cache.
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Fetches a model from a Hugging Face style hub, or what has changed of it.",
      "",
      "NAME alone means the repository's safetensors, or its only .gguf file. Behind a colon stands"
          + " a quantisation or a .gguf file. What was cut off goes on where it ended, and a model"
          + " appears when all of it is there and its checksums are right.",
      "",
      "HF_TOKEN, or the file that HF_TOKEN_PATH names, lets you in to gated models; it is sent to"
          + " the hub alone. SIROCCO_CACHE says where models are kept (default: ~/.cache/sirocco/models)."
    },
    footer = {
      "",
      "Example: ./sirocco pull TheBloke/Mixtral-8x7B-v0.1-GGUF:Q4_K_M",
      "         ./sirocco run -m TheBloke/Mixtral-8x7B-v0.1-GGUF:Q4_K_M \"Once upon\""
    })
final class PullCommand implements Callable<Integer> {
  private static final long PATIENCE_SECONDS = 5;
  private static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      description = "owner/name, owner/name:Q4_K_M or owner/name:file.gguf.")
  private String name = "";

  @Option(
      names = "--revision",
      paramLabel = "NAME",
      description = "A branch, tag or commit (default: ${DEFAULT-VALUE}).")
  private String revision = Hub.MAIN;

  @Option(
      names = "--hub",
      paramLabel = "URL",
      description =
          "The hub (default: the environment's SIROCCO_HUB or HF_ENDPOINT, else"
              + " https://huggingface.co).")
  private Optional<String> hub = Optional.empty();

  @Override
  public Integer call() {
    ModelName asked = ModelName.parse(name);
    HubOptions options = HubOptions.ofEnvironment();
    if (hub.isPresent()) {
      options = options.hub(HubOptions.address(hub.get()));
    }
    Optional<Path> pulled = pull(options, asked);
    if (pulled.isEmpty()) {
      return INTERRUPTED;
    }
    Path path = pulled.get();
    PrintWriter out = spec.commandLine().getOut();
    CachedModel model =
        options.cache().models().stream()
            .filter(m -> m.path().equals(path))
            .findFirst()
            .orElseThrow(() -> new HubException(asked + ": was removed while it was pulled"));
    out.println(
        model.name()
            + ": "
            + ModelTable.files(model.files().size())
            + ", "
            + Bytes.show(model.bytes())
            + ", revision "
            + ModelTable.revision(model.revision(), model.commit()));
    out.println(path);
    out.flush();
    return 0;
  }

  /// Ctrl-C interrupts the pull, which says what becomes of its part before the program ends: then
  /// there is no path.
  private Optional<Path> pull(HubOptions options, ModelName asked) {
    Thread pulling = Thread.currentThread();
    var ended = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              pulling.interrupt();
              try {
                boolean _ = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "end the pull");
    Runtime.getRuntime().addShutdownHook(hook);
    try (var bar = new Bar(spec.commandLine().getErr())) {
      return Optional.of(Hub.of(options).pull(asked, revision, bar));
    } catch (HubException e) {
      if (!pulling.isInterrupted()) {
        throw e;
      }
      spec.commandLine().getErr().println("sirocco: " + e.getMessage());
      return Optional.empty();
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the program ends already
    }
  }

  /// Shows what the hub tells.
  private static final class Bar implements PullProgress, AutoCloseable {
    private final PrintWriter err;
    private Optional<ProgressBar> bar = Optional.empty();

    Bar(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void begins(String model, long total, long there) {
      var begun = new ProgressBar("pull " + model + ", " + Bytes.show(total), total);
      begun.resume(there);
      bar = Optional.of(begun);
    }

    @Override
    public void advances(String file, long bytes) {
      bar.ifPresent(b -> b.advance(bytes, file));
    }

    @Override
    public void notes(String message) {
      if (bar.isPresent()) {
        bar.get().note("sirocco: " + message);
      } else {
        err.println("sirocco: " + message);
      }
    }

    @Override
    public void close() {
      bar.ifPresent(ProgressBar::close);
    }
  }
}
