package sirocco.binding;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One kind of value: what its schema is, and how JSON becomes it. Whatever the grammar of the
/// schema lets pass can be read.
sealed interface Shape
    permits WholeShape,
        DecimalShape,
        TextShape,
        FormatShape,
        FlagShape,
        EnumShape,
        ListShape,
        MapShape,
        ObjectShape,
        UnionShape,
        Definitions.Reference {
  /// A new schema.
  ObjectNode schema();

  /// The value that JSON stands for.
  ///
  /// @throws BindingException if it does not fit
  Object read(JsonValue value, Place place);

  /// A schema that says nothing but a type.
  static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }
}
