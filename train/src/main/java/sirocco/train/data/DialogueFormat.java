package sirocco.train.data;

import java.util.List;
import java.util.Optional;
import sirocco.text.ChatTemplate;
import sirocco.text.Message;
import sirocco.text.MistralPrompt;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.Tokenizer;

/// How a conversation becomes tokens. Control tokens are put in as ids; what was said is text,
/// whatever it spells.
public sealed interface DialogueFormat {
  /// A conversation as it stands, answers included.
  ///
  /// @throws sirocco.text.TemplateException if the format has no place for a message
  int[] conversation(List<Message> messages);

  /// A conversation up to where the assistant begins to speak.
  int[] prompt(List<Message> messages);

  /// Mistral's own formats.
  record Mistral(MistralPrompt format) implements DialogueFormat {
    @Override
    public int[] conversation(List<Message> messages) {
      return format.encode(messages);
    }

    @Override
    public int[] prompt(List<Message> messages) {
      return format.encode(messages);
    }
  }

  /// A model's chat template.
  record Jinja(Tokenizer tokenizer, ChatTemplate template, ChatTemplate.Options options)
      implements DialogueFormat {
    @Override
    public int[] conversation(List<Message> messages) {
      return template.encode(tokenizer, messages, options.withGenerationPrompt(false));
    }

    @Override
    public int[] prompt(List<Message> messages) {
      return template.encode(tokenizer, messages, options.withGenerationPrompt(true));
    }
  }

  static DialogueFormat mistral(Tokenizer tokenizer, Version version) {
    return new Mistral(new MistralPrompt(tokenizer, version));
  }

  /// A chat template's format.
  ///
  /// @throws sirocco.text.TemplateException if the template cannot be read
  static DialogueFormat template(Tokenizer tokenizer, String template) {
    return new Jinja(tokenizer, ChatTemplate.parse(template), ChatTemplate.Options.of(tokenizer));
  }

  /// The template of the model's files, or the format that the control tokens of the vocabulary
  /// were made for; none if there is neither. A vocabulary without control tokens says nothing:
  /// Mistral's V1 must be named.
  static Optional<DialogueFormat> of(Tokenizer tokenizer, Optional<String> template) {
    if (template.isPresent()) {
      return Optional.of(template(tokenizer, template.get()));
    }
    Version version = Version.detect(tokenizer);
    return version == Version.V1 ? Optional.empty() : Optional.of(mistral(tokenizer, version));
  }
}
