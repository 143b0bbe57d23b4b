package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.testkit.Shared;
import sirocco.train.data.Deduplication.Kind;
import sirocco.train.data.Deduplication.Result;

class DeduplicationTest {
  @TempDir private Path folder;

  private FileSource file(String name, List<String> texts) {
    List<String> lines = texts.stream().map(t -> "{\"text\": \"" + t + "\"}").toList();
    return new FileSource(
        name, Examples.write(folder.resolve(name + ".jsonl"), lines), FieldNames.USUAL, 4, 1);
  }

  @Test
  void theFirstOfEqualTextsStays() {
    FileSource one = file("one", List.of("A  cat.", "a dog", "a cat. ", "a cat"));
    FileSource two = file("two", List.of("A DOG", "a bird"));
    List<Result> results = Deduplication.apply(Kind.EXACT, List.of(one, two));
    assertThat(Examples.items(results.get(0).source()))
        .containsExactlyInAnyOrder(
            new Document("A  cat.", "one"),
            new Document("a dog", "one"),
            new Document("a cat", "one"));
    assertThat(Examples.items(results.get(1).source()))
        .containsExactly(new Document("a bird", "two"));
    assertThat(results).extracting(Result::items).containsExactly(4L, 2L);
    assertThat(results).extracting(Result::exact).containsExactly(1L, 1L);
    assertThat(results).extracting(Result::near).containsExactly(0L, 0L);
  }

  /// Of pairs that share nine tenths of their runs nearly all are found, of those that share a
  /// third nearly none.
  @Test
  void textsThatResembleAreFoundByTheirShare() {
    assertThat(found(400, 5)).isGreaterThan(98);
    assertThat(found(100, 12)).isLessThan(10);
  }

  /// How many of 100 texts of so many words are found again after this many words were changed.
  private long found(int words, int changes) {
    RandomGenerator random = Hash.random(words, changes);
    List<String> texts = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<String> text = new ArrayList<>(List.of(Examples.words(random, words).split(" ", -1)));
      texts.add(String.join(" ", text));
      for (int c = 0; c < changes; c++) {
        text.set((c * words) / changes, "1" + Examples.words(random, 1));
      }
      changed.add(String.join(" ", text));
    }
    List<Result> results =
        Deduplication.apply(
            Kind.NEAR, List.of(file("plain" + words, texts), file("changed" + words, changed)));
    assertThat(results.get(0).near()).isZero();
    assertThat(results.get(1).exact()).isZero();
    return results.get(1).near();
  }

  @Test
  void theSetOfHashesGrows() {
    LongSet set = new LongSet();
    for (int round = 0; round < 2; round++) {
      for (long i = 0; i < 20_000; i++) {
        assertThat(set.add(i << 10)).isEqualTo(round == 0);
        assertThat(set.contains(i << 10)).isTrue();
      }
    }
    assertThat(set.contains(1)).isFalse();
  }

  @Test
  void marksAndNumbersCount() {
    FileSource sums = file("sums", List.of("1 + 2 = 3", "1 - 2 = 3", "1 + 2 = 4"));
    assertThat(Examples.items(Deduplication.apply(Kind.NEAR, List.of(sums)).getFirst().source()))
        .hasSize(3);
  }

  @Test
  void aHandfulOfTheSharedEncyclopediaIsDouble() {
    Path file = Shared.require("data/corpus/valid/wikipedia.jsonl.zst");
    Result result = Deduplication.apply(Kind.NEAR, List.of(Examples.source(file, 8))).getFirst();
    assertThat(result.items()).isEqualTo(249);
    assertThat(result.exact() + result.near()).isLessThan(5);
  }

  @Test
  void aSplitDependsOnTheTextAlone() {
    RandomGenerator random = Hash.random(1, 2);
    List<String> texts = Stream.generate(() -> Examples.words(random, 6)).limit(4000).toList();
    List<String> turned = new ArrayList<>(texts);
    Collections.shuffle(turned, new Random(4));
    Split split = new Split(0.1, 3);
    FileSource plain = file("same", texts);
    List<Item> heldOut = Examples.items(split.heldOut(plain));
    List<Item> training = Examples.items(split.training(plain));
    assertThat(heldOut).hasSizeBetween(320, 480);
    assertThat(heldOut.size() + training.size()).isEqualTo(4000);
    assertThat(training).doesNotContainAnyElementsOf(heldOut);
    assertThat(Examples.items(split.heldOut(file("same", turned))))
        .containsExactlyInAnyOrderElementsOf(heldOut);
    assertThat(Examples.items(new Split(0.1, 4).heldOut(file("same", texts))))
        .isNotEqualTo(heldOut);
    assertThat(Examples.items(new Split(0, 3).heldOut(file("same", texts)))).isEmpty();
  }
}
