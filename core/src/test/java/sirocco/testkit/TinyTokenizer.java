package sirocco.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A `tokenizer.model` of 50 pieces, for the models of [Configs]: unknown, opening and end token,
/// the space, the letters a to z, and twenty pairs of letters.
public final class TinyTokenizer {
  private static final String PAIRS = "th he in er an re on at en nd ti es or te of ed is it al ar";

  private TinyTokenizer() {}

  /// Puts it into a folder.
  public static Path write(Path folder) {
    var model = new ByteArrayOutputStream();
    piece(model, "<unk>", 0, 2);
    piece(model, "<s>", 0, 3);
    piece(model, "</s>", 0, 3);
    piece(model, "▁", -1, 1);
    for (char c = 'a'; c <= 'z'; c++) {
      piece(model, String.valueOf(c), -100, 1);
    }
    int rank = 0;
    for (String pair : PAIRS.split(" ", -1)) {
      piece(model, pair, --rank, 1);
    }
    // trainer_spec (2): model_type (3) is BPE
    model.writeBytes(new byte[] {0x12, 2, 0x18, 2});
    // normalizer_spec (3): a dummy prefix (3), runs of spaces kept (4), spaces escaped (5)
    model.writeBytes(new byte[] {0x1A, 6, 0x18, 1, 0x20, 0, 0x28, 1});
    try {
      return Files.write(folder.resolve("tokenizer.model"), model.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `ModelProto.pieces`, field 1, of `SentencePiece {1: piece, 2: score, 3: type}`.
  private static void piece(ByteArrayOutputStream model, String text, float score, int type) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer piece = ByteBuffer.allocate(2 + utf8.length + 5 + 2).order(ByteOrder.LITTLE_ENDIAN);
    piece.put((byte) 0x0A).put((byte) utf8.length).put(utf8);
    piece.put((byte) 0x15).putFloat(score);
    piece.put((byte) 0x18).put((byte) type);
    model.write(0x0A);
    model.write(piece.capacity());
    model.writeBytes(piece.array());
  }
}
