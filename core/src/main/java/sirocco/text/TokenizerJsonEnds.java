package sirocco.text;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import sirocco.json.JsonFields;

/// The tokens that a `tokenizer.json` puts around a text by its post-processor.
record TokenizerJsonEnds(OptionalInt bos, OptionalInt eos) {
  private static final TokenizerJsonEnds NONE =
      new TokenizerJsonEnds(OptionalInt.empty(), OptionalInt.empty());

  static TokenizerJsonEnds read(JsonFields root, Map<String, Integer> ids) {
    return root.object("post_processor").map(p -> processor(p, ids)).orElse(NONE);
  }

  private static TokenizerJsonEnds processor(JsonFields processor, Map<String, Integer> ids) {
    String type = processor.requiredText("type");
    return switch (type) {
      case "ByteLevel" -> NONE;
      case "TemplateProcessing" -> template(processor, ids);
      case "Sequence" -> {
        List<TokenizerJsonEnds> all =
            processor.requiredList("processors").stream()
                .map(p -> processor(p, ids))
                .filter(e -> !e.equals(NONE))
                .toList();
        if (all.size() > 1) {
          throw processor.bad("one template");
        }
        yield all.isEmpty() ? NONE : all.getFirst();
      }
      default ->
          throw new TokenizerException(
              processor.where() + ": type " + Quote.of(type) + " is not supported");
    };
  }

  private static TokenizerJsonEnds template(JsonFields processor, Map<String, Integer> ids) {
    OptionalInt bos = OptionalInt.empty();
    OptionalInt eos = OptionalInt.empty();
    boolean inside = false;
    for (JsonFields part : processor.requiredList("single")) {
      if (part.has("Sequence")) {
        inside = true;
        continue;
      }
      String token = part.requiredObject("SpecialToken").requiredText("id");
      Integer id = ids.get(token);
      if (id == null || (inside ? eos : bos).isPresent()) {
        throw part.bad("at most one known token before the text and one after");
      }
      if (inside) {
        eos = OptionalInt.of(id);
      } else {
        bos = OptionalInt.of(id);
      }
    }
    return new TokenizerJsonEnds(bos, eos);
  }
}
