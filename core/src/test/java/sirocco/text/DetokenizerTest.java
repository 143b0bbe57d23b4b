package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.Detokenizer.Option;

class DetokenizerTest {
  private static Tokenizer small(String name) throws Exception {
    return Tokenizers.of(Tokenizers.read(SmallGoldenTest.resource(name)));
  }

  private static List<String> parts(Detokenizer stream, int... ids) {
    List<String> parts = new ArrayList<>();
    for (int id : ids) {
      parts.add(stream.append(id));
    }
    parts.add(stream.finish());
    return parts;
  }

  private static int[] bytes(Tokenizer tokenizer, int... bytes) {
    int[] ids = new int[bytes.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokenizer.idOf(String.format("<0x%02X>", bytes[i])).orElseThrow();
    }
    return ids;
  }

  @Test
  void holdsACharacterBackUntilItIsWhole() throws Exception {
    Tokenizer tokenizer = small("sp-bytes.model");
    int[] smile = bytes(tokenizer, 0xF0, 0x9F, 0x98, 0x80);
    assertThat(parts(new Detokenizer(tokenizer), smile)).containsExactly("", "", "", "😀", "");
  }

  @Test
  void sentencePieceReplacesEachByteThatCannotBeText() throws Exception {
    Tokenizer tokenizer = small("sp-bytes.model");
    int[] ids = bytes(tokenizer, 0xE2, 0x82, 0x41, 0xFF, 0xF0, 0x9F);
    assertThat(parts(new Detokenizer(tokenizer), ids))
        .containsExactly("", "", "\uFFFD\uFFFDA", "\uFFFD", "", "", "\uFFFD\uFFFD");
    assertThat(tokenizer.decode(ids)).isEqualTo("\uFFFD\uFFFDA\uFFFD\uFFFD\uFFFD");
  }

  @Test
  void byteLevelReplacesTheStartOfACharacterAsAWhole() throws Exception {
    Tokenizer tokenizer = small("tekken-small.json");
    int first = 24;
    assertThat(parts(new Detokenizer(tokenizer), first + 0xE2, first + 0x82, first + 0x41))
        .containsExactly("", "", "\uFFFDA", "");
  }

  @Test
  void dropsTheDummyPrefixOnlyAtTheStartOfAText() throws Exception {
    Tokenizer tokenizer = small("sp-bytes.model");
    int[] ids = tokenizer.encode("the the");
    int bos = tokenizer.vocabulary().bos().orElseThrow();
    assertThat(String.join("", parts(new Detokenizer(tokenizer), ids))).isEqualTo("the the");
    Detokenizer midText = new Detokenizer(tokenizer, EnumSet.of(Option.MID_TEXT));
    assertThat(String.join("", parts(midText, ids))).isEqualTo(" the the");
    Detokenizer afterBos = new Detokenizer(tokenizer);
    assertThat(afterBos.append(bos)).isEmpty();
    assertThat(String.join("", parts(afterBos, ids))).isEqualTo("the the");
    Detokenizer shown = new Detokenizer(tokenizer, EnumSet.of(Option.SHOW_CONTROL));
    assertThat(shown.append(bos)).isEqualTo("<s>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sp-bytes.model", "sp-rules.model", "gpt2-small.json", "tekken-small.json"})
  void partsAddUpToTheWholeAndAreNeverHalfACharacter(String name) throws Exception {
    Tokenizer tokenizer = small(name);
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      int[] ids =
          random.ints(random.nextInt(12), 0, Math.min(320, tokenizer.vocabSize())).toArray();
      List<String> parts = parts(new Detokenizer(tokenizer), ids);
      assertThat(String.join("", parts)).isEqualTo(tokenizer.decode(ids));
      for (String part : parts) {
        assertThat(Utf8.wellFormed(part)).isEqualTo(part);
      }
    }
  }

  @Test
  void refusesATokenThatIsNone() throws Exception {
    Tokenizer tokenizer = small("sp-bytes.model");
    Detokenizer stream = new Detokenizer(tokenizer);
    for (int id : new int[] {-1, tokenizer.vocabSize(), Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> stream.append(id))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining(Integer.toString(id));
    }
  }

  @Test
  void bytesOfATokenAreItsText() throws Exception {
    Tokenizer tokenizer = small("sp-bytes.model");
    for (int id = 0; id < tokenizer.vocabSize(); id++) {
      if (tokenizer.vocabulary().tokens().get(id).type() == Vocabulary.Type.NORMAL) {
        assertThat(tokenizer.bytes(id))
            .isEqualTo(
                Utf8.bytes(tokenizer.vocabulary().tokens().get(id).text().replace('▁', ' ')));
      }
    }
    assertThat(tokenizer.bytes(1)).isEmpty();
    assertThat(tokenizer.isControl(1)).isTrue();
  }
}
