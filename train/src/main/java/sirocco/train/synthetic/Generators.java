package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;

/// The generators by name. Each makes the same item of the same random numbers. `chat` mixes all
/// kinds in dialogues, `preferences` in pairs of answers, and `equations` are sums without words. A
/// kind's name with `-text` behind it gives the same exchanges as running text, with `-turns`
/// several questions on one text, with `-preferences` pairs of answers; with `-long` the texts have
/// up to about 6000 tokens.
public final class Generators {
  /// The mixture's parts. Long texts are left to their own generators.
  private static final Map<String, Integer> WEIGHTS =
      Map.ofEntries(
          Map.entry("arithmetic", 20),
          Map.entry("passkey", 6),
          Map.entry("lookup", 6),
          Map.entry("records", 4),
          Map.entry("paragraph", 28),
          Map.entry("paragraph-long", 2),
          Map.entry("copying", 7),
          Map.entry("identity", 13),
          Map.entry("story", 3),
          Map.entry("rewriting", 7),
          Map.entry("sorting", 6),
          Map.entry("units", 3),
          Map.entry("memory", 3),
          Map.entry("calling", 8),
          Map.entry("java", 2));

  private static final String EVALUATION = "-evaluation";
  private static final List<Integer> FEW = List.of(1, 1, 1, 1, 2, 2, 3, 4);
  private static final List<Integer> MANY = List.of(4, 6, 8, 10, 14, 20, 30);

  /// Questions on one text.
  private static final int MOST_TURNS = 8;

  private static final int MOST_TURNS_LONG = 24;

  private Generators() {}

  /// What a generator makes one item of.
  @FunctionalInterface
  private interface Maker {
    Item item(Draw draw);
  }

  public static List<String> names() {
    return List.copyOf(makers(List.of()).keySet());
  }

  /// The generator for training; with `-evaluation` behind its name that of what is kept for
  /// evaluation.
  public static Optional<ItemGenerator> named(String name) {
    return named(name, List.of());
  }

  /// The same, with natural text to hide things in and to ask about.
  ///
  /// @param passages each of some sentences; may be empty
  public static Optional<ItemGenerator> named(String name, List<String> passages) {
    return name.endsWith(EVALUATION)
        ? named(name.substring(0, name.length() - EVALUATION.length()), Share.EVALUATION, passages)
        : named(name, Share.TRAINING, passages);
  }

  static Optional<ItemGenerator> named(String name, Share share, List<String> passages) {
    return Optional.ofNullable(makers(passages).get(name))
        .map(maker -> random -> maker.item(new Draw(random, share)));
  }

  private static Map<String, Maker> makers(List<String> passages) {
    Vocabulary vocabulary = new Vocabulary(passages);
    Identity identity = new Identity(vocabulary);
    Conversations conversations =
        new Conversations(identity, new Memory(vocabulary), new Paragraphs(vocabulary, FEW));
    Map<String, Maker> makers = new LinkedHashMap<>();
    kinds(vocabulary, identity)
        .forEach((name, kind) -> {
          makers.put(name, draw -> conversations.single(kind, name, draw));
          int most = name.endsWith("-long") ? MOST_TURNS_LONG : MOST_TURNS;
          String turns = name + "-turns";
          makers.put(turns, draw -> conversations.turns(kind, most, turns, draw));
          makers.put(name + "-text", draw -> conversations.text(kind, name + "-text", draw));
          String pairs = name + "-preferences";
          makers.put(pairs, draw -> conversations.preference(kind, pairs, draw));
        });
    Stories stories = new Stories(vocabulary);
    makers.put("story-text", draw -> new Document(stories.story(draw), "story-text"));
    Echo echo = new Echo(vocabulary);
    makers.put("echo", draw -> echo.document("echo", draw));
    Arithmetic arithmetic = new Arithmetic(vocabulary);
    makers.put("equations", draw -> arithmetic.equations("equations", draw));
    Kind mixture = mixture(vocabulary, identity);
    makers.put(
        "chat",
        draw ->
            draw.chance(0.12)
                ? conversations.several(mixture, "chat", draw)
                : conversations.single(mixture, "chat", draw));
    makers.put("preferences", draw -> conversations.preference(mixture, "preferences", draw));
    return makers;
  }

  private static Map<String, Kind> kinds(Vocabulary vocabulary, Identity identity) {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("arithmetic", new Arithmetic(vocabulary));
    kinds.put("passkey", new Passkey(vocabulary, 80, 3_000));
    kinds.put("passkey-long", new Passkey(vocabulary, 1_000, 17_000));
    kinds.put("evidence", new Evidence(vocabulary, 60, 900, 26));
    kinds.put("evidence-short", new Evidence(vocabulary, 80, 500, 13));
    kinds.put("pointing", new Pointing(vocabulary));
    kinds.put("evidence-long", new Evidence(vocabulary, 1_000, 13_500, 26));
    kinds.put("lookup", new KeyValues(vocabulary, 20));
    kinds.put("lookup-long", new KeyValues(vocabulary, 600));
    kinds.put("records", new Records(vocabulary));
    kinds.put("paragraph", new Paragraphs(vocabulary, FEW));
    kinds.put("paragraph-long", new Paragraphs(vocabulary, MANY));
    kinds.put("scene", new Scenes(vocabulary, 0, 0));
    kinds.put("scene-long", new Scenes(vocabulary, 500, 14_000));
    kinds.put("copying", new Copying(vocabulary));
    kinds.put("identity", identity);
    kinds.put("story", new Stories(vocabulary));
    kinds.put("rewriting", new Rewriting(vocabulary));
    kinds.put("sorting", new Sorting(vocabulary));
    kinds.put("units", new Units(vocabulary));
    kinds.put("memory", new Memory(vocabulary));
    kinds.put("calling", new Calling(vocabulary));
    kinds.put("java", new JavaSnippets(vocabulary));
    return kinds;
  }

  /// All kinds by their weights; long texts are left to their own generators.
  private static Kind mixture(Vocabulary vocabulary, Identity identity) {
    Map<String, Kind> kinds = kinds(vocabulary, identity);
    List<Kind> drawn = new ArrayList<>();
    // In the kinds' own order: that of WEIGHTS differs from one run of the JVM to the next.
    kinds.forEach(
        (name, kind) -> drawn.addAll(Collections.nCopies(WEIGHTS.getOrDefault(name, 0), kind)));
    return draw -> draw.any(drawn).exchange(draw);
  }
}
