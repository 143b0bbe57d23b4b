package sirocco.binding;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A type whose type variables have been filled in, and what annotations demand of it.
///
/// @param raw the class; for an array some array class, whose item is the only argument
record ResolvedType(Class<?> raw, List<ResolvedType> arguments, Demands demands) {
  ResolvedType {
    arguments = List.copyOf(arguments);
  }

  static ResolvedType of(Class<?> type) {
    return new ResolvedType(type, List.of(), Demands.NONE);
  }

  /// The type of a component or parameter.
  ///
  /// @param declared what the annotations of the declaration itself demand
  /// @param scope what type variables stand for
  static ResolvedType of(
      Place place, AnnotatedType type, Demands declared, Map<TypeVariable<?>, ResolvedType> scope) {
    Demands demands = Demands.of(type).or(declared);
    return switch (type) {
      case AnnotatedParameterizedType generic -> {
        List<ResolvedType> arguments = new ArrayList<>();
        for (AnnotatedType argument : generic.getAnnotatedActualTypeArguments()) {
          arguments.add(of(place, argument, Demands.NONE, scope));
        }
        Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
        yield new ResolvedType(raw, arguments, demands);
      }
      case AnnotatedArrayType array -> array(place, array, demands, declared, scope);
      case AnnotatedTypeVariable variable -> {
        ResolvedType value = scope.get((TypeVariable<?>) variable.getType());
        if (value == null) {
          throw place.error(
              "nothing says what the type variable " + type.getType() + " stands for");
        }
        yield value.with(value.demands.or(demands));
      }
      case AnnotatedWildcardType wildcard ->
          of(place, wildcard.getAnnotatedUpperBounds()[0], demands, scope);
      default -> new ResolvedType(plain(place, type.getType()), List.of(), demands);
    };
  }

  /// `@Length(max = 3) String[]` is about the strings, and `@Size(max = 3) String[]` about the
  /// array, though Java takes both to the array's declaration and to the type of its items.
  private static ResolvedType array(
      Place place,
      AnnotatedArrayType array,
      Demands demands,
      Demands declared,
      Map<TypeVariable<?>, ResolvedType> scope) {
    ResolvedType item =
        of(place, array.getAnnotatedGenericComponentType(), demands.withoutSize(), scope);
    if (declared.size().isPresent() && item.arguments.isEmpty()) {
      item = item.with(item.demands.withoutSize());
    }
    return new ResolvedType(item.raw.arrayType(), List.of(item), demands.sizeAlone());
  }

  private static Class<?> plain(Place place, Type type) {
    if (type instanceof Class<?> plain) {
      return plain;
    }
    throw place.error(type + " is no type that can be bound");
  }

  ResolvedType with(Demands other) {
    return new ResolvedType(raw, arguments, other);
  }

  /// What the type variables of the class stand for.
  Map<TypeVariable<?>, ResolvedType> scope(Place place) {
    TypeVariable<?>[] variables = raw.getTypeParameters();
    if (variables.length != arguments.size()) {
      throw place.error(
          raw.getSimpleName()
              + " has type parameters, and nothing says what they stand for; use it as a component"
              + " with its arguments");
    }
    Map<TypeVariable<?>, ResolvedType> scope = new LinkedHashMap<>();
    for (int i = 0; i < variables.length; i++) {
      scope.put(variables[i], arguments.get(i));
    }
    return scope;
  }

  /// A name from letters and digits: `PageOfString`.
  String name() {
    if (raw.isArray()) {
      return "ListOf" + arguments.getFirst().name();
    }
    String simple = raw.getSimpleName();
    return arguments.isEmpty()
        ? simple
        : simple
            + arguments.stream()
                .map(ResolvedType::name)
                .collect(Collectors.joining("And", "Of", ""));
  }
}
