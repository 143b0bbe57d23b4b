package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.text.Message;
import tools.jackson.databind.json.JsonMapper;

class BatchesTest {
  @TempDir private Path folder;
  private List<Mixture.Part> parts = List.of();

  /// Two files that end and begin anew within the tests, and a generator.
  @BeforeEach
  void sources() {
    Tokenization tokenization = Examples.tokenization(folder, 64);
    parts = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      Path file = Examples.documents(folder, name + ".jsonl", 40, name.length());
      Source source = new FileSource(name, file, FieldNames.USUAL, 16, 7);
      parts.add(new Mixture.Part(source, 1, tokenization));
    }
    GeneratedSource echoes = new GeneratedSource("echoes", 3, Examples.echoes());
    parts.add(new Mixture.Part(echoes, 0.5, tokenization));
  }

  private static BatchesPosition written(BatchesPosition position) {
    String json = position.toJson().toString();
    return BatchesPosition.of(
        new JsonFields(JsonMapper.shared().readTree(json), "", IllegalStateException::new));
  }

  private static void assertEqual(Batch found, Batch expected) {
    assertThat(found.ids()).isEqualTo(expected.ids());
    assertThat(found.targets()).isEqualTo(expected.targets());
    assertThat(found.starts()).isEqualTo(expected.starts());
  }

  /// The segments as lists.
  private static List<List<Integer>> segments(Batch batch) {
    List<List<Integer>> segments = new ArrayList<>();
    for (int s = 0; s < batch.segments(); s++) {
      int[] ids = Arrays.copyOfRange(batch.ids(), batch.starts()[s], batch.starts()[s + 1]);
      segments.add(Arrays.stream(ids).boxed().toList());
    }
    return segments;
  }

  @Test
  void batchesAreNearlyFull() {
    try (Batches batches = new Batches(parts, 1024)) {
      long tokens = 0;
      for (int i = 0; i < 100; i++) {
        Batch batch = batches.next();
        assertThat(batch.tokens()).isLessThanOrEqualTo(1024);
        tokens += batch.tokens();
      }
      assertThat(tokens / (1024.0 * 100)).isGreaterThan(0.99);
    }
  }

  @Test
  void everyExampleComesOnce() {
    List<List<Integer>> packed = new ArrayList<>();
    MixturePosition end;
    try (Batches batches = new Batches(parts, 300)) {
      for (int i = 0; i < 50; i++) {
        packed.addAll(segments(batches.next()));
      }
      end = batches.drawn();
    }
    List<List<Integer>> mixed = new ArrayList<>();
    try (Mixture mixture = new Mixture(parts)) {
      while (!mixture.position().equals(end)) {
        for (Group group : mixture.next()) {
          mixed.add(Arrays.stream(group.examples().getFirst().ids()).boxed().toList());
        }
      }
    }
    for (List<Integer> example : packed) {
      assertThat(mixed.remove(example)).isTrue();
    }
    // What is left still waited.
    assertThat(mixed.stream().mapToInt(List::size).sum()).isLessThan(2 * 300 + 64);
  }

  @Test
  void theOldestExampleNeverWaits() {
    try (Batches batches = new Batches(parts, 100);
        Mixture mixture = new Mixture(parts)) {
      List<Integer> first =
          Arrays.stream(mixture.next().getFirst().examples().getFirst().ids()).boxed().toList();
      assertThat(segments(batches.next()).getFirst()).isEqualTo(first);
      for (int i = 0; i < 200; i++) {
        batches.next();
        assertThat(batches.position().drawn()).isLessThan(300);
      }
    }
  }

  @Test
  void resumesExactlyAtEveryBatch() {
    for (int size : List.of(64, 150, 1000)) {
      try (Batches batches = new Batches(parts, size)) {
        for (int i = 0; i < 120; i++) {
          BatchesPosition position = written(batches.position());
          Batch expected = batches.next();
          try (Batches resumed = Batches.resume(parts, size, position)) {
            assertEqual(resumed.next(), expected);
            assertThat(resumed.position()).isEqualTo(batches.position());
            assertThat(resumed.drawn()).isEqualTo(batches.drawn());
          }
        }
        assertThat(batches.drawn().sources().getFirst().epoch() > 0).isEqualTo(size > 64);
      }
    }
  }

  @Test
  void aResumedRunMayBeResumed() {
    List<Batch> expected = new ArrayList<>();
    try (Batches batches = new Batches(parts, 150)) {
      for (int i = 0; i < 60; i++) {
        expected.add(batches.next());
      }
    }
    BatchesPosition position;
    try (Batches start = new Batches(parts, 150)) {
      position = start.position();
    }
    for (int i = 0; i < 60; i += 7) {
      try (Batches part = Batches.resume(parts, 150, written(position))) {
        for (int j = i; j < Math.min(i + 7, 60); j++) {
          assertEqual(part.next(), expected.get(j));
        }
        position = part.position();
      }
    }
  }

  @Test
  void madeAheadTheyAreTheSame() {
    try (Batches plain = new Batches(parts, 200);
        Prefetch ahead = new Prefetch(new Batches(parts, 200))) {
      for (int i = 0; i < 50; i++) {
        assertThat(ahead.position()).isEqualTo(plain.position());
        assertEqual(ahead.next(), plain.next());
        assertThat(ahead.drawn()).isEqualTo(plain.drawn());
      }
    }
  }

  @Test
  void whatFailsAheadFailsHere() {
    Path file = Examples.write(folder.resolve("bad.jsonl"), List.of("{\"text\": \"good\"}", "{"));
    Mixture.Part part =
        new Mixture.Part(Examples.source(file, 1), 1, Examples.tokenization(folder, 64));
    try (Prefetch ahead = new Prefetch(new Batches(List.of(part), 64))) {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(ahead::next).hasMessageContaining("bad.jsonl:2: not valid JSON");
      }
    }
  }

  @Test
  void pairsStayTogether() {
    ItemGenerator pairs =
        random ->
            new Preference(
                List.of(new Message.User(Examples.words(random, 2))),
                "y" + Examples.words(random, random.nextInt(1, 5)),
                "n" + Examples.words(random, random.nextInt(1, 5)),
                "");
    Mixture.Part part =
        new Mixture.Part(
            new GeneratedSource("pairs", 1, pairs), 1, Examples.tokenization(folder, 64));
    try (Batches batches = new Batches(List.of(part), 256)) {
      for (int i = 0; i < 20; i++) {
        Batch batch = batches.next();
        List<List<Integer>> segments = segments(batch);
        assertThat(segments.size() % 2).isZero();
        for (int s = 0; s < segments.size(); s += 2) {
          int asked = 0;
          while (batch.targets()[batch.starts()[s] + asked] == Batch.NONE) {
            asked++;
          }
          assertThat(segments.get(s).subList(0, asked))
              .isEqualTo(segments.get(s + 1).subList(0, asked));
        }
      }
    }
    try (Batches batches = new Batches(List.of(part), 64)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  batches.next();
                }
              })
          .isInstanceOf(DataException.class)
          .hasMessageContaining("pairs: a preference of")
          .hasMessageContaining("does not fit a batch of 64");
    }
  }

  @Test
  void aBatchHoldsTheContext() {
    assertThatThrownBy(() -> new Batches(parts, 63))
        .isInstanceOf(DataException.class)
        .hasMessage("batch: expected at least the context of 64 tokens, found 63");
  }

  @Test
  void otherSourcesAreNotResumed() {
    BatchesPosition position;
    try (Batches batches = new Batches(parts, 200)) {
      batches.next();
      position = batches.position();
    }
    assertThatThrownBy(() -> Batches.resume(parts.subList(0, 2), 200, position))
        .hasMessageContaining("expected the 3 of the interrupted run, found 2");
    List<Mixture.Part> others = new ArrayList<>(parts);
    others.set(
        2,
        new Mixture.Part(
            new GeneratedSource("sums", 3, Examples.echoes()), 1, parts.get(0).tokenization()));
    assertThatThrownBy(() -> Batches.resume(others, 200, position))
        .hasMessage("sources: 'sums' was not there in the interrupted run");
  }
}
