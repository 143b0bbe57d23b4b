package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sirocco.testkit.SchemaExamples;
import sirocco.text.Detokenizer;
import sirocco.text.Tokenizer;

/// Masks are exact: they allow a token if and only if the text with it can still become complete.
final class MaskTest {
  private static final Tokenizer SMALL = Vocabularies.small();
  private static final TokenTrie TRIE = new TokenTrie(SMALL);

  @Test
  void masksAreWhatEveryTokenByItselfSays() {
    for (String schema : SchemaExamples.all()) {
      exact(Grammar.jsonSchema(schema), TRIE, 3, 150);
    }
    exact(Grammar.json(), TRIE, 10, 400);
  }

  @Test
  void masksOfARealVocabularyAreWhatEveryTokenByItselfSays() {
    TokenTrie trie = new TokenTrie(Vocabularies.mistral("v3"));
    exact(Grammar.json(), trie, 2, 25);
    exact(Grammar.regex("(a|é|[漢-龥]{2,3}| \\d+){3,80}!"), trie, 2, 25);
    exact(Grammar.jsonSchema(SchemaExamples.all().getLast()), trie, 2, 40);
  }

  /// Beside a walk, tries every token alone, byte by byte.
  private static void exact(Grammar grammar, TokenTrie trie, int walks, int steps) {
    TokenAutomaton automaton = new TokenAutomaton(grammar, trie, Vocabularies.ENDS);
    for (int seed = 0; seed < walks; seed++) {
      Configs alone = new Configs(grammar.pushdown());
      Config at = alone.start();
      Matcher matcher = automaton.matcher(false);
      Random random = new Random(seed);
      for (int step = 0; step < steps && !matcher.isEnded(); step++) {
        TokenMask mask = matcher.allowed();
        for (int id = 0; id < trie.tokenizer().vocabSize(); id++) {
          boolean end = id == Vocabularies.END;
          boolean fits = end ? at.complete : fits(alone, at, trie.tokenizer(), id);
          assertThat(mask.allows(id)).as("token %d at step %d", id, step).isEqualTo(fits);
        }
        int id =
            random
                .ints(0, trie.tokenizer().vocabSize())
                .filter(mask::allows)
                .findFirst()
                .orElseThrow();
        assertThat(matcher.accept(id)).isTrue();
        for (byte b : trie.tokenizer().bytes(id)) {
          at = alone.step(at, b);
        }
        assertThat(matcher.isEnded() || matcher.isComplete() == at.complete).isTrue();
      }
    }
  }

  private static boolean fits(Configs configs, Config from, Tokenizer tokenizer, int id) {
    Config at = from;
    for (byte b : tokenizer.bytes(id)) {
      at = configs.step(at, b);
    }
    // The unknown token stands for no text.
    return id > 3 && tokenizer.bytes(id).length > 0 && !at.isDead();
  }

  /// Java's own engine says whether a text matches or might with more behind it.
  @Test
  @SuppressWarnings("JdkObsolete") // hitEnd says just what is asked
  void regularExpressionsMeanWhatJavaMeans() {
    Random random = new Random(5);
    for (String pattern :
        List.of(
            "a*b",
            "(ab|a)(c|bcd)*",
            "[^a-c]{2,4}x?",
            "(a|b){3}|c+",
            "\\d{2,}-\\w",
            "a.c|é+",
            "(?:ab?){2,3}c",
            "[\\u00e0-\\u00ff]+😀?",
            "\\s?[\\[\\]-]\\S")) {
      Pattern java = Pattern.compile(pattern);
      Configs configs = new Configs(Grammar.regex(pattern).pushdown());
      for (int i = 0; i < 3000; i++) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(7); length > 0; length--) {
          text.append(
              List.of("a", "b", "c", "d", "x", "1", "-", "é", "😀", " ", "]", "\n")
                  .get(random.nextInt(12)));
        }
        Config at = configs.start();
        for (byte b : Vocabularies.utf8(text.toString())) {
          at = configs.step(at, b);
        }
        java.util.regex.Matcher matcher = java.matcher(text);
        assertThat(at.complete).as("%s on %s", pattern, text).isEqualTo(matcher.matches());
        assertThat(at.complete || !at.isDead())
            .as("%s before %s", pattern, text)
            .isEqualTo(matcher.matches() || matcher.hitEnd());
      }
    }
  }

  @Test
  void onlyWholeCharactersAreMadeOfBytes() {
    TokenAutomaton automaton =
        new TokenAutomaton(Grammar.regex("\"[^\"]*\""), TRIE, Vocabularies.ENDS);
    for (int seed = 0; seed < 200; seed++) {
      assertThat(SMALL.decode(new Walk(automaton, seed).run(2000))).doesNotContain("\uFFFD");
    }
    Matcher matcher = automaton.matcher(false);
    assertThat(matcher.accept(Vocabularies.id(SMALL, "<0x22>"))).isTrue();
    TokenMask inside = matcher.allowed();
    for (String bad : List.of("<0x80>", "<0xC0>", "<0xC1>", "<0xF5>", "<0xFF>")) {
      assertThat(inside.allows(Vocabularies.id(SMALL, bad))).isFalse();
    }
    assertThat(matcher.accept(Vocabularies.id(SMALL, "<0xED>"))).isTrue();
    assertThat(matcher.allowed().allows(Vocabularies.id(SMALL, "<0x9F>"))).isTrue();
    assertThat(matcher.allowed().allows(Vocabularies.id(SMALL, "<0xA0>"))).isFalse();
    assertThat(matcher.allowed().count()).isEqualTo(32);
  }

  @Test
  void aLeadingSpaceThatIsDroppedDoesNotCount() {
    for (boolean squeezes : new boolean[] {false, true}) {
      Tokenizer tokenizer = Vocabularies.pieces(squeezes, "▁", "{", "▁{", "▁▁{", "}", "▁}", "▁▁");
      TokenAutomaton automaton =
          new TokenAutomaton(
              Grammar.regex("\\{ ?\\}"), new TokenTrie(tokenizer), Vocabularies.ENDS);
      for (int seed = 0; seed < 200; seed++) {
        int[] ids = new Walk(automaton, seed).run(20);
        assertThat(tokenizer.decode(ids)).matches("\\{ ?\\}");
      }
      Matcher starting = automaton.matcher(true);
      assertThat(allowed(starting, tokenizer)).containsExactly("<0x7B>", "▁", "{", "▁{");
      Matcher within = automaton.matcher(false);
      assertThat(allowed(within, tokenizer)).containsExactly("<0x7B>", "{");
      assertThat(starting.accept(Vocabularies.id(tokenizer, "▁"))).isTrue();
      assertThat(allowed(starting, tokenizer))
          .isEqualTo(squeezes ? List.of("<0x7B>", "{", "▁{") : List.of("<0x7B>", "{"));
    }
  }

  @Test
  void aTextThatBeginsWithASpaceHasOneMore() {
    TokenAutomaton automaton = new TokenAutomaton(Grammar.regex(" a"), TRIE, Vocabularies.ENDS);
    Matcher matcher = automaton.matcher(true);
    assertThat(allowed(matcher, SMALL)).containsExactly("<0x20>", "▁", "▁▁");
    assertThat(matcher.accept(Vocabularies.id(SMALL, "▁▁"))).isTrue();
    assertThat(allowed(matcher, SMALL)).containsExactly("<0x61>", "a");
    assertThat(new Detokenizer(SMALL).append(Vocabularies.id(SMALL, "▁▁"))).isEqualTo(" ");
  }

  @Test
  void endTokensComeExactlyWhereTheTextIsComplete() {
    Matcher matcher =
        new TokenAutomaton(Grammar.regex("ab?"), TRIE, Vocabularies.ENDS).matcher(false);
    assertThat(matcher.accept(Vocabularies.END)).isFalse();
    assertThat(matcher.accept(Vocabularies.id(SMALL, "a"))).isTrue();
    assertThat(allowed(matcher, SMALL)).containsExactly("</s>", "<0x62>");
    assertThat(matcher.accept(Vocabularies.id(SMALL, "<0x62>"))).isTrue();
    assertThat(allowed(matcher, SMALL)).containsExactly("</s>");
    assertThat(matcher.accept(1)).isFalse();
    assertThat(matcher.accept(Vocabularies.END)).isTrue();
    assertThat(matcher.isEnded()).isTrue();
    assertThat(matcher.accept(Vocabularies.END)).isFalse();
  }

  private static List<String> allowed(Matcher matcher, Tokenizer tokenizer) {
    TokenMask mask = matcher.allowed();
    return IntStream.range(0, tokenizer.vocabSize())
        .filter(mask::allows)
        .mapToObj(id -> tokenizer.vocabulary().tokens().get(id).text())
        .toList();
  }

  /// Masks do not depend on who asked before, or at the same time.
  @Test
  void anAutomatonIsShared() {
    Grammar grammar = Grammar.jsonSchema(SchemaExamples.all().getLast());
    TokenAutomaton shared = new TokenAutomaton(grammar, TRIE, Vocabularies.ENDS);
    List<int[]> together =
        IntStream.range(0, 24)
            .parallel()
            .mapToObj(seed -> new Walk(shared, seed).run(6000))
            .toList();
    for (int seed = 0; seed < 24; seed++) {
      TokenAutomaton own = new TokenAutomaton(grammar, TRIE, Vocabularies.ENDS);
      assertThat(new Walk(own, seed).run(6000)).isEqualTo(together.get(seed));
    }
  }

  @Test
  void logitsOfOtherTokensAreBarred() {
    long[] words = new long[2];
    TokenMask.add(words, 3);
    TokenMask.add(words, 70);
    float[] logits = new float[140];
    new TokenMask(words).bar(logits);
    for (int id = 0; id < logits.length; id++) {
      assertThat(logits[id]).isEqualTo(id == 3 || id == 70 ? 0 : Float.NEGATIVE_INFINITY);
    }
  }
}
