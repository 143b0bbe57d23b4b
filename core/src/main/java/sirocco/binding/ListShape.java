package sirocco.binding;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// Lists, sets and arrays.
///
/// @param made the Java value of the items
record ListShape(Shape item, Demands.Range sizes, Function<List<Object>, Object> made)
    implements Shape {
  static ListShape list(Shape item, Demands.Range sizes) {
    return new ListShape(item, sizes, List::copyOf);
  }

  /// A set in the order of the text; items that come twice are in it once.
  static ListShape set(Shape item, Demands.Range sizes) {
    return new ListShape(
        item, sizes, items -> Collections.unmodifiableSet(new LinkedHashSet<>(items)));
  }

  static ListShape array(Class<?> itemType, Shape item, Demands.Range sizes) {
    return new ListShape(
        item,
        sizes,
        items -> {
          Object array = Array.newInstance(itemType, items.size());
          for (int i = 0; i < items.size(); i++) {
            Array.set(array, i, items.get(i));
          }
          return array;
        });
  }

  @Override
  public ObjectNode schema() {
    ObjectNode schema = Shape.typed("array");
    schema.set("items", item.schema());
    if (sizes.least() > 0) {
      schema.put("minItems", sizes.least());
    }
    if (sizes.isBounded()) {
      schema.put("maxItems", sizes.most());
    }
    return schema;
  }

  @Override
  public Object read(JsonValue value, Place place) {
    if (!(value instanceof JsonValue.Items(List<JsonValue> all))) {
      throw place.expected("a list", value);
    }
    if (!sizes.has(all.size())) {
      throw place.expected("a list of " + sizes.shown() + " items", "one of " + all.size());
    }
    List<Object> items = new ArrayList<>(all.size());
    for (JsonValue one : all) {
      items.add(item.read(one, place.item(items.size())));
    }
    return made.apply(items);
  }
}
