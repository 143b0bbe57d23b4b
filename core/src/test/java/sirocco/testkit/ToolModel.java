package sirocco.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Rope;
import sirocco.engine.Engine;
import sirocco.engine.EngineOptions;
import sirocco.engine.PromptFormat;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.text.Vocabulary;
import sirocco.text.Vocabulary.Token;

/// A mixture of random weights with the control tokens of Mistral's V3 format, a token a byte and
/// small letters.
public final class ToolModel {
  private static final List<String> CONTROL =
      List.of(
          "<s>",
          "</s>",
          "[INST]",
          "[/INST]",
          "[TOOL_CALLS]",
          "[AVAILABLE_TOOLS]",
          "[/AVAILABLE_TOOLS]",
          "[TOOL_RESULTS]",
          "[/TOOL_RESULTS]");

  private ToolModel() {}

  public static Engine open() {
    return open(CONTROL, PromptFormat.Kind.V3);
  }

  /// One whose format, V1, has no place for tools.
  public static Engine withoutTools() {
    return open(CONTROL.subList(0, 2), PromptFormat.Kind.V1);
  }

  private static Engine open(List<String> control, PromptFormat.Kind format) {
    Tokenizer tokenizer = tokenizer(control);
    ModelConfig config =
        new ModelConfig(
            ModelConfig.Architecture.MIXTRAL,
            tokenizer.vocabSize(),
            24,
            20,
            2,
            4,
            2,
            6,
            5,
            2,
            1e-5f,
            new Rope(1e4, new Rope.Scaling.None()),
            OptionalInt.empty(),
            2048,
            false);
    return Engine.of(
        Models.load(new RandomCheckpoint(config, 5), ModelOptions.DEFAULT),
        Optional.of(tokenizer),
        Optional.of(PromptFormat.of(format, tokenizer, Optional.empty())),
        Set.of(1),
        EngineOptions.DEFAULT);
  }

  private static Tokenizer tokenizer(List<String> control) {
    List<Token> tokens = new ArrayList<>();
    control.forEach(text -> tokens.add(new Token(text, 0, Vocabulary.Type.CONTROL)));
    tokens.add(new Token("<unk>", 0, Vocabulary.Type.UNKNOWN));
    for (int b = 0; b < 256; b++) {
      tokens.add(new Token("<0x%02X>".formatted(b), 0, Vocabulary.Type.BYTE));
    }
    tokens.add(new Token("▁", -1, Vocabulary.Type.NORMAL));
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(new Token(String.valueOf(c), -100, Vocabulary.Type.NORMAL));
    }
    return Tokenizers.of(
        new Vocabulary(
            Vocabulary.Kind.SENTENCEPIECE_BPE,
            tokens,
            List.of(),
            Optional.empty(),
            true,
            false,
            true,
            false,
            OptionalInt.of(0),
            OptionalInt.of(1),
            OptionalInt.of(CONTROL.size()),
            OptionalInt.empty()));
  }
}
