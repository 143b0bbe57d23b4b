package sirocco.engine;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sirocco.text.ChatTemplate;
import sirocco.text.Message;
import sirocco.text.Message.Tool;
import sirocco.text.MistralPrompt;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.TemplateException;
import sirocco.text.Tokenizer;

/// Turns a conversation into the ids that ask a model for the next turn.
@FunctionalInterface
public interface PromptFormat {
  /// The ids, the opening token included.
  ///
  /// @param tools what the model may call
  /// @throws TemplateException if the format has no place for a message or a tool
  int[] encode(List<Message> conversation, List<Tool> tools);

  /// Why this is not the format that the model's file asks for, if it is not.
  default Optional<String> complaint() {
    return Optional.empty();
  }

  /// The formats to choose from.
  enum Kind {
    /// The file's template if it has one that can be read, else Mistral's format by vocabulary.
    AUTO,
    /// The template of the model's file.
    TEMPLATE,
    V1,
    V2,
    V3,
    V7,
    /// What Mistral calls v3-tekken: V3 around the text of a byte-level vocabulary.
    TEKKEN,
    /// What was said, with blank lines between.
    PLAIN;

    /// The name on the command line.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A format for a model.
  ///
  /// @param template the template of the model's file
  /// @throws TemplateException if that format was asked for and cannot be had; `AUTO` tries only
  ///   when it is used
  static PromptFormat of(Kind kind, Tokenizer tokenizer, Optional<String> template) {
    return switch (kind) {
      case AUTO -> new Auto(tokenizer, template);
      case TEMPLATE ->
          jinja(
              tokenizer,
              template.orElseThrow(
                  () -> new TemplateException("the model's files have no chat template")));
      case V1 -> mistral(tokenizer, Version.V1);
      case V2 -> mistral(tokenizer, Version.V2);
      case V3, TEKKEN -> mistral(tokenizer, Version.V3);
      case V7 -> mistral(tokenizer, Version.V7);
      case PLAIN -> (conversation, tools) -> plain(tokenizer, conversation, tools);
    };
  }

  /// The file's template if it can be read, else Mistral's format. Templates are read when they are
  /// used: a model that only continues texts needs none.
  record Auto(Tokenizer tokenizer, Optional<String> template) implements PromptFormat {
    @Override
    public int[] encode(List<Message> conversation, List<Tool> tools) {
      PromptFormat format =
          template.isPresent() && complaint().isEmpty()
              ? jinja(tokenizer, template.get())
              : mistral(tokenizer, Version.detect(tokenizer));
      return format.encode(conversation, tools);
    }

    @Override
    public Optional<String> complaint() {
      try {
        template.ifPresent(ChatTemplate::parse);
        return Optional.empty();
      } catch (TemplateException e) {
        return Optional.of(
            "the model's chat template cannot be read: "
                + e.getMessage()
                + "; Mistral's format "
                + Version.detect(tokenizer).name().toLowerCase(Locale.ROOT)
                + " is used instead");
      }
    }
  }

  private static PromptFormat jinja(Tokenizer tokenizer, String source) {
    ChatTemplate template = ChatTemplate.parse(source);
    ChatTemplate.Options options = ChatTemplate.Options.of(tokenizer);
    return (conversation, tools) ->
        template.encode(tokenizer, conversation, options.withTools(tools));
  }

  private static PromptFormat mistral(Tokenizer tokenizer, Version version) {
    return new MistralPrompt(tokenizer, version)::encode;
  }

  private static int[] plain(Tokenizer tokenizer, List<Message> conversation, List<Tool> tools) {
    if (!tools.isEmpty()) {
      throw new TemplateException("prompt plain: has no place for tools");
    }
    String text = conversation.stream().map(Message::content).collect(Collectors.joining("\n\n"));
    return IntStream.concat(
            tokenizer.vocabulary().bos().stream(), IntStream.of(tokenizer.encode(text)))
        .toArray();
  }
}
