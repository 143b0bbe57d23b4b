package sirocco.server.openai;

import java.util.List;
import java.util.Set;
import sirocco.json.JsonFields;
import sirocco.server.http.Exchange;
import sirocco.server.http.ProblemException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `POST /tokenize` and `POST /detokenize`: text to ids and back.
public record TokenEndpoints(Served served) {
  private static final FieldRules TOKENIZE =
      new FieldRules(Set.of("model"), Set.of("content", "messages", "add_special", "with_pieces"));

  private static final FieldRules DETOKENIZE = new FieldRules(Set.of("model"), Set.of("tokens"));

  /// The ids of the text `content`, or of the conversation `messages` as the model gets to see it;
  /// `add_special` puts the opening token before a text, `with_pieces` tells each token's text.
  public void tokenize(Exchange exchange) {
    JsonFields fields = exchange.json();
    TOKENIZE.check(fields);
    var _ = served.adapter(fields.text("model"));
    int[] ids = ids(fields);
    TokenTexts texts = new TokenTexts(served.tokenizer());
    boolean pieces = fields.flag("with_pieces", false);
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode tokens = answer.putArray("tokens");
    for (int id : ids) {
      if (pieces) {
        tokens.addObject().put("id", id).put("piece", texts.text(id));
      } else {
        tokens.add(id);
      }
    }
    answer.put("count", ids.length);
    exchange.send(answer);
  }

  private int[] ids(JsonFields fields) {
    if (fields.has("content") == fields.has("messages")) {
      throw ProblemException.invalid("content: give content or messages, one of them");
    }
    if (fields.has("messages")) {
      return ChatRequest.inMessages(() -> served.engine().encode(ChatRequest.messages(fields)));
    }
    String text = fields.requiredText("content");
    return fields.flag("add_special", false)
        ? served.engine().encode(text)
        : served.tokenizer().encode(text);
  }

  /// The text of the ids `tokens`.
  public void detokenize(Exchange exchange) {
    JsonFields fields = exchange.json();
    DETOKENIZE.check(fields);
    var _ = served.adapter(fields.text("model"));
    List<JsonFields> tokens = fields.requiredList("tokens");
    int[] ids = Inputs.ids(tokens, served);
    int words = served.tokenizer().vocabSize();
    for (int id : ids) {
      if (id >= words) {
        throw ProblemException.invalid("tokens: the tokenizer has no token " + id);
      }
    }
    exchange.send(
        JsonNodeFactory.instance.objectNode().put("content", served.tokenizer().decode(ids)));
  }
}
