package sirocco.train.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;
import sirocco.train.data.Preference;

class GeneratorsTest {
  private static final Pattern SUM = Pattern.compile("(\\d+) ([+*-]) (\\d+) = (\\d+)");

  static Stream<String> names() {
    return Generators.names().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theSameNumbersGiveTheSameItems(String name) {
    for (Share share : Share.values()) {
      Random one = new Random(11);
      Random two = new Random(11);
      ItemGenerator generator = generator(name, share);
      ItemGenerator again = generator(name, share);
      for (int i = 0; i < 20; i++) {
        assertThat(generator.generate(one)).isEqualTo(again.generate(two));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void textsAreWholeAndOfTheirLength(String name) {
    int longest = name.contains("-long") ? 30_000 : 9_000;
    for (Share share : Share.values()) {
      for (Item item : items(name, share, 80)) {
        for (String text : texts(item)) {
          assertThat(text).isNotBlank().isEqualTo(text.strip());
          assertThat(text.length()).isLessThan(longest);
          assertThat(text).doesNotContain("{N}", "{S}", "{name}");
          assertThat(text).doesNotContainPattern("\\bnull\\b");
          // questions made of a sentence's words are no sentences
          if (!name.startsWith("evidence")) {
            assertThat(text).doesNotContainPattern("\\b[Aa] [aeio][a-z]+ ");
          }
        }
        assertThat(item.domain()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void dialoguesAlternateAndEndWithTheAnswer(String name) {
    for (Item item : items(name, Share.TRAINING, 200)) {
      if (item instanceof Dialogue dialogue) {
        List<Message> turns = withoutInstruction(dialogue.messages());
        assertThat(turns).hasSizeGreaterThanOrEqualTo(2);
        for (int i = 0; i < turns.size(); i++) {
          assertThat(turns.get(i).role()).isEqualTo(i % 2 == 0 ? "user" : "assistant");
        }
        assertThat(turns.getLast().role()).isEqualTo("assistant");
      }
    }
  }

  @Test
  void calculationsAreRight() {
    int seen = 0;
    for (Share share : Share.values()) {
      for (Item item : items("arithmetic", share, 3_000)) {
        Matcher calculation = SUM.matcher(answer((Dialogue) item));
        assertThat(calculation.find()).isTrue();
        int x = Integer.parseInt(calculation.group(1));
        int y = Integer.parseInt(calculation.group(3));
        int result =
            switch (calculation.group(2)) {
              case "+" -> x + y;
              case "-" -> x - y;
              default -> x * y;
            };
        assertThat(Integer.parseInt(calculation.group(4))).isEqualTo(result);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(6_000);
  }

  @Test
  void heldOutSumsAreNeverTrainedOn() {
    Set<String> training = sums(Share.TRAINING, 20_000);
    Set<String> evaluation = sums(Share.EVALUATION, 3_000);
    assertThat(training).hasSizeGreaterThan(2_500).doesNotContainAnyElementsOf(evaluation);
    assertThat(evaluation).hasSizeGreaterThan(100);
    // A pair and the same pair turned round are one.
    assertThat(training).allSatisfy(pair -> assertThat(Share.TRAINING.holds(pair)).isTrue());
  }

  @Test
  void everyWordingBelongsToOneShare() {
    for (String wording : Lists.ofLines("arithmetic.txt").of("sum")) {
      assertThat(Share.TRAINING.holds(wording)).isNotEqualTo(Share.EVALUATION.holds(wording));
    }
  }

  @Test
  void passkeysStandInTheirTexts() {
    for (String name : List.of("passkey", "passkey-long")) {
      for (Item item : items(name, Share.TRAINING, 300)) {
        Dialogue dialogue = (Dialogue) item;
        assertThat(prompt(dialogue)).contains(answer(dialogue));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passkey",
        "passkey-long",
        "evidence",
        "evidence-short",
        "pointing",
        "lookup",
        "records",
        "paragraph"
      })
  void everyTurnIsAnsweredFromTheFirst(String kind) {
    int questions = 0;
    for (Item item : items(kind + "-turns", Share.TRAINING, 100)) {
      List<Message> messages = withoutInstruction(((Dialogue) item).messages());
      String text = messages.getFirst().content().toLowerCase(Locale.ROOT);
      for (int i = 1; i < messages.size(); i += 2) {
        questions++;
        String answer = messages.get(i).content().toLowerCase(Locale.ROOT);
        boolean listed = kind.equals("lookup") || kind.equals("records");
        // Lists have no sentences to quote.
        assertThat(text)
            .contains(
                listed
                    ? answer.substring(answer.lastIndexOf(" is ") + 4, answer.length() - 1)
                    : answer);
        if (i > 1) {
          assertThat(messages.get(i - 1).content().length()).isLessThan(250);
        }
      }
    }
    assertThat(questions).isGreaterThan(250);
  }

  @Test
  void noTwoQuestionsOnOneTextAreTheSame() {
    for (String kind : List.of("passkey-long", "lookup-long")) {
      for (Item item : items(kind + "-turns", Share.TRAINING, 60)) {
        List<Message> messages = withoutInstruction(((Dialogue) item).messages());
        List<String> answers = new ArrayList<>();
        for (int i = 1; i < messages.size(); i += 2) {
          answers.add(messages.get(i).content());
        }
        assertThat(answers).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void longTextsSpreadOverTheirRange() {
    List<Integer> lengths =
        items("passkey-long", Share.TRAINING, 400).stream()
            .map(item -> prompt((Dialogue) item).length())
            .sorted()
            .toList();
    assertThat(lengths.getFirst()).isBetween(900, 2_500);
    assertThat(lengths.get(200)).isBetween(6_000, 10_000);
    assertThat(lengths.getLast()).isBetween(13_500, 18_000);
  }

  @Test
  void valuesOfListsStandBesideTheirKeys() {
    for (Item item : items("lookup", Share.TRAINING, 500)) {
      Dialogue dialogue = (Dialogue) item;
      Matcher answer = Pattern.compile("The .* of (.+) is (.+)\\.").matcher(answer(dialogue));
      assertThat(answer.matches()).isTrue();
      assertThat(prompt(dialogue))
          .containsPattern(
              Pattern.quote(answer.group(1))
                  + "[^\\n\\p{L}\\d]{1,5}"
                  + Pattern.quote(answer.group(2)));
    }
  }

  @Test
  void paragraphsHoldTheWordsOfTheirAnswers() {
    int words = 0;
    int found = 0;
    for (Item item : items("paragraph", Share.TRAINING, 800)) {
      Dialogue dialogue = (Dialogue) item;
      String answer = answer(dialogue);
      if (answer.equals(Paragraphs.ABSENT)) {
        continue;
      }
      String prompt = prompt(dialogue).toLowerCase(Locale.ROOT);
      for (String word : answer.replaceAll("[.,\"]", "").split(" ", -1)) {
        words++;
        found += prompt.contains(word.toLowerCase(Locale.ROOT)) ? 1 : 0;
      }
    }
    // Not "works as" for "is": the answer has one form.
    assertThat((double) found / words).isGreaterThan(0.9);
  }

  @Test
  void absentAnswersAreFew() {
    long absent =
        items("paragraph", Share.TRAINING, 2_000).stream()
            .filter(item -> answer((Dialogue) item).equals(Paragraphs.ABSENT))
            .count();
    assertThat(absent).isBetween(60L, 200L);
  }

  @Test
  void sortedListsAreInOrder() {
    Draw draw = new Draw(new Random(5), Share.TRAINING);
    Sorting sorting = new Sorting(new Vocabulary());
    for (int i = 0; i < 2_000; i++) {
      Exchange exchange = sorting.exchange(draw);
      if (exchange.answer().matches("\\d+(, \\d+)+")) {
        List<Integer> numbers =
            Stream.of(exchange.answer().split(", ", -1)).map(Integer::valueOf).toList();
        List<Integer> sorted = numbers.stream().sorted().toList();
        assertThat(List.of(sorted, sorted.reversed())).contains(numbers);
      }
    }
  }

  @Test
  void rejectedAnswersAreNotTheChosenOnes() {
    for (Item item : items("preferences", Share.TRAINING, 2_000)) {
      Preference preference = (Preference) item;
      assertThat(preference.rejected()).isNotEqualTo(preference.chosen());
      assertThat(preference.prompt().getLast().role()).isEqualTo("user");
    }
  }

  @Test
  void wordingsAreMany() {
    assertThat(Lists.ofLines("arithmetic.txt").of("sum"))
        .hasSizeGreaterThan(80)
        .doesNotHaveDuplicates();
    assertThat(Lists.ofLines("paragraphs.txt").of("plain")).hasSizeGreaterThan(60);
    assertThat(Lists.ofLines("passkey.txt").of("question")).hasSizeGreaterThan(25);
    assertThat(Lists.ofLines("identity.txt").of("fact")).hasSizeGreaterThan(150);
    assertThat(Relation.ALL).hasSizeGreaterThan(2_500);
    assertThat(Relation.ALL)
        .allSatisfy(relation -> {
          assertThat(relation.questions()).hasSizeGreaterThanOrEqualTo(3);
          assertThat(relation.statements()).isNotEmpty();
        });
  }

  @Test
  void everyRelationCanBeToldAndAskedFor() {
    Vocabulary vocabulary = new Vocabulary();
    Subjects subjects = new Subjects(vocabulary);
    Draw draw = new Draw(new Random(3), Share.TRAINING);
    for (Relation relation : Relation.ALL) {
      for (int i = 0; i < 20; i++) {
        Fact fact = relation.fact(subjects.subject(relation.sort(), draw), vocabulary, draw);
        assertThat(fact.questions()).as(relation.answer()).isNotEmpty();
        assertThat(fact.named()).endsWith(".");
        assertThat(fact.answer()).endsWith(".");
      }
    }
  }

  @Test
  void naturalTextIsSomethingToHideIn() {
    List<String> passages = List.of("The frobnicator hums. It hums all day!", " ");
    ItemGenerator generator = Generators.named("passkey", passages).orElseThrow();
    Random random = new Random(1);
    long natural =
        Stream.generate(() -> prompt((Dialogue) generator.generate(random)))
            .limit(200)
            .filter(prompt -> prompt.contains("The frobnicator hums. "))
            .count();
    assertThat(natural).isBetween(20L, 120L);
  }

  @Test
  void aQuestionMadeOfASentenceIsAnsweredWithIt() {
    String passage =
        "The harbour of Elmstead was built in 1704. Few ships come there now. "
            + "Fishermen sell herring on Fridays. #Markup is left out.";
    ItemGenerator generator = Generators.named("evidence", List.of(passage)).orElseThrow();
    Random random = new Random(1);
    Set<String> answers = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      Dialogue dialogue = (Dialogue) generator.generate(random);
      assertThat(prompt(dialogue)).contains(answer(dialogue)).contains("?");
      answers.add(answer(dialogue));
    }
    assertThat(answers)
        .contains(
            "The harbour of Elmstead was built in 1704.", "Fishermen sell herring on Fridays.")
        .noneMatch(answer -> answer.contains("#"));
  }

  @Test
  void theEvaluationShareHasANameOfItsOwn() {
    assertThat(Generators.named("chat-evaluation").orElseThrow().generate(new Random(4)))
        .isEqualTo(generator("chat", Share.EVALUATION).generate(new Random(4)));
  }

  @Test
  void unknownNamesHaveNoGenerator() {
    assertThat(Generators.named("nothing")).isEmpty();
  }

  @Test
  void wordingsNameWhatTheyLack() {
    assertThatThrownBy(() -> English.fill("What is {x}?", java.util.Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no value for {x} in: What is {x}?");
    assertThatThrownBy(() -> new Vocabulary().all("nothing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'nothing'");
  }

  private static Set<String> sums(Share share, int count) {
    Set<String> pairs = new HashSet<>();
    for (Item item : items("arithmetic", share, count)) {
      Matcher sum = SUM.matcher(answer((Dialogue) item));
      if (sum.find() && sum.group(2).equals("+")) {
        pairs.add(
            Arithmetic.sumKey(Integer.parseInt(sum.group(1)), Integer.parseInt(sum.group(3))));
      }
    }
    return pairs;
  }

  private static ItemGenerator generator(String name, Share share) {
    return Generators.named(name, share, List.of()).orElseThrow();
  }

  static List<Item> items(String name, Share share, int count) {
    Random random = new Random(1);
    ItemGenerator generator = generator(name, share);
    return Stream.generate(() -> generator.generate(random)).limit(count).toList();
  }

  private static List<String> texts(Item item) {
    return switch (item) {
      case Document document -> List.of(document.text());
      case Dialogue dialogue -> dialogue.messages().stream().map(Message::content).toList();
      case Preference preference ->
          List.of(
              preference.prompt().getLast().content(), preference.chosen(), preference.rejected());
    };
  }

  static List<Message> withoutInstruction(List<Message> messages) {
    return messages.getFirst() instanceof Message.Instruction
        ? messages.subList(1, messages.size())
        : messages;
  }

  private static String prompt(Dialogue dialogue) {
    return withoutInstruction(dialogue.messages()).getFirst().content();
  }

  private static String answer(Dialogue dialogue) {
    return dialogue.messages().getLast().content();
  }
}
