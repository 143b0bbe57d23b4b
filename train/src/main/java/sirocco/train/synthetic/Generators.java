package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;

/// The generators by name. Each makes the same item of the same random numbers. `chat` mixes all
/// kinds in dialogues, `preferences` in pairs of answers; a name with `-text` behind it gives the
/// same exchanges as running text, one with `-long` in texts of up to about 4500 tokens.
public final class Generators {
  private Generators() {}

  /// What a generator makes one item of.
  @FunctionalInterface
  private interface Maker {
    Item item(Draw draw);
  }

  public static List<String> names() {
    return List.copyOf(makers().keySet());
  }

  /// The generator for training.
  public static Optional<ItemGenerator> named(String name) {
    return named(name, Share.TRAINING);
  }

  /// The same generator over the words, wordings and numbers of one share.
  public static Optional<ItemGenerator> named(String name, Share share) {
    return Optional.ofNullable(makers().get(name))
        .map(maker -> (RandomGenerator random) -> maker.item(new Draw(random, share)));
  }

  private static Map<String, Maker> makers() {
    Vocabulary vocabulary = new Vocabulary();
    Identity identity = new Identity(vocabulary);
    Conversations conversations = new Conversations(identity);
    Map<String, Maker> makers = new LinkedHashMap<>();
    kinds(vocabulary, identity)
        .forEach((name, kind) -> {
          makers.put(name, draw -> conversations.single(kind, name, draw));
          makers.put(name + "-text", draw -> conversations.text(kind, name + "-text", draw));
        });
    Stories stories = new Stories(vocabulary);
    makers.put(
        "story-text", draw -> new sirocco.train.data.Document(stories.story(draw), "story-text"));
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
    kinds.put("passkey-long", new Passkey(vocabulary, 1_000, 14_500));
    kinds.put("lookup", new KeyValues(vocabulary, 20));
    kinds.put("lookup-long", new KeyValues(vocabulary, 300));
    kinds.put("paragraph", new Paragraphs(vocabulary));
    kinds.put("copying", new Copying(vocabulary));
    kinds.put("identity", identity);
    kinds.put("story", new Stories(vocabulary));
    return kinds;
  }

  /// All kinds by their weights; long texts are left to their own generators.
  private static Kind mixture(Vocabulary vocabulary, Identity identity) {
    Map<String, Integer> weights = new LinkedHashMap<>();
    weights.put("arithmetic", 20);
    weights.put("passkey", 8);
    weights.put("lookup", 6);
    weights.put("paragraph", 30);
    weights.put("copying", 8);
    weights.put("identity", 16);
    weights.put("story", 5);
    Map<String, Kind> kinds = kinds(vocabulary, identity);
    List<Kind> drawn = new ArrayList<>();
    weights.forEach((name, weight) -> {
      Kind kind = kinds.get(name);
      if (kind != null) {
        for (int i = 0; i < weight; i++) {
          drawn.add(kind);
        }
      }
    });
    return draw -> draw.any(drawn).exchange(draw);
  }
}
