package sirocco.cli;

import picocli.CommandLine.Option;
import sirocco.engine.PromptFormat;

/// How conversations become ids: shared by every command that takes one.
final class PromptArguments {
  @Option(
      names = "--prompt-format",
      paramLabel = "FORMAT",
      description = {
        "How a conversation is written: v1, v2, v3, v7 (Mistral's), template (the file's),"
            + " plain.",
        "Default: the file's template if it has one that can be read, else Mistral's by vocabulary."
      })
  private PromptFormat.Kind format = PromptFormat.Kind.AUTO;

  PromptFormat.Kind format() {
    return format;
  }
}
