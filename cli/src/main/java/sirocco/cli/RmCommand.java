package sirocco.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import sirocco.hub.CachedModel;
import sirocco.hub.ModelCache;
import sirocco.hub.ModelName;

/// `sirocco rm`: removes a model that was pulled.
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Removes a model that was pulled, without asking.",
      "",
      "With --partial it removes what pulls left that were cut off: all of it, or that of NAME."
    },
    footer = {
      "",
      "Example: ./sirocco rm TheBloke/Mixtral-8x7B-v0.1-GGUF:Q4_K_M",
      "         ./sirocco rm --partial"
    })
final class RmCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "As `list` shows it.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--partial", description = "Remove unfinished pulls, and no model.")
  private boolean partial;

  @Override
  public Integer call() {
    ModelCache cache = ModelCache.ofEnvironment();
    Optional<ModelName> asked = name.map(ModelName::parse);
    PrintWriter out = spec.commandLine().getOut();
    if (partial) {
      long freed = cache.removePartials(asked);
      out.println(
          freed == 0
              ? "nothing was partial" + asked.map(n -> " of " + n).orElse("")
              : "removed unfinished pulls: " + Bytes.show(freed) + " freed");
    } else {
      ModelName model =
          asked.orElseThrow(() ->
              new ParameterException(
                  spec.commandLine(), "which model? `./sirocco list` shows their names"));
      CachedModel removed = cache.remove(model);
      out.println("removed " + removed.name() + ": " + Bytes.show(removed.bytes()) + " freed");
    }
    out.flush();
    return 0;
  }
}
