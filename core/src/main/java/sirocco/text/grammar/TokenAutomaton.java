package sirocco.text.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import sirocco.text.Tokenizer;

/// A grammar for the tokens of one vocabulary: what may come next at every place of a text. Shared
/// by any number of generations and threads, each with its own [Matcher]; what one of them had to
/// work out the others find done.
///
/// A mask is a walk through the tree of all tokens beside the automaton. Two things make most of
/// them unnecessary. States that no token tells apart share a mask. And the walk is done as if
/// nothing were known of the calls under way, so that a string in a list has the mask of a string
/// anywhere; only the tokens that go on behind what is known, such as a quote and a comma, are
/// walked for each place anew.
public final class TokenAutomaton {
  /// What is remembered is dropped at so many objects, or words of masks: some 100 MB.
  private static final int MOST_CONFIGS = 1 << 17;

  private static final long MOST_WORDS = 1 << 22;

  private final Pushdown pushdown;
  private final TokenTrie trie;
  private final Set<Integer> ends;

  private final int[] classes;

  // Guarded by this.
  private Memory memory;

  /// What was worked out so far.
  private static final class Memory {
    final Configs configs;
    final IdentityHashMap<Config, TokenMask> masks = new IdentityHashMap<>();
    final Map<Integer, Partial> partialOfState = new HashMap<>();
    final IdentityHashMap<Config, Partial> partials = new IdentityHashMap<>();
    Optional<TokenMask> opening = Optional.empty();
    long words;

    Memory(Pushdown pushdown) {
      configs = new Configs(pushdown);
    }
  }

  /// A mask that knows nothing of the calls under way.
  ///
  /// @param mask tokens that fit as far as it is known
  /// @param open nodes of the tree where what is known is done: what goes on from there depends
  /// @param depth of the calls that the walk came across
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Partial(TokenMask mask, int[] open, int depth) {}

  /// A grammar for a vocabulary.
  ///
  /// @param trie of the vocabulary; to be shared by all its automata
  /// @param endTokens ids that end a generation, at least one: allowed exactly where the text is
  ///   complete
  public TokenAutomaton(Grammar grammar, TokenTrie trie, Set<Integer> endTokens) {
    this.pushdown = grammar.pushdown();
    this.trie = trie;
    this.ends = Set.copyOf(endTokens);
    this.memory = new Memory(pushdown);
    if (ends.isEmpty()) {
      throw new IllegalArgumentException("a grammar needs an end token to end a text with");
    }
    for (int end : ends) {
      if (end < 0 || end >= trie.tokenizer().vocabSize()) {
        throw new IllegalArgumentException(
            "end token " + end + " is not in 0 to " + (trie.tokenizer().vocabSize() - 1));
      }
    }
    this.classes = MaskClasses.of(pushdown, trie.longest());
  }

  /// For one generation.
  ///
  /// @param startsText whether the generated text stands by itself, so that a SentencePiece
  ///   tokenizer drops one leading space of it
  public Matcher matcher(boolean startsText) {
    return new Matcher(this, startsText && trie.dropsLeadingSpace());
  }

  /// Whose tokens these are.
  public Tokenizer tokenizer() {
    return trie.tokenizer();
  }

  TokenTrie trie() {
    return trie;
  }

  boolean isEnd(int id) {
    return ends.contains(id);
  }

  synchronized Config start() {
    return memory.configs.start();
  }

  /// After some bytes of a token; dead if they do not fit.
  synchronized Config step(Config from, byte[] bytes, int first) {
    Config at = from;
    for (int i = first; i < bytes.length && !at.isDead(); i++) {
      at = memory.configs.step(at, bytes[i]);
    }
    return at;
  }

  /// The tokens that fit, and the end tokens if the text is complete or nothing fits.
  synchronized TokenMask mask(Config config) {
    TokenMask known = memory.masks.get(config);
    if (known == null) {
      known = withEnds(tokens(config), config);
      remember(known);
      memory.masks.put(config, known);
    }
    return known;
  }

  /// The same where one leading space does not count.
  synchronized TokenMask openingMask() {
    if (memory.opening.isEmpty()) {
      Config start = start();
      memory.opening = Optional.of(withEnds(openingTokens(start), start));
    }
    return memory.opening.get();
  }

  /// The tokens that are nothing but the space that does not count.
  List<Integer> loneSpaces() {
    List<Integer> out = new ArrayList<>();
    int space = trie.space();
    for (int i = trie.firstId(space); space > 0 && i < trie.firstId(space + 1); i++) {
      if (!trie.isByte(trie.id(i))) {
        out.add(trie.id(i));
      }
    }
    return out;
  }

  /// Tokens that begin with a space fit if the rest of them does, the others as they always do; a
  /// byte token is a byte even if it is a space.
  private TokenMask openingTokens(Config start) {
    long[] words = trie.noTokens();
    int space = trie.space();
    new Walk(words).run(1, space == 0 ? trie.nodes() : space, start);
    if (space > 0) {
      new Walk(words).run(trie.end(space), trie.nodes(), start);
      new Walk(words).run(space + 1, trie.end(space), start);
      loneSpaces().forEach(id -> TokenMask.add(words, id));
      boolean spaceFits = !memory.configs.step(start, (byte) ' ').isDead();
      for (int i = trie.firstId(space); spaceFits && i < trie.firstId(space + 1); i++) {
        TokenMask.add(words, trie.id(i));
      }
    }
    return new TokenMask(words);
  }

  private TokenMask withEnds(TokenMask tokens, Config config) {
    return config.complete || tokens.isEmpty() ? tokens.with(ends) : tokens;
  }

  private TokenMask tokens(Config config) {
    Optional<Stack> ground = ground(config);
    if (ground.isPresent()) {
      Partial partial = partial(config, ground.get());
      if (ground.get().depth() + partial.depth <= pushdown.depthLimit()) {
        return complete(partial, ground.get());
      }
    }
    long[] words = trie.noTokens();
    new Walk(words).run(1, trie.nodes(), config);
    return new TokenMask(words);
  }

  private TokenMask complete(Partial partial, Stack ground) {
    Config after = memory.configs.after(ground);
    if (partial.open.length == 0 || after.states.length == 0) {
      return partial.mask;
    }
    long[] words = partial.mask.words().clone();
    for (int node : partial.open) {
      new Walk(words).run(node + 1, trie.end(node), after);
    }
    return new TokenMask(words);
  }

  /// What all stacks of a configuration stand on.
  private static Optional<Stack> ground(Config config) {
    if (config.states.length == 0) {
      return Optional.empty();
    }
    Stack[] at = config.stacks.clone();
    while (true) {
      Stack deepest = at[0];
      boolean same = true;
      for (Stack stack : at) {
        same &= stack.equals(at[0]);
        deepest = stack.depth() > deepest.depth() ? stack : deepest;
      }
      if (same) {
        return Optional.of(deepest);
      }
      if (!deepest.isChain()) {
        return Optional.empty();
      }
      for (int i = 0; i < at.length; i++) {
        at[i] = at[i].equals(deepest) ? deepest.below(0) : at[i];
      }
    }
  }

  private Partial partial(Config config, Stack ground) {
    if (config.states.length > 1) {
      Config above = memory.configs.above(ground, config);
      return partialOf(above);
    }
    int state = config.states[0];
    Partial known = memory.partialOfState.get(classes[state]);
    if (known == null) {
      known = partialOf(memory.configs.above(state));
      memory.partialOfState.put(classes[state], known);
    }
    return known;
  }

  private Partial partialOf(Config above) {
    Partial known = memory.partials.get(above);
    if (known == null) {
      long[] words = trie.noTokens();
      Walk walk = new Walk(words);
      walk.run(1, trie.nodes(), above);
      TokenMask mask = new TokenMask(words);
      remember(mask);
      known = new Partial(mask, Arrays.copyOf(walk.open, walk.opened), walk.depth);
      memory.partials.put(above, known);
    }
    return known;
  }

  /// Counts a new mask, and begins with nothing if there are too many.
  private void remember(TokenMask mask) {
    memory.words += mask.words().length;
    if (memory.words > MOST_WORDS || memory.configs.size() > MOST_CONFIGS) {
      memory = new Memory(pushdown);
    }
  }

  /// A walk through a part of the tree, beside the automaton.
  private final class Walk {
    private final long[] words;
    private final Config[] path = new Config[trie.longest() + 1];
    private int[] open = new int[16];
    private int opened;
    private int depth;

    Walk(long[] words) {
      this.words = words;
    }

    /// Adds the tokens of some nodes that fit.
    ///
    /// @param from a node whose parent is where the automaton is at `config`
    /// @param end behind the last node
    void run(int from, int end, Config config) {
      if (from >= end) {
        return;
      }
      depth = Math.max(depth, config.depth);
      path[trie.depth(from) - 1] = config;
      for (int node = from; node < end; ) {
        int level = trie.depth(node);
        forgetIfFull(level);
        Config at = memory.configs.step(path[level - 1], trie.label(node));
        if (at.isDead()) {
          node = trie.end(node);
          continue;
        }
        path[level] = at;
        depth = Math.max(depth, at.depth);
        for (int i = trie.firstId(node); i < trie.firstId(node + 1); i++) {
          TokenMask.add(words, trie.id(i));
        }
        if (at.bottomed) {
          noteOpen(node);
        }
        node++;
      }
    }

    /// What leads to the remembered must go as well, or it stays.
    private void forgetIfFull(int level) {
      if (memory.configs.size() > MOST_CONFIGS) {
        memory = new Memory(pushdown);
        for (int i = 0; i < level; i++) {
          path[i].forget();
        }
      }
    }

    private void noteOpen(int node) {
      if (opened == open.length) {
        open = Arrays.copyOf(open, 2 * opened);
      }
      open[opened++] = node;
    }
  }
}
