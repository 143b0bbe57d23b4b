package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import sirocco.text.Tokenizer;
import sirocco.text.Vocabulary;

/// The tokens of a vocabulary by their bytes, as a tree: what begins alike is looked at once. Made
/// once a tokenizer and shared; immutable.
///
/// Tokens that stand for no text, or for text only by convention, are not in it: control tokens,
/// the unknown token, unused ones.
public final class TokenTrie {
  private final Tokenizer tokenizer;

  /// Nodes in the order of their texts, each before those that go on from it. Node 0 is the root.
  private final byte[] label;

  private final int[] depth;

  /// The first node behind those that go on from a node.
  private final int[] end;

  /// The tokens of node `n` are `ids[firstId[n]]` to `ids[firstId[n + 1] - 1]`.
  private final int[] firstId;

  private final int[] ids;
  private final int longest;

  /// The tokens of a tokenizer.
  public TokenTrie(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    List<Integer> sorted = new ArrayList<>();
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (isText(id) && tokenizer.bytes(id).length > 0) {
        sorted.add(id);
      }
    }
    sorted.sort(Comparator.comparing(tokenizer::bytes, Arrays::compareUnsigned));
    ids = sorted.stream().mapToInt(Integer::intValue).toArray();
    longest = sorted.stream().mapToInt(id -> tokenizer.bytes(id).length).max().orElse(0);
    int nodes = 1 + countNodes();
    label = new byte[nodes];
    depth = new int[nodes];
    end = new int[nodes];
    firstId = new int[nodes + 1];
    fill();
  }

  private boolean isText(int id) {
    return switch (tokenizer.vocabulary().tokens().get(id).type()) {
      case NORMAL, USER_DEFINED, BYTE -> true;
      case CONTROL, UNKNOWN, UNUSED -> false;
    };
  }

  /// Every token adds the bytes that it does not share with the one before.
  private int countNodes() {
    int nodes = 0;
    byte[] before = {};
    for (int id : ids) {
      byte[] bytes = tokenizer.bytes(id);
      int shared = Arrays.mismatch(before, bytes);
      nodes += shared < 0 ? 0 : bytes.length - shared;
      before = bytes;
    }
    return nodes;
  }

  private void fill() {
    int[] path = new int[longest + 1];
    byte[] before = {};
    int node = 0;
    int deepest = 0;
    for (int i = 0; i < ids.length; i++) {
      byte[] bytes = tokenizer.bytes(ids[i]);
      int shared = Arrays.mismatch(before, bytes);
      if (shared >= 0) {
        for (int d = deepest; d > shared; d--) {
          end[path[d]] = node + 1;
        }
        for (int d = shared + 1; d <= bytes.length; d++) {
          node++;
          label[node] = bytes[d - 1];
          depth[node] = d;
          firstId[node] = i;
          path[d] = node;
        }
        deepest = bytes.length;
      }
      firstId[node + 1] = i + 1;
      before = bytes;
    }
    for (int d = deepest; d >= 0; d--) {
      end[path[d]] = node + 1;
    }
  }

  /// Whose tokens these are.
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /// Bytes of the longest token.
  int longest() {
    return longest;
  }

  int nodes() {
    return label.length;
  }

  byte label(int node) {
    return label[node];
  }

  int depth(int node) {
    return depth[node];
  }

  int end(int node) {
    return end[node];
  }

  int firstId(int node) {
    return firstId[node];
  }

  int id(int index) {
    return ids[index];
  }

  long[] noTokens() {
    return new long[(tokenizer.vocabSize() + 63) >> 6];
  }

  /// The node of the text " ", or 0 if no token begins with a space.
  int space() {
    for (int node = 1; node < label.length; node = end[node]) {
      if (label[node] == ' ') {
        return node;
      }
    }
    return 0;
  }

  /// Whether a text that stands by itself loses one leading space when it is put together.
  boolean dropsLeadingSpace() {
    Vocabulary vocabulary = tokenizer.vocabulary();
    return vocabulary.kind() == Vocabulary.Kind.SENTENCEPIECE_BPE
        && (vocabulary.addDummyPrefix() || vocabulary.removeExtraWhitespaces());
  }

  /// Whether a token is one byte of a character, which never counts as a leading space.
  boolean isByte(int id) {
    return tokenizer.vocabulary().tokens().get(id).type() == Vocabulary.Type.BYTE;
  }
}
