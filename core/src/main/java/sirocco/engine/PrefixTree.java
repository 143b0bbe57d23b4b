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
  private final Map<Key, Node> roots = new HashMap<>();
  private long clock;

  PrefixTree(CachePages pages) {
    this.pages = pages;
  }

  /// Whose pages they are.
  ///
  /// @param weights what they were computed with: an adapter's name, or nothing
  /// @param conversation that alone may find them; everybody if empty
  private record Key(Optional<String> weights, Optional<Conversation> conversation) {}

  private static final class Node {
    private final @Nullable Node parent;
    private final Tokens tokens;
    private @Nullable Page page; // absent in a root, and where everybody's tree had the page
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

  /// Pages that begin a prompt.
  ///
  /// @param apart whether a conversation's own are among them
  record Found(List<Page> pages, boolean apart) {}

  /// The pages that begin a prompt.
  ///
  /// @param weights what they must have been computed with: an adapter's name, or nothing
  /// @param conversation whose own pages may be among them
  /// @param most tokens that may be found
  Found find(
      Optional<String> weights, Optional<Conversation> conversation, int[] prompt, int most) {
    List<Page> found = new ArrayList<>();
    Node common = roots.get(new Key(weights, Optional.empty()));
    Node own = conversation.isEmpty() ? null : roots.get(new Key(weights, conversation));
    boolean apart = false; // what everybody has was computed behind other pages from there on
    for (int page = 0; (page + 1) * KeyValues.BLOCK <= most; page++) {
      Tokens tokens = new Tokens(prompt, page);
      common = apart ? null : next(common, tokens);
      own = next(own, tokens);
      if (own != null && own.page != null) {
        found.add(own.page);
        apart = true;
      } else if (common != null && common.page != null) {
        found.add(common.page);
      } else {
        break;
      }
    }
    return new Found(found, apart);
  }

  private @Nullable Node next(@Nullable Node node, Tokens tokens) {
    Node next = node == null ? null : node.next.get(tokens);
    if (next != null) {
      next.used = ++clock;
    }
    return next;
  }

  /// Keeps what is not kept yet, for everybody.
  ///
  /// @param filled the first pages of a session that has read these tokens
  void keep(Optional<String> weights, int[] prompt, List<Page> filled) {
    keep(new Key(weights, Optional.empty()), prompt, filled, null);
  }

  /// Keeps what is not kept yet, for a conversation.
  ///
  /// @param filled the first pages of a session that has read or made these tokens
  void keep(Optional<String> weights, Conversation conversation, int[] tokens, List<Page> filled) {
    Node common = roots.get(new Key(weights, Optional.empty()));
    keep(new Key(weights, Optional.of(conversation)), tokens, filled, common);
  }

  /// @param common the root of what everybody finds; a page is kept in one place only, or neither
  ///   would ever make room
  private void keep(Key key, int[] all, List<Page> filled, @Nullable Node common) {
    Node node = roots.computeIfAbsent(key, _ -> new Node(null, new Tokens(), null));
    for (int i = 0; i < filled.size(); i++) {
      Node parent = node;
      Tokens tokens = new Tokens(all, i);
      common = next(common, tokens);
      node = parent.next.computeIfAbsent(tokens, _ -> new Node(parent, tokens, null));
      Page page = filled.get(i);
      if (node.page == null && (common == null || common.page != page)) {
        node.page = page;
        pages.hold(page);
      }
      node.used = ++clock;
    }
  }

  /// Lets go of what a conversation kept.
  void forget(Conversation conversation) {
    List<Key> keys =
        roots.keySet().stream()
            .filter(key -> key.conversation.stream().anyMatch(conversation::equals))
            .toList();
    for (Key key : keys) {
      List<Node> open = new ArrayList<>(List.of(roots.remove(key)));
      while (!open.isEmpty()) {
        Node node = open.removeLast();
        open.addAll(node.next.values());
        if (node.page != null) {
          pages.release(node.page);
        }
      }
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
      if (node.page != null) {
        pages.release(node.page);
        node.page = null;
      }
      while (node.parent != null && node.page == null && node.next.isEmpty()) {
        node.parent.next.remove(node.tokens);
        node = node.parent;
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
