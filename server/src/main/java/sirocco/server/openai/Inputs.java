package sirocco.server.openai;

import java.util.List;
import java.util.stream.IntStream;
import sirocco.json.JsonFields;
import sirocco.server.http.ProblemException;

/// Texts of a request, in the four forms of OpenAI's API: a text, a list of texts, the ids of one,
/// or a list of such.
final class Inputs {
  private Inputs() {}

  /// The ids of each text.
  ///
  /// @throws ProblemException if there is none, or one is empty
  static List<int[]> parse(JsonFields fields, String name, Served served) {
    JsonFields value =
        fields
            .get(name)
            .orElseThrow(
                () -> ProblemException.invalid(name + ": expected a text or a list of texts"));
    List<int[]> inputs = parse(value, served);
    if (inputs.isEmpty() || inputs.size() > Served.CHOICES) {
      throw ProblemException.invalid(
          name + ": expected 1 to " + Served.CHOICES + " texts, found " + inputs.size());
    }
    for (int[] ids : inputs) {
      if (ids.length == 0) {
        throw ProblemException.invalid(name + ": a text without tokens has nothing to go on from");
      }
      served.checkLength(name, ids.length);
    }
    return inputs;
  }

  private static List<int[]> parse(JsonFields value, Served served) {
    if (value.node().isString()) {
      return List.of(encode(value, served));
    }
    List<JsonFields> elements = value.elements();
    if (!elements.isEmpty() && elements.getFirst().node().isNumber()) {
      return List.of(ids(elements, served));
    }
    return elements.stream()
        .map(element ->
            element.node().isArray() ? ids(element.elements(), served) : encode(element, served))
        .toList();
  }

  private static int[] encode(JsonFields text, Served served) {
    var _ = served.tokenizer();
    served.checkLength(text.where(), List.of(text.asText()));
    return served.engine().encode(text.asText());
  }

  /// Ids that the model has.
  static int[] ids(List<JsonFields> elements, Served served) {
    int vocabulary = served.engine().model().config().vocabSize();
    return elements.stream()
        .flatMapToInt(element -> {
          int id = element.asInteger();
          if (id < 0 || id >= vocabulary) {
            throw element.bad("a token of 0 to " + (vocabulary - 1));
          }
          return IntStream.of(id);
        })
        .toArray();
  }
}
