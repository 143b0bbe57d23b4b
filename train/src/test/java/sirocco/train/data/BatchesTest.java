package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sirocco.json.JsonFields;
import sirocco.testkit.Shared;
import sirocco.text.Message;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.train.data.Tokenization.Learn;

/// Whole journeys: files and generators to batches.
class BatchesTest {
  private Tokenizer tokenizer =
      Tokenizers.of(Tokenizers.read(Shared.require("data/tokenizers/mistral-v1-tokenizer.model")));
  private List<Mixture.Part> parts = List.of();

  @BeforeEach
  void sources() {
    Path corpus = Shared.require("data/corpus/valid");
    Tokenization tokenization =
        new Tokenization(
            tokenizer,
            Optional.of(DialogueFormat.mistral(tokenizer, Version.V1)),
            256,
            Learn.ANSWERS);
    List<Mixture.Part> all = new ArrayList<>();
    for (String name : List.of("techdocs", "wikipedia")) {
      Path file = corpus.resolve(name + ".jsonl.zst");
      all.add(
          new Mixture.Part(new FileSource(name, file, FieldNames.USUAL, 64, 7), 1, tokenization));
    }
    ItemGenerator sums =
        random -> {
          int a = random.nextInt(100);
          int b = random.nextInt(100);
          return new Dialogue(
              List.of(
                  new Message.User(a + " + " + b + "?"),
                  new Message.Assistant(String.valueOf(a + b))),
              "sums");
        };
    all.add(new Mixture.Part(new GeneratedSource("sums", 3, sums), 0.5, tokenization));
    parts = all;
  }

  @Test
  void batchesAreNearlyFullAndSharesHold() {
    try (Batches batches = new Batches(parts, 1024)) {
      long tokens = 0;
      int count = 100;
      for (int i = 0; i < count; i++) {
        Batch batch = batches.next();
        assertThat(batch.tokens()).isLessThanOrEqualTo(1024);
        tokens += batch.tokens();
      }
      assertThat(tokens / (1024.0 * count)).isGreaterThan(0.97);
      List<SourcePosition> sources = batches.drawn().sources();
      long all = sources.stream().mapToLong(SourcePosition::tokens).sum();
      assertThat(sources.get(0).tokens() / (double) all).isBetween(0.35, 0.45);
      assertThat(sources.get(2).tokens() / (double) all).isBetween(0.15, 0.25);
    }
  }

  @Test
  void resumesExactlyAtEveryBatch() {
    try (Batches batches = new Batches(parts, 700)) {
      for (int i = 0; i < 30; i++) {
        String json = batches.position().toJson().toString();
        Batch expected = batches.next();
        BatchesPosition position =
            BatchesPosition.of(
                new JsonFields(
                    tools.jackson.databind.json.JsonMapper.builder().build().readTree(json),
                    "",
                    IllegalStateException::new));
        try (Batches resumed = Batches.resume(parts, 700, position)) {
          Batch found = resumed.next();
          assertThat(found.ids()).isEqualTo(expected.ids());
          assertThat(found.targets()).isEqualTo(expected.targets());
          assertThat(resumed.position()).isEqualTo(batches.position());
        }
      }
    }
  }
}
