package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class TrainingDataTest {
  @TempDir private Path folder;

  private static DataSettings settings(String yaml) {
    JsonNode root = YAMLMapper.shared().readTree("data: " + yaml);
    return DataSettings.read(
        new JsonFields(root, "", message -> new DataException("recipe.yaml: " + message))
            .requiredObject("data"));
  }

  private TrainingData open(String yaml) {
    Tokenizer tokenizer = Examples.tokenizer(folder);
    return TrainingData.open(
        settings(yaml),
        folder,
        (name, _) -> name.equals("echoes") ? Optional.of(Examples.echoes()) : Optional.empty(),
        tokenizer,
        Optional.of(DialogueFormat.mistral(tokenizer, Version.V1)),
        64);
  }

  @Test
  void aRecipeBecomesBatches() {
    Examples.documents(folder, "a.jsonl", 300, 1);
    Examples.documents(folder, "again.jsonl", 300, 1);
    Examples.documents(folder, "b.jsonl", 100, 2);
    Examples.documents(folder, "b-valid.jsonl", 10, 3);
    TrainingData data =
        open(
            """

              seed: 7
              deduplicate: near
              validation: 0.1
              sources:
                - {path: a.jsonl, weight: 3}
                - {path: b.jsonl, validation: b-valid.jsonl, shuffle: 4}
                - {generate: echoes, weight: 0.5, learn: all}
            """);
    try (Batches batches = new Batches(data.training(), 256)) {
      for (int i = 0; i < 200; i++) {
        batches.next();
      }
      assertThat(batches.drawn().sources())
          .extracting(SourcePosition::name)
          .containsExactly("a", "b", "echoes");
    }
    Map<String, List<Batch>> heldOut = data.heldOut(256, 2000);
    assertThat(heldOut).containsOnlyKeys("a", "b", "echoes");
    assertThat(heldOut.getOrDefault("echoes", List.of()).stream().mapToInt(Batch::tokens).sum())
        .isBetween(2000, 2100);
    assertThat(data.duplicates()).hasSize(3).allMatch(result -> result.exact() == 0);
  }

  @Test
  void duplicatesLeaveNothing() {
    Examples.documents(folder, "a.jsonl", 30, 1);
    Examples.documents(folder, "again.jsonl", 30, 1);
    TrainingData data =
        open("{deduplicate: exact, sources: [{path: a.jsonl}, {path: again.jsonl}]}");
    assertThat(data.duplicates().get(1).exact()).isEqualTo(30);
    try (Batches batches = new Batches(data.training(), 256)) {
      assertThatThrownBy(batches::next)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("again: expected items to learn from, found none");
    }
  }

  @Test
  void whatIsTrainedOnCanBeSeenOnce() {
    List<String> lines =
        IntStream.range(0, 9)
            .mapToObj(i ->
                "{\"prompt\": \"a\", \"chosen\": \""
                    + "b".repeat(i + 1)
                    + "\", \"rejected\": \"c\"}")
            .toList();
    Examples.write(folder.resolve("pairs.jsonl"), lines);
    List<Batch> once = open("{sources: [{path: pairs.jsonl}]}").once(64, Long.MAX_VALUE);
    assertThat(once.size()).isGreaterThan(1);
    assertThat(once).allMatch(batch -> batch.segments() % 2 == 0 && batch.tokens() <= 64);
    assertThat(once.stream().mapToInt(Batch::segments).sum()).isEqualTo(18);
  }

  @Test
  void whatIsValidatedWithIsNotTrainedOn() {
    Examples.documents(folder, "a.jsonl", 30, 1);
    Examples.documents(folder, "b.jsonl", 30, 2);
    TrainingData data =
        open(
            """
            {deduplicate: exact, sources: [{path: a.jsonl, name: all}, \
            {path: b.jsonl, validation: a.jsonl}]}\
            """);
    assertThat(data.duplicates())
        .extracting(Deduplication.Result::exact)
        .containsExactly(0L, 30L, 0L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{sources: [{path: a.jsonl}, {path: b.jsonl, weight: -1}]}"
            + "|data.sources[1].weight: expected a positive number, found -1",
        "{sources: [{path: a.jsonl, weight: .inf}]}|data.sources[0].weight: expected a number",
        "{sources: [{path: a.jsonl, wieght: 1}]}|data.sources[0].wieght: unknown field",
        "{sources: [{generate: a, path: b.jsonl}]}|data.sources[0]: expected either path or gen",
        "{sources: [{weight: 1}]}|data.sources[0]: expected either path or generate",
        "{sources: [{generate: a, shuffle: 3}]}|data.sources[0].shuffle: unknown field",
        "{sources: [{path: a.jsonl, shuffle: 0}]}|data.sources[0].shuffle: expected a positive",
        "{sources: [{path: a.jsonl, learn: some}]}"
            + "|data.sources[0].learn: expected one of [answers, all, again, quoted], found \"some\"",
        "{sources: [{path: a.jsonl, fields: {txt: b}}]}|data.sources[0].fields.txt: unknown",
        "{sources: [{path: x/a.jsonl.zst}, {path: a.txt}]}"
            + "|data.sources[1].name: expected another than 'a', which was used",
        "{sources: []}|data.sources: expected at least one, found none",
        "{seed: 1}|data.sources: expected a list, found nothing",
        "{validation: 1, sources: [{path: a.jsonl}]}|data.validation: expected a share from 0",
        "{deduplicate: all, sources: [{path: a.jsonl}]}"
            + "|data.deduplicate: expected one of [none, exact, near], found \"all\"",
        "{shuffle: 1}|data.shuffle: unknown field; expected one of [seed, deduplicate",
        "3|data: expected an object, found 3",
      })
  void whatIsWrongInARecipeIsNamed(String yaml, String message) {
    assertThatThrownBy(() -> settings(yaml))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("recipe.yaml: " + message);
  }

  @Test
  void whatARecipeNamesMustBeThere() {
    assertThatThrownBy(() -> open("{sources: [{generate: poems}]}"))
        .isInstanceOf(DataException.class)
        .hasMessage("poems: generate: there is no generator 'poems'");
    assertThatThrownBy(() -> open("{sources: [{path: none.jsonl}]}"))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("none.jsonl: no such file");
  }

  @Test
  void aGeneratorIsGivenPassages() throws IOException {
    String long1 =
        "This paragraph is long enough to be a passage, for it has more than eighty letters.";
    Files.writeString(
        folder.resolve("p.jsonl"), "{\"text\": \"Title\\n\\n" + long1 + "\\nshort\"}\n");
    Files.writeString(folder.resolve("none.jsonl"), "{\"text\": \"too short\"}\n");
    Tokenizer tokenizer = Examples.tokenizer(folder);
    List<List<String>> given = new ArrayList<>();
    BiFunction<String, List<String>, Optional<ItemGenerator>> generators =
        (_, passages) -> {
          given.add(passages);
          return Optional.of(Examples.echoes());
        };
    for (String passages : List.of("[p.jsonl]", "[]")) {
      String yaml = "{sources: [{generate: echoes, passages: " + passages + "}]}";
      TrainingData.open(settings(yaml), folder, generators, tokenizer, Optional.empty(), 64);
    }
    assertThat(given).containsExactly(List.of(long1), List.of());
    DataSettings without = settings("{sources: [{generate: echoes, passages: [none.jsonl]}]}");
    assertThatThrownBy(
            () -> TrainingData.open(without, folder, generators, tokenizer, Optional.empty(), 64))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("echoes: passages: expected documents with paragraphs");
  }
}
