package sirocco.server.openai;

import java.nio.charset.StandardCharsets;
import sirocco.text.Tokenizer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Single tokens as they are shown. A token may be part of a character: then only its bytes say
/// what it is.
record TokenTexts(Tokenizer tokenizer) {
  /// What a token stands for; a control token is spelled out.
  String text(int id) {
    if (id >= tokenizer.vocabSize()) {
      return ""; // a row of the model that no token has
    }
    return tokenizer.isControl(id)
        ? tokenizer.vocabulary().tokens().get(id).text()
        : new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
  }

  /// Its bytes of UTF-8.
  ArrayNode bytes(int id) {
    ArrayNode bytes = JsonNodeFactory.instance.arrayNode();
    for (byte b :
        text(id).isEmpty() || tokenizer.isControl(id) ? new byte[0] : tokenizer.bytes(id)) {
      bytes.add(Byte.toUnsignedInt(b));
    }
    return bytes;
  }
}
