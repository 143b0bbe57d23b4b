package sirocco.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What grammars in GBNF accept.
final class GbnfTest {
  private static boolean matches(String grammar, String text) {
    Configs configs = new Configs(Grammar.gbnf(grammar).pushdown());
    Config at = configs.start();
    for (byte b : Vocabularies.utf8(text)) {
      at = configs.step(at, b);
    }
    return at.complete;
  }

  private static final String ARITHMETIC =
      """
      # sums
      root  ::= sum "\\n"   # the whole text
      sum   ::= product ( [-+] product )*
      product ::= atom (("*" | "/")
          atom)*
      atom ::= [0-9]{1,3} |
        "(" sum ")"
      """;

  @ParameterizedTest
  @ValueSource(strings = {"1\n", "1+2*(3-4)\n", "((((((7))))))/999\n"})
  void sums(String text) {
    assertThat(matches(ARITHMETIC, text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1+\n", "(1\n", "1234\n", "()\n", "1)\n"})
  void noSums(String text) {
    assertThat(matches(ARITHMETIC, text)).isFalse();
  }

  @Test
  void charactersAreWrittenInManyWays() {
    String grammar = "root ::= \"\\x41\\u00e9\\U0001F600\\t\\\"\\\\\" [\\]\\-a-c^] [^x-z\\n] .";
    assertThat(matches(grammar, "Aé😀\t\"\\-漢\n")).isTrue();
    assertThat(matches(grammar, "Aé😀\t\"\\b漢!")).isTrue();
    assertThat(matches(grammar, "Aé😀\t\"\\dq!")).isFalse();
    assertThat(matches(grammar, "Aé😀\t\"\\by!")).isFalse();
  }

  @Test
  void repetitionsCount() {
    String grammar = "root ::= \"a\"{2} \"b\"{1,} \"c\"{0,2} (\"d\" | \"e\")+ \"f\"?";
    assertThat(matches(grammar, "aabde")).isTrue();
    assertThat(matches(grammar, "aabbbccef")).isTrue();
    assertThat(matches(grammar, "abd")).isFalse();
    assertThat(matches(grammar, "aabcccd")).isFalse();
    assertThat(matches(grammar, "aabcff")).isFalse();
  }

  /// Texts with many readings at once: stacks are put together, or there would be 2^n.
  @Test
  void ambiguityStaysSmall() {
    String grammar =
        """
        root ::= s
        s ::= "a" s "b" | "a" t "c" | "d"
        t ::= "a" t "c" | "a" s "b" | "d"
        """;
    Pushdown pushdown = Grammar.gbnf(grammar).pushdown();
    Configs configs = new Configs(pushdown);
    Config at = configs.start();
    for (byte b : Vocabularies.utf8("a".repeat(200))) {
      at = configs.step(at, b);
      assertThat(at.states.length).isLessThan(8);
    }
    assertThat(matches(grammar, "aaadbcb")).isTrue();
    assertThat(matches(grammar, "aaadbccc")).isFalse();
    assertThat(matches(grammar, "a".repeat(100) + "d" + "bc".repeat(50))).isTrue();
  }

  /// Palindromes: what is open decides what closes.
  @Test
  void callsComeBackInOrder() {
    String grammar = "root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"c\"";
    assertThat(matches(grammar, "abbacabba")).isTrue();
    assertThat(matches(grammar, "abbacabbb")).isFalse();
    // At most 256 calls are open at once, and there is always a way to end.
    Configs configs = new Configs(Grammar.gbnf(grammar).pushdown());
    Config at = configs.start();
    int depth = 0;
    for (Config next = at; !next.isDead(); next = configs.step(at, (byte) 'a')) {
      at = next;
      depth++;
    }
    assertThat(depth).isBetween(256, 258);
    assertThat(configs.step(at, (byte) 'c').isDead()).isFalse();
  }

  /// A call at the end of a rule comes back to nothing: lists of any length have no depth.
  @Test
  void lastCallsAreNotNested() {
    assertThat(matches("root ::= \"a\" root | \"b\"", "a".repeat(5000) + "b")).isTrue();
    assertThat(matches("root ::= x x\nx ::= y*\ny ::= \"a\"?", "aaa")).isTrue();
  }
}
