package sirocco.text;

import java.util.OptionalInt;

/// Text to token ids and back. Immutable and shared; the state of a stream lives in its
/// [Detokenizer].
public sealed interface Tokenizer permits SentencePieceTokenizer, ByteBpeTokenizer {
  Vocabulary vocabulary();

  /// The ids of plain text. Nothing is added before or after, and text that spells a control token
  /// stays text.
  int[] encode(String text);

  /// The ids of a rendered prompt: control tokens spelled in it become their ids, the text between
  /// them is encoded as [#encode] does, with the dummy prefix only where the source tokenizer puts
  /// it. Never pass user text here unguarded.
  int[] encodePrompt(String rendered);

  /// The text of these ids; control tokens give nothing, and the space that the dummy prefix put
  /// first is dropped. Bytes that are not UTF-8 become U+FFFD.
  String decode(int[] ids);

  /// The UTF-8 bytes that a token stands for; empty for control tokens. `▁` is a space here.
  /// Shared: do not change.
  byte[] bytes(int id);

  /// The token with exactly this spelling in the vocabulary.
  OptionalInt idOf(String token);

  /// V
  default int vocabSize() {
    return vocabulary().tokens().size();
  }

  /// Whether a token steers the model rather than stands for text.
  default boolean isControl(int id) {
    return vocabulary().tokens().get(id).type() == Vocabulary.Type.CONTROL;
  }
}
