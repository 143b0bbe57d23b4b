package sirocco.text;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import sirocco.text.Vocabulary.Token;

/// The text of a stream of tokens, handed out as soon as it is certain: never half a character, and
/// all parts together are exactly what [Tokenizer#decode] gives for all ids. One for each stream;
/// not for two threads at once.
///
/// A SentencePiece stream that starts a text drops one leading space, the one the dummy prefix put
/// there. So does the answer of a chat: SentencePiece decodes it by itself.
public final class Detokenizer {
  /// What a stream does differently.
  public enum Option {
    /// The stream goes on within a text: its leading space is real.
    MID_TEXT,
    /// Control tokens appear as the vocabulary spells them.
    SHOW_CONTROL
  }

  private final Vocabulary vocabulary;
  private final Tokenizer tokenizer;
  private final boolean showControl;
  private final Utf8Stream bytes;
  private boolean dropsSpace;
  private boolean started;

  /// The start of a text, control tokens hidden.
  public Detokenizer(Tokenizer tokenizer) {
    this(tokenizer, EnumSet.noneOf(Option.class));
  }

  public Detokenizer(Tokenizer tokenizer, Set<Option> options) {
    this.tokenizer = tokenizer;
    vocabulary = tokenizer.vocabulary();
    showControl = options.contains(Option.SHOW_CONTROL);
    boolean pieces = vocabulary.kind() == Vocabulary.Kind.SENTENCEPIECE_BPE;
    bytes = new Utf8Stream(pieces);
    dropsSpace =
        pieces
            && !options.contains(Option.MID_TEXT)
            && (vocabulary.addDummyPrefix() || vocabulary.removeExtraWhitespaces());
  }

  static String decode(Tokenizer tokenizer, int[] ids) {
    Detokenizer stream = new Detokenizer(tokenizer);
    StringBuilder out = new StringBuilder();
    for (int id : ids) {
      stream.append(id, out);
    }
    return out.append(stream.finish()).toString();
  }

  /// The next token; returns the text that it completes, which may be none.
  ///
  /// @throws TokenizerException if there is no such token
  public String append(int id) {
    StringBuilder out = new StringBuilder();
    append(id, out);
    return out.toString();
  }

  /// The stream is over: what was held back comes as U+FFFD.
  public String finish() {
    StringBuilder out = new StringBuilder();
    bytes.finish(out);
    return out.toString();
  }

  private void append(int id, StringBuilder out) {
    byte[] utf8 = tokenizer.bytes(id);
    Token token = vocabulary.tokens().get(id);
    switch (token.type()) {
      case BYTE -> bytes.add(utf8, out);
      case CONTROL -> {
        bytes.finish(out);
        started |= !out.isEmpty();
        if (showControl) {
          out.append(token.text());
        }
      }
      case UNKNOWN, NORMAL, USER_DEFINED, UNUSED -> {
        if (vocabulary.kind() == Vocabulary.Kind.BYTE_BPE) {
          bytes.add(utf8, out);
        } else {
          bytes.finish(out);
          started |= !out.isEmpty();
          piece(token, utf8, out);
        }
      }
    }
    started |= !out.isEmpty();
  }

  /// A piece of SentencePiece: whole characters. The first one that is not empty loses its leading
  /// space; where the model squeezes spaces, so do the ones after until there is text.
  private void piece(Token token, byte[] utf8, StringBuilder out) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    dropsSpace &= !started;
    if (dropsSpace && token.type() != Vocabulary.Type.UNKNOWN && text.startsWith(" ")) {
      text = text.substring(1);
      dropsSpace = vocabulary.removeExtraWhitespaces();
    }
    out.append(text);
  }
}
