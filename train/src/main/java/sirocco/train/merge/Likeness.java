package sirocco.train.merge;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.text.Vocabulary;

/// Whether models can be averaged: one configuration, one tokenizer, one type of each weight.
final class Likeness {
  private Likeness() {}

  /// @throws MergeException if the model is unlike the first; the message says in what
  static void require(Checkpoint first, Checkpoint model) {
    requireSameConfig(first, model);
    requireSameTokenizer(first, model);
    requireSameTypes(first, model);
  }

  private static void requireSameConfig(Checkpoint first, Checkpoint model) {
    for (RecordComponent field : ModelConfig.class.getRecordComponents()) {
      Object expected = value(field, first.config());
      Object found = value(field, model.config());
      if (!expected.equals(found)) {
        String name = field.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        throw unlike(model, name, first, shown(expected), shown(found));
      }
    }
  }

  private static Object value(RecordComponent field, ModelConfig config) {
    try {
      return field.getAccessor().invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a field of the configuration cannot be read: " + field, e);
    }
  }

  /// An empty option says nothing in a message.
  private static String shown(Object value) {
    String text = value.toString().replaceFirst("^Optional(Int)?\\[(.*)]$", "$2");
    return text.startsWith("Optional") ? "none" : text;
  }

  private static void requireSameTokenizer(Checkpoint first, Checkpoint model) {
    Optional<Vocabulary> expected = first.vocabulary();
    Optional<Vocabulary> found = model.vocabulary();
    if (expected.equals(found)) {
      return;
    }
    if (expected.isEmpty() || found.isEmpty()) {
      throw unlike(model, "tokenizer", first, presence(expected), presence(found));
    }
    List<Vocabulary.Token> right = expected.get().tokens();
    List<Vocabulary.Token> tokens = found.get().tokens();
    for (int id = 0; id < Math.min(right.size(), tokens.size()); id++) {
      if (!right.get(id).equals(tokens.get(id))) {
        throw unlike(
            model, "token " + id, first, right.get(id).toString(), tokens.get(id).toString());
      }
    }
    throw unlike(model, "tokenizer", first, summary(expected.get()), summary(found.get()));
  }

  private static String presence(Optional<Vocabulary> vocabulary) {
    return vocabulary.isPresent() ? "one" : "none";
  }

  /// What is not tokens, and how many those are.
  private static String summary(Vocabulary v) {
    return "%s of %d tokens and %d merges, dummy prefix %s, bos %s, eos %s, unk %s, pad %s"
        .formatted(
            v.kind(),
            v.tokens().size(),
            v.merges().size(),
            v.addDummyPrefix(),
            shown(v.bos()),
            shown(v.eos()),
            shown(v.unk()),
            shown(v.pad()));
  }

  private static void requireSameTypes(Checkpoint first, Checkpoint model) {
    Roles.of(first.config())
        .forEach(role -> {
          DType expected = first.typeBefore(role);
          DType found = model.typeBefore(role);
          if (expected != found) {
            throw unlike(model, "type of " + name(role), first, expected.name(), found.name());
          }
        });
  }

  private static String name(Role role) {
    return switch (role) {
      case Role.Global global -> global.name();
      case Role.Layer(int layer, Role.Part part) -> part + " in layer " + layer;
      case Role.Expert expert -> expert.toString();
    };
  }

  private static MergeException unlike(
      Checkpoint model, String what, Checkpoint first, String expected, String found) {
    return new MergeException(
        model.path()
            + ": "
            + what
            + ": expected "
            + expected
            + ", as in "
            + first.path()
            + ", found "
            + found);
  }
}
