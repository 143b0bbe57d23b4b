package sirocco.testkit;

import java.util.List;

/// Schemas that use every keyword that is honoured.
public final class SchemaExamples {
  private SchemaExamples() {}

  /// All of them.
  public static List<String> all() {
    return List.of(
        "{\"type\": \"string\"}",
        "{\"type\": \"string\", \"minLength\": 2, \"maxLength\": 5}",
        "{\"type\": \"string\", \"pattern\": \"^[a-z]{2,4}\\\\d+$\"}",
        "{\"type\": \"string\", \"pattern\": \"b[^a]d\", \"maxLength\": 12}",
        "{\"type\": \"string\", \"pattern\": \"^\\\\S{1,4}\\\\s\\\\w{0,3}\\\"\\\\\\\\$\"}",
        "{\"type\": \"string\", \"format\": \"date-time\"}",
        "{\"type\": \"string\", \"format\": \"date\"}",
        "{\"type\": \"string\", \"format\": \"time\"}",
        "{\"type\": \"string\", \"format\": \"duration\"}",
        "{\"type\": \"string\", \"format\": \"hostname\"}",
        "{\"type\": \"string\", \"format\": \"ipv4\"}",
        "{\"type\": \"string\", \"format\": \"ipv6\"}",
        "{\"type\": \"string\", \"format\": \"uuid\"}",
        "{\"type\": \"string\", \"format\": \"uri\"}",
        "{\"type\": \"integer\"}",
        "{\"type\": \"integer\", \"minimum\": -12, \"maximum\": 345}",
        "{\"type\": \"integer\", \"exclusiveMinimum\": 9, \"exclusiveMaximum\": 1000}",
        "{\"type\": \"integer\", \"minimum\": 1.5}",
        "{\"type\": \"integer\", \"maximum\": -1000}",
        "{\"type\": \"number\"}",
        "{\"type\": \"number\", \"minimum\": -1.25, \"exclusiveMaximum\": 20.305}",
        "{\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 1}",
        "{\"type\": \"number\", \"minimum\": 3.07, \"maximum\": 3.2}",
        "{\"type\": \"number\", \"exclusiveMinimum\": 17}",
        "{\"type\": \"number\", \"maximum\": -0.5}",
        "{\"type\": [\"boolean\", \"null\"]}",
        "{\"enum\": [\"a\\\"b\", 1.50, null, true, [1, {\"x\": []}], \"\\u0001é\"]}",
        "{\"const\": {\"k\": [1, 2], \"empty\": {}}}",
        "{\"type\": \"string\", \"enum\": [\"red\", \"green\", 3]}",
        "{\"type\": \"array\", \"items\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9},"
            + " \"minItems\": 2, \"maxItems\": 4}",
        "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"string\", \"maxLength\": 3},"
            + " {\"type\": \"boolean\"}], \"items\": {\"type\": \"null\"}, \"maxItems\": 5}",
        "{\"type\": \"array\", \"prefixItems\": [{\"const\": 1}, {\"const\": 2}], \"items\": false,"
            + " \"minItems\": 1}",
        "{\"type\": \"array\", \"maxItems\": 3}",
        "{\"type\": \"object\"}",
        """
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"},
         "c": {"type": "null"}}, "required": ["b"], "additionalProperties": false}\
        """,
        """
        {"type": "object", "properties": {"ab": {"type": "integer"}, "a\\"": {"type": "boolean"}},
         "additionalProperties": {"type": "string", "maxLength": 4}}\
        """,
        """
        {"type": "object", "properties": {}, "required": ["x"], "additionalProperties": true}\
        """,
        """
        {"$defs": {"node": {"type": "object", "properties": {"value": {"type": "integer"},
          "children": {"type": "array", "items": {"$ref": "#/$defs/node"}, "maxItems": 2}},
          "required": ["value", "children"], "additionalProperties": false}},
         "$ref": "#/$defs/node"}\
        """,
        """
        {"type": "object", "title": "list", "properties": {"head": {"type": "string", "maxLength": 3},
         "tail": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["head", "tail"],
         "additionalProperties": false}\
        """,
        """
        {"oneOf": [{"type": "object", "properties": {"kind": {"const": "circle"},
          "radius": {"type": "number", "minimum": 0}}, "required": ["kind", "radius"],
          "additionalProperties": false},
         {"type": "object", "properties": {"kind": {"const": "square"},
          "side": {"type": "number", "minimum": 0}}, "required": ["kind", "side"],
          "additionalProperties": false}, {"type": "string", "maxLength": 2}]}\
        """,
        """
        {"definitions": {"n": {"type": "integer"}}, "allOf": [{"type": "object",
         "properties": {"x": {"$ref": "#/definitions/n"}, "y": {"$ref": "#/definitions/n"}},
         "required": ["x", "y"], "additionalProperties": false}]}\
        """,
        """
        {"type": "object", "properties": {"steps": {"type": "array", "minItems": 1, "items":
         {"type": "object", "properties": {"explanation": {"type": "string", "maxLength": 20},
          "output": {"type": "string", "maxLength": 20}}, "required": ["explanation", "output"],
          "additionalProperties": false}}, "final_answer": {"type": "string", "maxLength": 20}},
         "required": ["steps", "final_answer"], "additionalProperties": false}\
        """);
  }
}
