package sirocco.text;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.OptionalInt;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.Token;

/// Writes `tokenizer.model` such that SentencePiece loads it and gives the same ids.
final class SentencePieceModelWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private SentencePieceModelWriter() {}

  /// @throws TokenizerException if the format cannot say what the vocabulary says
  static byte[] write(Vocabulary vocabulary) {
    check(vocabulary);
    SentencePieceModelWriter model = new SentencePieceModelWriter();
    for (Token token : vocabulary.tokens()) {
      SentencePieceModelWriter piece = new SentencePieceModelWriter();
      piece.text(1, token.text());
      piece.float32(2, token.score());
      piece.number(3, token.type().number());
      model.bytes(1, piece.out.toByteArray());
    }
    model.bytes(2, trainer(vocabulary));
    model.bytes(3, normalizer(vocabulary));
    return model.out.toByteArray();
  }

  private static TokenizerException cannot(String why) {
    return new TokenizerException("tokenizer.model cannot be written: " + why);
  }

  private static void check(Vocabulary vocabulary) {
    if (vocabulary.kind() != Kind.SENTENCEPIECE_BPE) {
      throw cannot("byte-level BPE has no such form; write tokenizer.json");
    }
    long unknown = count(vocabulary, Vocabulary.Type.UNKNOWN);
    long bytes = count(vocabulary, Vocabulary.Type.BYTE);
    if (unknown != 1 || (bytes != 0 && bytes != 256)) {
      throw cannot(
          "it needs one unknown token and none or 256 byte tokens, found "
              + unknown
              + " and "
              + bytes);
    }
    if (!new SentencePieceTokenizer(vocabulary).mergesFollowFromScores()) {
      throw cannot("its merges do not follow from scores; write tokenizer.json");
    }
  }

  private static long count(Vocabulary vocabulary, Vocabulary.Type type) {
    return vocabulary.tokens().stream().filter(t -> t.type() == type).count();
  }

  private static byte[] trainer(Vocabulary vocabulary) {
    SentencePieceModelWriter trainer = new SentencePieceModelWriter();
    trainer.number(3, 2);
    trainer.number(4, vocabulary.tokens().size());
    trainer.number(35, count(vocabulary, Vocabulary.Type.BYTE) > 0 ? 1 : 0);
    int unk =
        vocabulary.tokens().stream().map(Token::type).toList().indexOf(Vocabulary.Type.UNKNOWN);
    List<OptionalInt> special =
        List.of(OptionalInt.of(unk), vocabulary.bos(), vocabulary.eos(), vocabulary.pad());
    for (int i = 0; i < special.size(); i++) {
      trainer.number(40 + i, special.get(i).orElse(-1));
    }
    for (int i = 0; i < special.size(); i++) {
      if (special.get(i).isPresent()) {
        trainer.text(45 + i, vocabulary.tokens().get(special.get(i).getAsInt()).text());
      }
    }
    return trainer.out.toByteArray();
  }

  private static byte[] normalizer(Vocabulary vocabulary) {
    SentencePieceModelWriter normalizer = new SentencePieceModelWriter();
    if (vocabulary.charsmap().isPresent()) {
      normalizer.text(1, "user_defined");
      normalizer.bytes(2, vocabulary.charsmap().get().blob());
    } else {
      normalizer.text(1, "identity");
    }
    normalizer.number(3, vocabulary.addDummyPrefix() ? 1 : 0);
    normalizer.number(4, vocabulary.removeExtraWhitespaces() ? 1 : 0);
    normalizer.number(5, 1);
    return normalizer.out.toByteArray();
  }

  private void text(int field, String text) {
    bytes(field, Utf8.bytes(text));
  }

  private void bytes(int field, byte[] bytes) {
    varint(((long) field << 3) | ProtobufReader.BYTES);
    varint(bytes.length);
    out.writeBytes(bytes);
  }

  private void number(int field, long value) {
    varint(((long) field << 3) | ProtobufReader.VARINT);
    varint(value);
  }

  private void float32(int field, float value) {
    varint(((long) field << 3) | ProtobufReader.FIXED32);
    int bits = Float.floatToIntBits(value);
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(bits >> shift);
    }
  }

  /// Negative numbers take ten bytes, as protobuf's int32 has it.
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
