package sirocco.binding;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the shapes of Java types. One of it serves one schema.
final class Shapes {
  private static final String SUPPORTED =
      "supported are primitives and their boxes, String, BigInteger, BigDecimal, enums, records,"
          + " sealed interfaces of records, List, Set, arrays, Map<String, …>, Optional (of a"
          + " component), LocalDate, LocalTime, OffsetDateTime, Instant, Duration, UUID, URI";

  private final Access access;
  private final Definitions definitions = new Definitions();

  Shapes(Access access) {
    this.access = access;
  }

  Definitions definitions() {
    return definitions;
  }

  /// The shape of a record or a sealed interface.
  Shape root(Class<?> type, Place place) {
    ResolvedType resolved = ResolvedType.of(type);
    if (!type.isRecord() && !isUnion(type)) {
      throw place.error("expected a record or a sealed interface of records");
    }
    Shape shape = definitions.root(resolved, () -> described(resolved, place));
    definitions.requireEnds(place);
    return shape;
  }

  /// The shape of a tool's arguments; its Java value is the list of them.
  ObjectShape arguments(List<Parameter> parameters, Place place) {
    List<ObjectShape.Member> members = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (!parameter.isNamePresent() && !parameter.isAnnotationPresent(Name.class)) {
        throw place.error(
            "the class file does not have the names of parameters; compile it with -parameters, or"
                + " write @Name(\"…\") before each");
      }
      members.add(
          member(parameter, parameter.getName(), parameter.getAnnotatedType(), Map.of(), place));
    }
    requireDistinct(members, Optional.empty(), place);
    definitions.requireEnds(place);
    return new ObjectShape(Optional.empty(), members, "", (values, _) -> values);
  }

  private ObjectShape.Member member(
      AnnotatedElement element,
      String java,
      AnnotatedType type,
      Map<TypeVariable<?>, ResolvedType> scope,
      Place place) {
    String name = Names.of(element, java);
    Place at = place.member(name);
    ResolvedType resolved = ResolvedType.of(at, type, Demands.of(element), scope);
    Presence presence = Presence.of(resolved.raw());
    Shape shape = shape(presence.value(resolved, at), at);
    return new ObjectShape.Member(name, shape, presence, Names.description(element));
  }

  private Shape shape(ResolvedType type, Place place) {
    Class<?> plain = MethodType.methodType(type.raw()).unwrap().returnType();
    Demands demands = type.demands();
    if (plain == boolean.class) {
      demands.onlyFor(place, "truth values", List.of());
      return new FlagShape();
    }
    if (plain.isRecord() || isUnion(plain)) {
      demands.onlyFor(place, "records", List.of());
      return definitions.reference(type, place, () -> described(type, place));
    }
    return WholeShape.of(plain, demands, place)
        .or(() -> DecimalShape.of(plain, demands, place))
        .or(() -> TextShape.of(plain, demands, place))
        .or(() -> FormatShape.of(plain, demands, place))
        .or(() -> EnumShape.of(plain, demands, place))
        .or(() -> container(type, place))
        .orElseThrow(
            () -> place.error(type.raw().getTypeName() + " is not supported here; " + SUPPORTED));
  }

  private Optional<Shape> container(ResolvedType type, Place place) {
    Class<?> raw = type.raw();
    boolean map = raw == Map.class;
    if (!map && raw != List.class && raw != java.util.Set.class && !raw.isArray()) {
      return Optional.empty();
    }
    List<Class<? extends Annotation>> meant = map ? List.of() : List.of(Size.class);
    type.demands().onlyFor(place, raw.getSimpleName(), meant);
    if (type.arguments().isEmpty()) {
      throw place.error(raw.getSimpleName() + " needs its type arguments");
    }
    ResolvedType itemType = type.arguments().getLast();
    if (map && type.arguments().getFirst().raw() != String.class) {
      throw place.error("the keys of a map must be String: they are names of members");
    }
    if (map) {
      type.arguments().getFirst().demands().onlyFor(place, "the keys of a map", List.of());
      return Optional.of(
          new MapShape(shape(itemType, new Place(place.root(), place.path() + ".*"))));
    }
    Shape item = shape(itemType, new Place(place.root(), place.path() + "[]"));
    Demands.Range sizes = type.demands().sizes(place);
    if (raw.isArray()) {
      return Optional.of(ListShape.array(itemType.raw(), item, sizes));
    }
    return Optional.of(
        raw == List.class ? ListShape.list(item, sizes) : ListShape.set(item, sizes));
  }

  private static boolean isUnion(Class<?> type) {
    return type.isInterface() && type.isSealed();
  }

  private Shape described(ResolvedType type, Place place) {
    return type.raw().isRecord() ? object(type, Optional.empty(), place) : union(type, place);
  }

  private ObjectShape object(ResolvedType type, Optional<ObjectShape.Tag> tag, Place place) {
    Map<TypeVariable<?>, ResolvedType> scope = type.scope(place);
    List<ObjectShape.Member> members = new ArrayList<>();
    for (RecordComponent component : type.raw().getRecordComponents()) {
      members.add(
          member(component, component.getName(), component.getAnnotatedType(), scope, place));
    }
    requireDistinct(members, tag, place);
    ObjectShape.Maker maker = access.canonical(type.raw(), place);
    return new ObjectShape(tag, members, Names.description(type.raw()), maker);
  }

  private static void requireDistinct(
      List<ObjectShape.Member> members, Optional<ObjectShape.Tag> tag, Place place) {
    Set<String> names = new HashSet<>();
    for (ObjectShape.Member member : members) {
      if (!names.add(member.name())) {
        throw place.error("two members are called " + member.name());
      }
      if (tag.isPresent() && tag.get().member().equals(member.name())) {
        throw place.error(
            tag.get().value()
                + " has a component "
                + member.name()
                + ", which is the name of the member that tells the records of its sealed interface"
                + " apart; write @Discriminator(\"…\") on the interface to give that another");
      }
    }
  }

  private UnionShape union(ResolvedType type, Place place) {
    Discriminator named = type.raw().getAnnotation(Discriminator.class);
    String member = named == null ? "type" : named.value();
    Map<Class<?>, ResolvedType> records = new LinkedHashMap<>();
    collect(type, records, place);
    Map<String, ObjectShape> branches = new LinkedHashMap<>();
    for (ResolvedType one : records.values()) {
      String name = Names.of(one.raw(), one.raw().getSimpleName());
      ObjectShape branch = object(one, Optional.of(new ObjectShape.Tag(member, name)), place);
      if (branches.put(name, branch) != null) {
        throw place.error(
            "two records of "
                + type.raw().getSimpleName()
                + " are called "
                + name
                + "; write @Name(\"…\") on one");
      }
    }
    return new UnionShape(member, branches, Names.description(type.raw()));
  }

  /// The records of a sealed interface, those of sealed interfaces below it too.
  private static void collect(
      ResolvedType union, Map<Class<?>, ResolvedType> records, Place place) {
    for (Class<?> permitted : union.raw().getPermittedSubclasses()) {
      if (permitted.isRecord()) {
        records.putIfAbsent(permitted, below(union, permitted, place));
      } else if (isUnion(permitted)) {
        collect(below(union, permitted, place), records, place);
      } else {
        throw place.error(
            union.raw().getSimpleName()
                + " permits "
                + permitted.getSimpleName()
                + ", which is no record");
      }
    }
  }

  /// A type that a sealed interface permits, with the interface's arguments handed down.
  private static ResolvedType below(ResolvedType union, Class<?> permitted, Place place) {
    Map<TypeVariable<?>, ResolvedType> known = new LinkedHashMap<>();
    for (Type type : permitted.getGenericInterfaces()) {
      if (type instanceof ParameterizedType generic && generic.getRawType() == union.raw()) {
        Type[] arguments = generic.getActualTypeArguments();
        for (int i = 0; i < Math.min(arguments.length, union.arguments().size()); i++) {
          if (arguments[i] instanceof TypeVariable<?> variable) {
            known.put(variable, union.arguments().get(i));
          }
        }
      }
    }
    List<ResolvedType> arguments = new ArrayList<>();
    for (TypeVariable<?> variable : permitted.getTypeParameters()) {
      ResolvedType argument = known.get(variable);
      if (argument == null) {
        throw place.error(
            "nothing says what "
                + variable
                + " of "
                + permitted.getSimpleName()
                + " stands for; use the sealed interface as a component with its arguments");
      }
      arguments.add(argument);
    }
    return new ResolvedType(permitted, arguments, Demands.NONE);
  }
}
