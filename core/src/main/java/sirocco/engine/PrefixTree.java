package sirocco.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import sirocco.model.CachePages;
import sirocco.model.CachePages.Page;
import sirocco.tensor.KeyValues;

/// Pages that sessions have filled, kept for those that begin with the same tokens: a tree whose
/// edges are the tokens of a page, so that a page is found only behind the very tokens it was
/// computed behind. The pages that were looked for the longest ago make room first, leaves before
/// what they stand on.
///
/// Used by one thread.
final class PrefixTree {
  private final CachePages pages;
  private final Map<Optional<String>, Node> roots = new HashMap<>();
  private long clock;

  PrefixTree(CachePages pages) {
    this.pages = pages;
  }

  private static final class Node {
    private final @Nullable Node parent;
    private final Tokens tokens;
    private final @Nullable Page page; // absent in a root
    private final Map<Tokens, Node> next = new HashMap<>();
    private long used;

    Node(@Nullable Node parent, Tokens tokens, @Nullable Page page) {
      this.parent = parent;
      this.tokens = tokens;
      this.page = page;
    }
  }

  /// The tokens of a page, compared by what they are.
  private static final class Tokens {
    private final int[] ids;
    private final int hash;

    Tokens(int[] all, int page) {
      this.ids = Arrays.copyOfRange(all, page * KeyValues.BLOCK, (page + 1) * KeyValues.BLOCK);
      this.hash = Arrays.hashCode(ids);
    }

    private Tokens() {
      this.ids = new int[0];
      this.hash = 0;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /// The pages that begin a prompt.
  ///
  /// @param weights what they must have been computed with: an adapter's name, or nothing
  /// @param most tokens that may be found
  List<Page> find(Optional<String> weights, int[] prompt, int most) {
    List<Page> found = new ArrayList<>();
    Node node = roots.get(weights);
    for (int page = 0; node != null && (page + 1) * KeyValues.BLOCK <= most; page++) {
      node = node.next.get(new Tokens(prompt, page));
      if (node != null && node.page != null) {
        node.used = ++clock;
        found.add(node.page);
      }
    }
    return found;
  }

  /// Keeps what is not kept yet.
  ///
  /// @param filled the first pages of a session that has read these tokens
  void keep(Optional<String> weights, int[] prompt, List<Page> filled) {
    Node node = roots.computeIfAbsent(weights, _ -> new Node(null, new Tokens(), null));
    for (int i = 0; i < filled.size(); i++) {
      Node parent = node;
      Page page = filled.get(i);
      node =
          parent.next.computeIfAbsent(
              new Tokens(prompt, i),
              tokens -> {
                pages.hold(page);
                return new Node(parent, tokens, page);
              });
      node.used = ++clock;
    }
  }

  /// Pages that can be had while these are held.
  int room(List<Page> held) {
    return pages.available()
        + unused()
        - (int) held.stream().filter(p -> !pages.isShared(p)).count();
  }

  /// Pages that can make room: only this tree holds them and all that stand on them.
  int unused() {
    return roots.values().stream().mapToInt(root -> unused(root).pages).sum();
  }

  /// Pages that could go.
  ///
  /// @param all whether those are all there are
  private record Unused(int pages, boolean all) {}

  private Unused unused(Node node) {
    int count = 0;
    boolean all = true;
    for (Node child : node.next.values()) {
      Unused below = unused(child);
      count += below.pages;
      all &= below.all;
    }
    if (node.page != null) {
      all &= !pages.isShared(node.page);
      count += all ? 1 : 0;
    }
    return new Unused(count, all);
  }

  /// Lets go of pages until so many are free, as far as there are any that only this tree holds.
  void makeRoom(int wanted) {
    while (pages.available() < wanted) {
      Optional<Node> oldest = oldest();
      if (oldest.isEmpty()) {
        return;
      }
      Node node = oldest.get();
      if (node.parent != null && node.page != null) {
        node.parent.next.remove(node.tokens);
        pages.release(node.page);
      }
    }
  }

  /// The leaf that only this tree holds and that was looked for the longest ago.
  private Optional<Node> oldest() {
    Optional<Node> oldest = Optional.empty();
    for (Node root : roots.values()) {
      for (Node leaf : leaves(root)) {
        if (leaf.page != null
            && !pages.isShared(leaf.page)
            && (oldest.isEmpty() || leaf.used < oldest.get().used)) {
          oldest = Optional.of(leaf);
        }
      }
    }
    return oldest;
  }

  private static List<Node> leaves(Node root) {
    List<Node> leaves = new ArrayList<>();
    List<Node> open = new ArrayList<>(List.of(root));
    while (!open.isEmpty()) {
      Node node = open.removeLast();
      open.addAll(node.next.values());
      if (node.next.isEmpty()) {
        leaves.add(node);
      }
    }
    return leaves;
  }
}
