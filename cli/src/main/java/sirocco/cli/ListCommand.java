package sirocco.cli;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sirocco.hub.CachedModel;
import sirocco.hub.ModelCache;
import sirocco.hub.PartialModel;

/// `sirocco list`: the models that were pulled.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Shows the models that were pulled, and pulls that were cut off.",
    footer = {"", "Example: ./sirocco list --json"})
final class ListCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    ModelCache cache = ModelCache.ofEnvironment();
    List<CachedModel> models = cache.models();
    List<PartialModel> partials = cache.partials();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          Json.pretty(
              new Report(
                  cache.root().toString(),
                  models.stream().map(Row::of).toList(),
                  partials.stream().map(Partial::of).toList())));
    } else if (models.isEmpty() && partials.isEmpty()) {
      out.println("no models in " + cache.root() + "; `./sirocco pull owner/name` fetches one");
    } else {
      ModelTable.lines(models, partials, ZoneId.systemDefault()).forEach(out::println);
    }
    out.flush();
    return 0;
  }

  /// @param cache the folder
  record Report(String cache, List<Row> models, List<Partial> partial) {}

  /// @param path what `-m` takes besides the name
  /// @param bytes of all files
  record Row(
      String name,
      String path,
      long bytes,
      String hub,
      String revision,
      String commit,
      String pulled,
      List<File> files) {
    static Row of(CachedModel m) {
      return new Row(
          m.name().toString(),
          m.path().toString(),
          m.bytes(),
          m.hub().toString(),
          m.revision(),
          m.commit(),
          m.pulled().toString(),
          m.files().stream()
              .map(f -> new File(f.path(), f.size(), f.checksum().toString()))
              .toList());
    }
  }

  /// @param checksum `sha256:…`, or `git:…` as Git names a blob
  record File(String path, long bytes, String checksum) {}

  /// @param bytes that have arrived
  /// @param total that it has
  record Partial(String name, long bytes, long total, String revision, String begun) {
    static Partial of(PartialModel p) {
      return new Partial(
          p.name().toString(), p.bytes(), p.total(), p.revision(), p.begun().toString());
    }
  }
}
