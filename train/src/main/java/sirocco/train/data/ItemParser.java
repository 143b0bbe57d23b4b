package sirocco.train.data;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.lab.data.RawRecord;
import sirocco.text.Message;
import sirocco.text.TemplateException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Records to items. A record is, by the first of these that it has:
///
/// - a conversation: `{"messages": [{"role", "content"}, …]}`
/// - a preference: `{"prompt", "chosen", "rejected"}`, or without prompt two conversations with one
///   beginning, as messages or as text with `Human:` and `Assistant:` (HH-RLHF)
/// - a question and its answer: `{"prompt", "response"}` or `{"instruction", "input", "output"}`
///   (Alpaca)
/// - a document: `{"text"}`
final class ItemParser {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(1 << 28)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String place;
  private final FieldNames names;
  private final String domain;
  private final boolean json;

  /// @param place the file, for messages
  /// @param json whether records are JSON objects; else each is a text
  ItemParser(String place, FieldNames names, String domain, boolean json) {
    this.place = place;
    this.names = names;
    this.domain = domain;
    this.json = json;
  }

  /// What the record holds; nothing if it is blank.
  ///
  /// @throws DataException naming file, line and field
  Optional<Item> parse(RawRecord raw) {
    return json ? object(raw) : text(raw);
  }

  private String at(RawRecord raw) {
    return place + ":" + raw.number() + ": ";
  }

  private Optional<Item> text(RawRecord raw) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw.bytes())).toString();
      return document(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    } catch (CharacterCodingException e) {
      throw new DataException(at(raw) + "not valid UTF-8", e);
    }
  }

  private Optional<Item> object(RawRecord raw) {
    try {
      JsonFields fields =
          new JsonFields(
              JSON.readTree(raw.bytes()), "", message -> new DataException(at(raw) + message));
      return item(fields.asObject());
    } catch (JacksonException e) {
      String why = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new DataException(at(raw) + "not valid JSON: " + why, e);
    } catch (TemplateException e) {
      throw new DataException(at(raw) + e.getMessage(), e);
    }
  }

  private Optional<Item> item(JsonFields fields) {
    if (fields.has(names.messages())) {
      List<Message> messages = messages(fields, names.messages());
      return messages.isEmpty() ? Optional.empty() : Optional.of(new Dialogue(messages, domain));
    }
    if (fields.has(names.chosen()) || fields.has(names.rejected())) {
      return Optional.of(preference(fields));
    }
    if (fields.has(names.response())) {
      return answer(fields.requiredText(names.prompt()), fields.requiredText(names.response()));
    }
    if (fields.has("instruction") && fields.has("output")) {
      String input = fields.text("input").orElse("");
      String instruction = fields.requiredText("instruction");
      return answer(
          input.isBlank() ? instruction : instruction + "\n\n" + input,
          fields.requiredText("output"));
    }
    return document(fields.requiredText(names.text()));
  }

  private Optional<Item> document(String text) {
    return text.isBlank() ? Optional.empty() : Optional.of(new Document(text, domain));
  }

  private Optional<Item> answer(String prompt, String response) {
    if (prompt.isBlank() || response.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new Dialogue(List.of(new Message.User(prompt), new Message.Assistant(response)), domain));
  }

  private static List<Message> messages(JsonFields fields, String name) {
    fields.requiredList(name);
    return Message.parse(fields.node().get(name).toString());
  }

  private Preference preference(JsonFields fields) {
    if (fields.has(names.prompt()) && fields.node().path(names.chosen()).isString()) {
      List<Message> prompt =
          fields.node().get(names.prompt()).isArray()
              ? messages(fields, names.prompt())
              : List.of(new Message.User(fields.requiredText(names.prompt())));
      return new Preference(
          prompt,
          fields.requiredText(names.chosen()),
          fields.requiredText(names.rejected()),
          domain);
    }
    List<Message> chosen = conversation(fields, names.chosen());
    List<Message> rejected = conversation(fields, names.rejected());
    List<Message> prompt = new ArrayList<>();
    if (fields.has(names.prompt())) {
      prompt.addAll(messages(fields, names.prompt()));
    } else {
      prompt.addAll(chosen.subList(0, chosen.size() - 1));
      if (!prompt.equals(rejected.subList(0, rejected.size() - 1))) {
        throw fields.error(
            names.rejected()
                + ": expected the conversation of "
                + names.chosen()
                + " with another last answer, found another conversation");
      }
    }
    return new Preference(prompt, chosen.getLast().content(), rejected.getLast().content(), domain);
  }

  private static List<Message> conversation(JsonFields fields, String name) {
    boolean list = fields.node().path(name).isArray();
    List<Message> messages =
        list ? messages(fields, name) : Transcript.parse(fields.requiredText(name));
    if (messages.isEmpty() || !(messages.getLast() instanceof Message.Assistant)) {
      throw fields.error(name + ": expected a conversation that ends with the assistant's answer");
    }
    return messages;
  }
}
