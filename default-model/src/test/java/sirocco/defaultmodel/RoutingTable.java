package sirocco.defaultmodel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.engine.Engine;
import sirocco.engine.Request;
import sirocco.engine.RoutedTokens;
import sirocco.engine.SamplingSettings;
import sirocco.train.data.Document;
import sirocco.train.data.FieldNames;
import sirocco.train.data.FileSource;
import sirocco.train.data.Pass;

/// The routing table of the model card, as Table 5 of the Mixtral paper (arXiv 2401.04088) has it:
/// how often consecutive tokens go to the same expert, by domain and layer. Also each domain's mean
/// negative log-likelihood.
final class RoutingTable {
  private static final int WINDOW = 512;
  private static final int WINDOWS = 12;

  private final Engine engine;
  private final int[] layers;

  private RoutingTable(Engine engine) {
    this.engine = engine;
    int last = engine.model().config().numHiddenLayers() - 1;
    this.layers = IntStream.of(0, (last + 1) / 2, last).distinct().toArray();
  }

  /// Prints the table.
  ///
  /// @param args a model and a folder of `DOMAIN.jsonl.zst`
  public static void main(String[] args) throws Exception {
    try (Engine engine = Engine.open(args.length > 0 ? Path.of(args[0]) : DefaultModel.path());
        Stream<Path> files = Files.list(Path.of(args[1]))) {
      RoutingTable table = new RoutingTable(engine);
      String names = Arrays.stream(table.layers).mapToObj(l -> "layer " + l).toList().toString();
      System.out.println("domain | nats a token | first choice " + names + " | either " + names);
      for (Path file : files.sorted().toList()) {
        System.out.println(table.row(file));
      }
    }
  }

  private String row(Path file) {
    long[] first = new long[layers.length];
    long[] either = new long[layers.length];
    double nats = 0;
    int[] ids = ids(file);
    int windows = Math.min(WINDOWS, ids.length / WINDOW);
    for (int w = 0; w < windows; w++) {
      int[] window = Arrays.copyOfRange(ids, w * WINDOW, (w + 1) * WINDOW);
      try (var session = engine.newSession(WINDOW + 1)) {
        nats += Arrays.stream(session.score(window)).sum();
      }
      count(window, first, either);
    }
    double pairs = windows * (WINDOW - 1.0);
    String domain = file.getFileName().toString().replace(".jsonl.zst", "");
    return String.format(
        Locale.ROOT,
        "%s | %.2f | %s | %s",
        domain,
        nats / pairs,
        shares(first, pairs),
        shares(either, pairs));
  }

  private void count(int[] window, long[] first, long[] either) {
    int[][][] chosen = new int[layers.length][window.length][];
    try (var session = engine.newSession(WINDOW + 2)) {
      var settings = SamplingSettings.greedy().toBuilder().maxTokens(1).build();
      session.start(Request.of(window, settings).onRouting(routed -> keep(routed, chosen))).run();
    }
    for (int l = 0; l < layers.length; l++) {
      for (int t = 1; t < window.length; t++) {
        int[] now = chosen[l][t];
        int[] before = chosen[l][t - 1];
        first[l] += now[0] == before[0] ? 1 : 0;
        boolean shared = Arrays.stream(now).anyMatch(e -> e == before[0] || e == before[1]);
        either[l] += shared ? 1 : 0;
      }
    }
  }

  private void keep(RoutedTokens routed, int[][][] chosen) {
    for (int i = 0; i < routed.count(); i++) {
      for (int l = 0; l < layers.length; l++) {
        if (routed.position(i) < chosen[l].length) {
          chosen[l][routed.position(i)] =
              new int[] {routed.expert(layers[l], i, 0), routed.expert(layers[l], i, 1)};
        }
      }
    }
  }

  private int[] ids(Path file) {
    var tokenizer = engine.tokenizer().orElseThrow();
    FileSource source = new FileSource(file.toString(), file, FieldNames.USUAL, 1, 0);
    IntStream.Builder ids = IntStream.builder();
    int count = 0;
    try (Pass pass = source.open(0)) {
      while (count < WINDOW * WINDOWS && pass.advance()) {
        if (pass.item().orElse(null) instanceof Document document) {
          int[] own = tokenizer.encode(document.text());
          Arrays.stream(own).forEach(ids::add);
          count += own.length;
        }
      }
    }
    return ids.build().toArray();
  }

  private static List<String> shares(long[] counts, double pairs) {
    return Arrays.stream(counts)
        .mapToObj(c -> String.format(Locale.ROOT, "%.1f", 100 * c / pairs))
        .toList();
  }
}
