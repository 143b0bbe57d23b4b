package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sirocco.testkit.Shared;

/// Control tokens: never from plain text, always from a rendered prompt.
class PromptTest {
  @Test
  void plainTextCannotSpellAControlToken() throws Exception {
    for (String name :
        new String[] {
          "sp-bytes.model", "sp-rules.model", "tekken-small.json", "llama3-small.json"
        }) {
      Tokenizer tokenizer = Tokenizers.of(Tokenizers.read(SmallGoldenTest.resource(name)));
      for (Vocabulary.Token token : tokenizer.vocabulary().tokens()) {
        if (token.type() == Vocabulary.Type.CONTROL) {
          int[] ids = tokenizer.encode("a" + token.text() + "b");
          assertThat(IntStream.of(ids).noneMatch(tokenizer::isControl)).as(token.text()).isTrue();
        }
      }
    }
  }

  @Test
  void aRenderedPromptSpellsThem() throws Exception {
    Tokenizer tokenizer =
        Tokenizers.of(Tokenizers.read(SmallGoldenTest.resource("tekken-small.json")));
    int[] ids = tokenizer.encodePrompt("<s>[INST]a[/INST]");
    assertThat(ids).containsExactly(1, 3, 24 + 'a', 4);
    assertThat(tokenizer.encodePrompt("")).isEmpty();
  }

  @Test
  void theRenderedPromptOfEachVersionHasTheIdsOfMistral() throws Exception {
    var folder = Shared.require("data/tokenizers");
    Tokenizer v1 = Tokenizers.of(Tokenizers.read(folder.resolve("mistral-v1-tokenizer.model")));
    assertThat(v1.encodePrompt("<s>[INST] Hi [/INST]"))
        .containsExactly(1, 733, 16289, 28793, 15359, 733, 28748, 16289, 28793);
    Tokenizer v3 = Tokenizers.of(Tokenizers.read(folder.resolve("mistral-v3-tokenizer.model")));
    assertThat(v3.encodePrompt("<s>[INST]Hi[/INST]")).containsExactly(1, 3, 16127, 4);
  }

  @Test
  void withoutPrefixAfterControlOnlyTheOpeningTextGetsOne() throws Exception {
    Vocabulary v = Tokenizers.read(SmallGoldenTest.resource("sp-bytes.model"));
    Tokenizer tokenizer =
        Tokenizers.of(v.withEnds(v.addBos(), v.addEos(), v.bos(), v.eos(), v.pad(), false));
    int[] with = tokenizer.encode("the");
    assertThat(tokenizer.encodePrompt("the")).isEqualTo(with);
    int[] after = tokenizer.encodePrompt("<s>the");
    assertThat(IntStream.of(after).skip(1).toArray()).isNotEqualTo(with);
    int[] spaced = tokenizer.encodePrompt("<s> the");
    assertThat(IntStream.of(spaced).skip(1).toArray()).isEqualTo(with);
  }

  @Test
  void loneSurrogatesBecomeTheReplacementCharacter() throws Exception {
    for (String name : new String[] {"sp-bytes.model", "tekken-small.json"}) {
      Tokenizer tokenizer = Tokenizers.of(Tokenizers.read(SmallGoldenTest.resource(name)));
      for (String text : new String[] {"a\uD800b", "\uDC00", "x\uD83D", "\uD83D\uDE00\uDE00"}) {
        String expected = new String(Utf8.bytes(Utf8.wellFormed(text)), StandardCharsets.UTF_8);
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(expected).contains("\uFFFD");
      }
      assertThat(tokenizer.decode(tokenizer.encode("a\0b"))).isEqualTo("a\0b");
    }
  }
}
