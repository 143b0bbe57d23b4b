package sirocco.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import sirocco.text.Vocabulary.Kind;
import sirocco.text.Vocabulary.Token;
import sirocco.text.jinja.Str;

/// A rendered prompt to ids. Control tokens are looked for only where every character was written
/// by the template; the texts between them are encoded as [Tokenizer#encodePrompt] would, but with
/// whatever control tokens they spell left as text.
final class PromptEncoder {
  /// A noncharacter: no vocabulary has it, so no merge crosses it.
  private static final String BARRIER = "\uFDD0";

  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final Literals controls;
  private final Literals userDefined;

  PromptEncoder(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.vocabulary = tokenizer.vocabulary();
    List<Literals.Entry> control = new ArrayList<>();
    List<Literals.Entry> defined = new ArrayList<>();
    for (int id = 0; id < vocabulary.tokens().size(); id++) {
      Token token = vocabulary.tokens().get(id);
      switch (token.type()) {
        case CONTROL, UNKNOWN -> control.add(new Literals.Entry(token.text(), id));
        case USER_DEFINED -> {
          // Runs of space are ordinary text, even where a vocabulary lists them.
          if (!token.text().isBlank() && token.text().length() > 2) {
            defined.add(new Literals.Entry(token.text(), id));
          }
        }
        case NORMAL, UNUSED, BYTE -> {}
      }
    }
    controls = new Literals(control);
    userDefined = new Literals(defined);
  }

  /// The ids, with one BOS at the start if there is any.
  int[] encode(Str prompt) {
    Ints ids = new Ints();
    String text = prompt.text();
    int from = 0;
    for (int at = 0; at < text.length(); ) {
      int literal = controls.match(text, at);
      if (literal < 0 || !isTemplates(prompt, at, at + controls.length(literal))) {
        at++;
        continue;
      }
      plain(prompt, from, at, ids);
      ids.add(controls.id(literal));
      at += controls.length(literal);
      from = at;
    }
    plain(prompt, from, text.length(), ids);
    return withOneBos(ids.toArray());
  }

  private static boolean isTemplates(Str prompt, int from, int to) {
    int data = prompt.trust().indexOf(Str.DATA, from);
    return data < 0 || data >= to;
  }

  private int[] withOneBos(int[] ids) {
    if (vocabulary.bos().isEmpty()) {
      return ids;
    }
    int bos = vocabulary.bos().getAsInt();
    int start = 0;
    while (start < ids.length && ids[start] == bos) {
      start++;
    }
    if (start == 0 && !vocabulary.addBos()) {
      return ids;
    }
    int[] made = new int[ids.length - start + 1];
    made[0] = bos;
    System.arraycopy(ids, start, made, 1, ids.length - start);
    return made;
  }

  /// The text between two control tokens. Some files call the tokens that end a turn user-defined,
  /// and a tokenizer finds those in any text: where a message spells one that the template uses,
  /// the text is cut inside it.
  private void plain(Str prompt, int from, int to, Ints ids) {
    int start = from;
    for (int at = from; at < to && !userDefined.isEmpty(); at++) {
      int literal = userDefined.match(prompt.text(), at);
      if (literal >= 0 && isForged(prompt, at, at + userDefined.length(literal))) {
        int cut = prompt.text().offsetByCodePoints(at, 1);
        part(prompt.text().substring(start, cut), start == 0, start == from, ids);
        start = cut;
      }
    }
    if (start < to) {
      part(prompt.text().substring(start, to), start == 0, start == from, ids);
    }
  }

  /// Whether a spelling is not wholly the template's while the template has it elsewhere.
  private boolean isForged(Str prompt, int from, int to) {
    if (isTemplates(prompt, from, to)) {
      return false;
    }
    String spelling = prompt.text().substring(from, to);
    String text = prompt.text();
    for (int at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
      if (isTemplates(prompt, at, at + spelling.length())) {
        return true;
      }
    }
    return false;
  }

  /// @param opens whether the text opens the prompt
  /// @param whole whether it starts behind a control token rather than inside a text
  private void part(String text, boolean opens, boolean whole, Ints ids) {
    boolean prefix = opens || (whole && vocabulary.prefixAfterControl());
    if (prefix || vocabulary.kind() == Kind.BYTE_BPE || !vocabulary.addDummyPrefix()) {
      ids.addAll(tokenizer.encode(text));
    } else {
      ids.addAll(withoutPrefix(text));
    }
  }

  /// Without the dummy prefix: it goes before a character that merges with nothing, and both are
  /// dropped.
  private int[] withoutPrefix(String text) {
    int[] barrier = tokenizer.encode(BARRIER);
    int[] ids = tokenizer.encode(BARRIER + text);
    if (!Arrays.equals(barrier, 0, barrier.length, ids, 0, barrier.length)) {
      throw new TokenizerException("the vocabulary has a token with the noncharacter U+FDD0");
    }
    return Arrays.copyOfRange(ids, barrier.length, ids.length);
  }
}
