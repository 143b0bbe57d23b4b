package sirocco.binding;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The records and sealed interfaces within a schema, each described once, so that they may contain
/// themselves.
final class Definitions {
  /// A generic record may contain itself with ever longer arguments.
  private static final int MOST = 256;

  private static final String ROOT = "#";

  private final Map<ResolvedType, Definition> all = new LinkedHashMap<>();

  /// A type and where its schema is. The shape comes last, when those within it are known.
  private static final class Definition {
    private final ResolvedType type;
    private final String name;
    private @Nullable Shape shape;

    Definition(ResolvedType type, String name) {
      this.type = type;
      this.name = name;
    }

    Shape shape() {
      Shape known = shape;
      if (known == null) {
        throw new IllegalStateException("the shape of " + name + " is not known yet");
      }
      return known;
    }
  }

  /// A type that is described elsewhere.
  static final class Reference implements Shape {
    private final Definition target;

    private Reference(Definition target) {
      this.target = target;
    }

    @Override
    public ObjectNode schema() {
      String pointer = target.name.equals(ROOT) ? ROOT : "#/$defs/" + target.name;
      return JsonNodeFactory.instance.objectNode().put("$ref", pointer);
    }

    @Override
    public Object read(JsonValue value, Place place) {
      return target.shape().read(value, place);
    }
  }

  /// The shape that the whole schema is about.
  Shape root(ResolvedType type, Supplier<Shape> made) {
    Definition root = new Definition(type, ROOT);
    all.put(type, root);
    Shape shape = made.get();
    root.shape = shape;
    return shape;
  }

  /// The shape of a type that may occur more than once.
  Shape reference(ResolvedType type, Place place, Supplier<Shape> made) {
    Definition known = all.get(type);
    if (known != null) {
      return new Reference(known);
    }
    if (all.size() >= MOST) {
      throw place.error("there are more than " + MOST + " types within this one");
    }
    Definition definition = new Definition(type, free(type.name()));
    all.put(type, definition);
    definition.shape = made.get();
    return new Reference(definition);
  }

  private String free(String wanted) {
    Set<String> taken = new HashSet<>();
    all.values().forEach(d -> taken.add(d.name));
    String name = wanted;
    for (int i = 2; taken.contains(name); i++) {
      name = wanted + i;
    }
    return name;
  }

  /// The schema of a root with all that it refers to.
  String schema(Shape root) {
    ObjectNode schema = root.schema();
    ObjectNode definitions = JsonNodeFactory.instance.objectNode();
    for (Definition definition : all.values()) {
      if (!definition.name.equals(ROOT)) {
        definitions.set(definition.name, definition.shape().schema());
      }
    }
    if (!definitions.isEmpty()) {
      schema.set("$defs", definitions);
    }
    return schema.toString();
  }

  /// Refuses types no JSON of which comes to an end.
  void requireEnds(Place place) {
    Set<Definition> ending = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Definition definition : all.values()) {
        more |= ends(definition.shape(), ending) && ending.add(definition);
      }
    }
    Optional<Definition> endless =
        all.values().stream().filter(d -> !ending.contains(d)).findFirst();
    endless.ifPresent(d -> {
      throw place.error(
          d.type.raw().getSimpleName()
              + " contains itself without an Optional, a list or a map between, so that no JSON of it"
              + " comes to an end");
    });
  }

  private static boolean ends(Shape shape, Set<Definition> ending) {
    return switch (shape) {
      case ListShape list -> list.sizes().least() == 0 || ends(list.item(), ending);
      case ObjectShape object ->
          object.members().stream()
              .filter(member -> member.presence() == Presence.REQUIRED)
              .allMatch(member -> ends(member.shape(), ending));
      case UnionShape union ->
          union.branches().values().stream().anyMatch(branch -> ends(branch, ending));
      case Reference reference -> ending.contains(reference.target);
      case WholeShape _,
          DecimalShape _,
          TextShape _,
          FormatShape _,
          FlagShape _,
          EnumShape _,
          MapShape _ ->
          true;
    };
  }
}
