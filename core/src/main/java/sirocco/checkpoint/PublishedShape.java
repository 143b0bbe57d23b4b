package sirocco.checkpoint;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import sirocco.checkpoint.ModelConfig.Architecture;

/// The sizes of models that were published, and of two small ones that engines are compared with.
/// The numbers of the first three are those of the `config.json` that Mistral AI put beside the
/// weights.
///
/// @param title the name people know it by
public record PublishedShape(String title, ModelConfig config) {
  private static final int VOCABULARY = 32000;
  private static final int EXPERTS = 8;
  private static final int CHOSEN = 2;
  private static final float EPSILON = 1e-5f;

  private static final List<PublishedShape> ALL =
      List.of(
          // mistralai/Mistral-7B-v0.1, Mixtral-8x7B-v0.1, Mixtral-8x22B-v0.1
          new PublishedShape("mistral-7b", dense(4096, 32, 32, 8, 14336, 4096)),
          new PublishedShape("mixtral-8x7b", mixture(4096, 32, 32, 8, 14336, 32768)),
          new PublishedShape("mixtral-8x22b", mixture(6144, 56, 48, 8, 16384, 65536)),
          // 1.5 billion parameters: what the peers were measured with
          new PublishedShape("mixtral-1b", mixture(1024, 16, 16, 4, 3584, 32768)),
          // 30 million parameters: fits in a cache
          new PublishedShape("mixtral-tiny", mixture(256, 4, 8, 2, 512, 32768)));

  /// The shape of this name, in either case.
  public static Optional<PublishedShape> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return ALL.stream().filter(shape -> shape.title.equals(lower)).findFirst();
  }

  /// Every name, for messages.
  public static String names() {
    return ALL.stream().map(PublishedShape::title).collect(Collectors.joining(" "));
  }

  private static ModelConfig mixture(
      int width, int layers, int heads, int keyValueHeads, int inner, int context) {
    return new ModelConfig(
        Architecture.MIXTRAL,
        VOCABULARY,
        width,
        inner,
        layers,
        heads,
        keyValueHeads,
        width / heads,
        EXPERTS,
        CHOSEN,
        EPSILON,
        new Rope(1e6, new Rope.Scaling.None()),
        OptionalInt.empty(),
        context,
        false);
  }

  private static ModelConfig dense(
      int width, int layers, int heads, int keyValueHeads, int inner, int window) {
    return new ModelConfig(
        Architecture.MISTRAL,
        VOCABULARY,
        width,
        inner,
        layers,
        heads,
        keyValueHeads,
        width / heads,
        0,
        0,
        EPSILON,
        new Rope(1e4, new Rope.Scaling.None()),
        OptionalInt.of(window),
        32768,
        false);
  }
}
