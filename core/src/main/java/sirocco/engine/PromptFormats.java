package sirocco.engine;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sirocco.text.Message;
import sirocco.text.Tokenizer;

/// The prompt formats by name.
final class PromptFormats {
  private PromptFormats() {}

  /// @param name `plain` or `auto`
  static PromptFormat of(String name, Tokenizer tokenizer, Optional<String> template) {
    return switch (name) {
      case "auto", "plain" ->
          conversation -> {
            String text =
                conversation.stream().map(Message::content).collect(Collectors.joining("\n\n"));
            return IntStream.concat(
                    tokenizer.vocabulary().bos().stream(), IntStream.of(tokenizer.encode(text)))
                .toArray();
          };
      default -> throw new EngineException("unknown prompt format " + name + " " + template);
    };
  }
}
