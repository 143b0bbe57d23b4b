package sirocco.binding;

import java.lang.reflect.AnnotatedElement;
import tools.jackson.databind.node.ObjectNode;

/// What annotations call things, and say about them.
final class Names {
  private Names() {}

  /// The name in JSON of what Java calls so.
  static String of(AnnotatedElement element, String java) {
    Name name = element.getAnnotation(Name.class);
    return name == null ? java : name.value();
  }

  /// The description; empty if there is none.
  static String description(AnnotatedElement element) {
    Description description = element.getAnnotation(Description.class);
    return description == null ? "" : description.value();
  }

  /// The same schema, with a description unless it is empty.
  static ObjectNode described(ObjectNode schema, String description) {
    return description.isEmpty() ? schema : schema.put("description", description);
  }
}
