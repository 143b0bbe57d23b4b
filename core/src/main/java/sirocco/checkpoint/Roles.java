package sirocco.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.Shape;

/// The weights that a configuration calls for.
public final class Roles {
  private Roles() {}

  /// Every role of a model, embedding first, then layer by layer, head last. A head that is tied to
  /// the embedding is left out. Lazy: a hostile configuration may call for millions.
  public static Stream<Role> of(ModelConfig config) {
    Stream<Role> layers =
        IntStream.range(0, config.numHiddenLayers())
            .boxed()
            .mapMulti((layer, each) -> layer(config, layer, each));
    Stream<Role> end =
        config.tieWordEmbeddings()
            ? Stream.of(Global.FINAL_NORM)
            : Stream.of(Global.FINAL_NORM, Global.HEAD);
    return Stream.concat(Stream.of(Global.EMBEDDING), Stream.concat(layers, end));
  }

  private static void layer(ModelConfig config, int layer, Consumer<Role> each) {
    parts(config).forEach(part -> each.accept(new Layer(layer, part)));
    for (int expert = 0; expert < config.numLocalExperts(); expert++) {
      each.accept(new Expert(layer, expert, Part.GATE));
      each.accept(new Expert(layer, expert, Part.DOWN));
      each.accept(new Expert(layer, expert, Part.UP));
    }
  }

  /// The parts that a layer has once.
  static List<Part> parts(ModelConfig config) {
    return Arrays.stream(Part.values())
        .filter(part ->
            switch (part) {
              case ATTENTION_NORM, QUERY, KEY, VALUE, OUTPUT, FEED_FORWARD_NORM -> true;
              case ROUTER -> config.isMixture();
              case GATE, UP, DOWN -> !config.isMixture();
            })
        .toList();
  }

  /// The shape that the weight in this role must have.
  public static Shape shape(Role role, ModelConfig config) {
    return switch (role) {
      case Global g ->
          switch (g) {
            case EMBEDDING, HEAD -> Shape.of(config.vocabSize(), config.hiddenSize());
            case FINAL_NORM -> Shape.of(config.hiddenSize());
          };
      case Layer(int _, Part part) -> shape(part, config);
      case Expert(int _, int _, Part part) -> shape(part, config);
    };
  }

  private static Shape shape(Part part, ModelConfig config) {
    long width = config.hiddenSize();
    long queries = (long) config.numAttentionHeads() * config.headDim();
    long keys = (long) config.numKeyValueHeads() * config.headDim();
    return switch (part) {
      case ATTENTION_NORM, FEED_FORWARD_NORM -> Shape.of(width);
      case QUERY -> Shape.of(queries, width);
      case KEY, VALUE -> Shape.of(keys, width);
      case OUTPUT -> Shape.of(width, queries);
      case ROUTER -> Shape.of(config.numLocalExperts(), width);
      case GATE, UP -> Shape.of(config.intermediateSize(), width);
      case DOWN -> Shape.of(width, config.intermediateSize());
    };
  }
}
