package sirocco.binding;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The way into records and tools that are not public.
///
/// @param lookup what their owner handed over; without it their package must be open to this module
record Access(Optional<MethodHandles.Lookup> lookup) {
  /// Through packages that are open.
  static final Access OPEN = new Access(Optional.empty());

  /// What makes a record.
  ObjectShape.Maker canonical(Class<?> type, Place place) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      MethodHandle handle;
      if (lookup.isPresent()) {
        handle =
            MethodHandles.privateLookupIn(type, lookup.get()).unreflectConstructor(constructor);
      } else {
        open(constructor, type, ", or give of(…) a lookup", place);
        handle = MethodHandles.lookup().unreflectConstructor(constructor);
      }
      return maker(handle, type.getSimpleName());
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw place.error("the constructor of " + type.getName() + " cannot be reached", e);
    }
  }

  private static ObjectShape.Maker maker(MethodHandle constructor, String name) {
    MethodHandle spread =
        constructor.asFixedArity().asSpreader(Object[].class, constructor.type().parameterCount());
    return (values, place) -> {
      try {
        return (Object) spread.invoke(values.toArray());
      } catch (Exception e) {
        throw place.error(name + " refuses it: " + Place.shown(reason(e)), e);
      } catch (Throwable e) {
        throw rethrown(e);
      }
    };
  }

  private static String reason(Exception e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /// An error is none of ours to catch.
  private static Error rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    throw new IllegalStateException(e);
  }

  /// Makes a method of a tool callable.
  static void open(Method method, Place place) {
    open(method, method.getDeclaringClass(), "", place);
  }

  private static void open(AccessibleObject member, Class<?> owner, String otherwise, Place place) {
    if (!member.trySetAccessible()) {
      throw place.error(
          owner.getName()
              + " is closed to us: module "
              + owner.getModule().getName()
              + " does not open its package; write `opens "
              + owner.getPackageName()
              + " to sirocco.core;` in its module-info.java"
              + otherwise);
    }
  }

  /// The values of a record's components, in their order.
  static List<Object> components(Record value, Place place) throws ReflectiveOperationException {
    RecordComponent[] components = value.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Method accessor = components[i].getAccessor();
      open(accessor, place);
      values[i] = accessor.invoke(value);
    }
    return Arrays.asList(values);
  }
}
