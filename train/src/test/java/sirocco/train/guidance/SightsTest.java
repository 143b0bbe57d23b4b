package sirocco.train.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.text.Tokenizer;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;

final class SightsTest {
  private static final Tokenizer TOKENIZER =
      Words.tokenizer(
          "▁The", "The", "▁the", "▁red", "▁blue", "▁lamp", "▁Lamp", "▁is", "▁in", "▁hall", "▁attic",
          ".", "?", "▁Where", "▁What", "▁a", "▁", "▁Who", "▁Été", "▁été");
  private static final Pieces PIECES = new Pieces(TOKENIZER);
  private static final String TEXT =
      "<s> [INST] ▁The ▁red ▁lamp ▁is ▁in ▁the ▁hall . ▁The ▁blue ▁lamp ▁is ▁in ▁the ▁attic . ";
  //   0    1      2    3    4     5   6   7    8     9  10   11   12    13  14  15   16     17
  private static final int ALL = Integer.MAX_VALUE;

  /// What is behind `=>` is learned, up to the next `<=`.
  private static Batch batch(String... spelled) {
    return Batch.of(Arrays.stream(spelled).map(SightsTest::example).toList());
  }

  private static Example example(String spelled) {
    List<String> tokens = List.of(spelled.split(" ", -1));
    List<String> plain = tokens.stream().filter(t -> !t.equals("=>") && !t.equals("<=")).toList();
    boolean[] learned = new boolean[plain.size()];
    boolean learning = false;
    int at = 0;
    for (String token : tokens) {
      switch (token) {
        case "=>" -> learning = true;
        case "<=" -> learning = false;
        default -> learned[at++] = learning;
      }
    }
    return new Example(Words.ids(TOKENIZER, String.join(" ", plain)), learned, "test");
  }

  private static String told(Batch batch, int segment, Look look, int window) {
    return told(batch, segment, look, 1, window);
  }

  private static String told(Batch batch, int segment, Look look, int nth, int window) {
    return String.join(
        "; ",
        Sights.of(batch, segment, PIECES, window).of(look, nth).stream()
            .map(s -> s.row() + " at " + Arrays.toString(s.columns()) + " finds " + s.known())
            .toList());
  }

  @Test
  void theSentenceThatAnswersIsFound() {
    Batch batch =
        batch(TEXT + "▁Where ▁is ▁the ▁Lamp ▁red ? [/INST] => The ▁red ▁lamp ▁is ▁in ▁the ▁hall .");
    //               18     19  20   21    22   23  24
    assertThat(told(batch, 0, Look.QUOTATION, ALL)).isEqualTo("24 at [2] finds 2");
    // The lamp is in both sentences, the red one in this only.
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL)).isEqualTo("22 at [3] finds 2");
    // The first two tokens of the answer look there again.
    assertThat(told(batch, 0, Look.QUESTION_WORDS, ALL))
        .isEqualTo("24 at [22] finds 2; 25 at [22] finds 2; 26 at [22] finds 2");
  }

  @Test
  void whatIsQuotedIsFollowed() {
    Batch batch =
        batch(TEXT + "▁What ▁is ▁red ? [/INST] => The ▁red ▁lamp ▁is ▁in ▁the ▁hall . </s>");
    //               18    19  20  21  22       23  24   25    26  27  28   29   30  31
    List<Sight> sights = Sights.of(batch, 0, PIECES, ALL).of(Look.CONTINUATION, 1);
    // The first token is another one where it is quoted from; behind the last nothing is quoted.
    assertThat(sights).isNotEmpty().allSatisfy(s -> assertThat(s.row()).isBetween(23, 29));
    assertThat(sights)
        .allSatisfy(s -> assertThat(s.columns()).containsExactly(s.row() - 23 + 2 + 1));
    assertThat(sights).allSatisfy(s -> assertThat(s.known()).isEqualTo(s.columns()[0]));
  }

  @Test
  void everyTurnIsRead() {
    Batch batch =
        batch(
            TEXT
                + "▁What ▁is ▁red ? [/INST] => The ▁red ▁lamp ▁is ▁in ▁the ▁hall . </s> <="
                //  18    19  20  21  22       23  24   25    26  27  28   29   30  31
                + " [INST] ▁What ▁is ▁blue ? [/INST] => The ▁blue ▁lamp ▁is ▁in ▁the ▁attic . </s>");
    //                32     33    34  35   36  37
    assertThat(told(batch, 0, Look.QUOTATION, ALL))
        .isEqualTo("22 at [2] finds 2; 37 at [10] finds 10");
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL))
        .isEqualTo("20 at [3] finds 2; 35 at [11] finds 10");
  }

  @Test
  void whatWasAnsweredBeforeMayBeLookedAtToo() {
    String answer = "The ▁red ▁lamp ▁is ▁in ▁the ▁hall . </s>";
    Batch batch =
        batch(
            TEXT
                + "▁What ▁is ▁the ▁lamp ? [/INST] => "
                + answer
                //   18    19  20    21  22  23           24
                + " <= [INST] ▁What ▁is ▁red ? [/INST] => "
                + answer);
    //                  33     34    35  36   37  38
    assertThat(told(batch, 0, Look.QUOTATION, ALL))
        .isEqualTo("23 at [2] finds 2; 38 at [2, 24] finds 24");
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL)).isEqualTo("36 at [3, 25] finds 24");
  }

  @Test
  void wordsOfTheTextLookBackAtAQuestionBeforeIt() {
    Batch batch =
        batch(
            "<s> [INST] ▁What ▁Lamp ▁is ▁red ? ▁The ▁red ▁lamp ▁is . ▁The ▁blue ▁lamp . [/INST]"
                // 0 1      2     3    4   5   6  7    8    9     10 11 12  13    14   15 16
                + " => The ▁red ▁lamp ▁is .");
    assertThat(told(batch, 0, Look.QUOTATION, ALL)).isEqualTo("16 at [7] finds 7");
    // The lamp is in both sentences.
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL))
        .isEqualTo("8 at [5] finds 7; 10 at [4] finds 7");
    assertThat(told(batch, 0, Look.QUESTION_WORDS, ALL))
        .isEqualTo("16 at [8, 10] finds 7; 17 at [8, 10] finds 7; 18 at [8, 10] finds 7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // In other words, from the middle of a sentence, a word only, nothing.
        "▁The ▁lamp ▁is ▁red .",
        "▁red ▁lamp ▁is ▁in ▁the ▁hall .",
        "▁the",
        "</s>",
      })
  void otherAnswersSayNothing(String answer) {
    Batch batch = batch(TEXT + "▁Where ▁is ▁the ▁red ▁lamp ? [/INST] => " + answer);
    assertThat(told(batch, 0, Look.QUOTATION, ALL)).isEmpty();
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL)).isEmpty();
    assertThat(told(batch, 0, Look.QUESTION_WORDS, ALL)).isEmpty();
  }

  @Test
  void capitalsDoNotMatterInAnyAlphabet() {
    Batch batch =
        batch("<s> [INST] ▁The ▁été ▁is . ▁The ▁hall . ▁Été ? [/INST] => The ▁été ▁is . </s>");
    //       0    1      2    3    4   5  6    7     8  9   10 11
    assertThat(told(batch, 0, Look.QUOTED_WORD, ALL)).isEqualTo("9 at [3] finds 2");
  }

  @Test
  void segmentsAreApart() {
    String spelled =
        TEXT + "▁Where ▁is ▁red ? [/INST] => ▁The ▁red ▁lamp ▁is ▁in ▁the ▁hall . </s>";
    Batch one = batch(spelled);
    Batch two = batch("<s> ▁a ▁a ▁a ▁a", spelled);
    for (Look look : Look.values()) {
      List<Sight> alone = Sights.of(one, 0, PIECES, ALL).of(look, 1);
      List<Sight> behind = Sights.of(two, 1, PIECES, ALL).of(look, 1);
      assertThat(alone).isNotEmpty();
      assertThat(behind).hasSameSizeAs(alone);
      for (int i = 0; i < alone.size(); i++) {
        assertThat(behind.get(i).row()).isEqualTo(alone.get(i).row() + 5);
        assertThat(behind.get(i).known()).isEqualTo(alone.get(i).known() + 5);
        assertThat(IntStream.of(behind.get(i).columns()).map(column -> column - 5))
            .containsExactly(IntStream.of(alone.get(i).columns()).boxed().toArray(Integer[]::new));
      }
    }
  }

  @Test
  void tokensKnowTheirSentence() {
    Batch batch = batch("<s> ▁The ▁lamp . ▁Who ▁is ▁in ?");
    assertThat(told(batch, 0, Look.PREVIOUS_TOKEN, ALL))
        .isEqualTo(
            "1 at [0] finds 0; 2 at [1] finds 1; 3 at [2] finds 2; 4 at [3] finds 3; "
                + "5 at [4] finds 4; 6 at [5] finds 5; 7 at [6] finds 6");
    assertThat(told(batch, 0, Look.PREVIOUS_TOKEN, 3, ALL))
        .isEqualTo(
            "3 at [0] finds 0; 4 at [1] finds 1; 5 at [2] finds 2; 6 at [3] finds 3; "
                + "7 at [4] finds 4");
    assertThat(told(batch, 0, Look.PREVIOUS_TOKEN, 3, 3)).isEmpty();
    assertThat(told(batch, 0, Look.SENTENCE_START, 2, ALL))
        .isEqualTo(
            "2 at [2] finds 2; 3 at [2] finds 2; 5 at [5] finds 5; 6 at [5] finds 5; "
                + "7 at [5] finds 5");
    assertThat(told(batch, 0, Look.SENTENCE_START, ALL))
        .isEqualTo(
            "1 at [1] finds 1; 2 at [1] finds 1; 3 at [1] finds 1; 4 at [4] finds 4; "
                + "5 at [4] finds 4; 6 at [4] finds 4; 7 at [4] finds 4");
  }

  @Test
  void nothingOutsideTheWindowIsLookedAt() {
    Batch batch =
        batch(
            TEXT + "▁Where ▁is ▁the ▁blue ▁lamp ? [/INST] => The ▁red ▁lamp ▁is ▁in ▁the ▁hall .");
    assertThat(told(batch, 0, Look.QUOTATION, 23)).isEqualTo("24 at [2] finds 2");
    assertThat(told(batch, 0, Look.QUOTATION, 22)).isEmpty();
  }

  @Test
  void longTextsAreSampledTheSameWayEachTime() {
    Batch batch = batch("<s>" + " ▁The ▁red ▁lamp ▁is .".repeat(60));
    List<Sight> sights = Sights.of(batch, 0, PIECES, ALL).of(Look.SENTENCE_START, 1);
    assertThat(sights).hasSizeBetween(8, 12);
    assertThat(told(batch, 0, Look.SENTENCE_START, ALL))
        .isEqualTo(told(batch, 0, Look.SENTENCE_START, ALL));
    assertThat(sights)
        .allSatisfy(s -> assertThat(s.columns()).containsExactly((s.row() - 1) / 5 * 5 + 1));
  }
}
