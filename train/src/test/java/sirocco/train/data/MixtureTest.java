package sirocco.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.lab.data.DataException;
import sirocco.text.Message;

class MixtureTest {
  @TempDir private Path folder;

  private Mixture.Part part(Source source, double weight) {
    return new Mixture.Part(source, weight, Examples.tokenization(folder, 64));
  }

  private Source file(String name, int count) {
    Path file = Examples.documents(folder, name + ".jsonl", count, name.hashCode());
    return new FileSource(name, file, FieldNames.USUAL, 8, 1);
  }

  @Test
  void sharesAreOfTokens() {
    GeneratedSource longs =
        new GeneratedSource("longs", 1, random -> new Document(Examples.words(random, 200), ""));
    GeneratedSource shorts =
        new GeneratedSource("shorts", 1, random -> new Document(Examples.words(random, 3), ""));
    try (Mixture mixture = new Mixture(List.of(part(longs, 1), part(shorts, 3)))) {
      for (int i = 0; i < 3000; i++) {
        mixture.next();
      }
      List<SourcePosition> sources = mixture.position().sources();
      double ratio = sources.get(1).tokens() / (double) sources.get(0).tokens();
      assertThat(ratio).isCloseTo(3, within(0.3));
    }
  }

  @Test
  void sourcesBeginAnewInAnotherOrder() {
    Source source = file("small", 30);
    try (Mixture mixture = new Mixture(List.of(part(source, 1)))) {
      for (int i = 0; i < 100; i++) {
        mixture.next();
      }
      SourcePosition position = mixture.position().of("small");
      assertThat(position.epoch()).isEqualTo(3);
      assertThat(position.records()).isEqualTo(10);
    }
  }

  @Test
  void aSourceWithNothingToLearnIsNamed() {
    Source blank =
        new FileSource(
            "blank",
            Examples.write(folder.resolve("blank.jsonl"), List.of("{\"text\": \" \"}", "")),
            FieldNames.USUAL,
            8,
            1);
    Source empty =
        new FileSource(
            "empty",
            Examples.write(folder.resolve("empty.jsonl"), List.of()),
            FieldNames.USUAL,
            8,
            1);
    Source unanswered =
        new GeneratedSource(
            "unanswered", 1, random -> new Dialogue(List.of(new Message.User("a")), ""));
    for (Source source : List.of(blank, empty, unanswered)) {
      try (Mixture mixture = new Mixture(List.of(part(file("fine", 9), 1), part(source, 1)))) {
        assertThatThrownBy(
                () -> {
                  mixture.next();
                  mixture.next();
                })
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith(source.name() + ": expected items to learn from, found none");
      }
    }
  }

  @Test
  void turnsOutOfOrderAreNamedWithTheirRecord() {
    Path file =
        Examples.write(
            folder.resolve("talks.jsonl"),
            List.of(
                "{\"text\": \"fine\"}",
                """
                {"messages": [{"role": "assistant", "content": "a"}, \
                {"role": "assistant", "content": "b"}]}\
                """));
    try (Mixture mixture = new Mixture(List.of(part(Examples.source(file, 1), 1)))) {
      mixture.next();
      assertThatThrownBy(mixture::next)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("test: record 2: messages[0]: expected role 'user'");
    }
  }

  @Test
  void aFileThatShrankIsNotResumed() {
    Source source = file("file", 30);
    MixturePosition position =
        new MixturePosition(List.of(new SourcePosition("file", 0, 31, 5, 0)));
    try (Mixture mixture = Mixture.resume(List.of(part(source, 1)), position)) {
      assertThatThrownBy(mixture::next)
          .hasMessage("file: expected at least 31 records, as before; found fewer");
    }
  }

  @Test
  void partsAreChecked() {
    Source source = file("twin", 3);
    assertThatThrownBy(() -> new Mixture(List.of()))
        .hasMessage("sources: expected at least one, found none");
    assertThatThrownBy(() -> new Mixture(List.of(part(source, 1), part(source, 1))))
        .hasMessage("sources: expected different names, found 'twin' twice");
    for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> part(source, weight))
          .hasMessageStartingWith("twin: weight: expected a positive number, found ");
    }
  }

  @Test
  void aGeneratedItemDependsOnItsNumberOnly() {
    GeneratedSource source = new GeneratedSource("echoes", 5, Examples.echoes());
    try (Pass one = source.open(0);
        Pass other = source.open(0)) {
      for (int i = 0; i < 10; i++) {
        one.advance();
      }
      other.skip(9);
      other.advance();
      assertThat(other.item()).isEqualTo(one.item());
      assertThat(other.item().orElseThrow().domain()).isEqualTo("echoes");
      other.advance();
      assertThat(other.item()).isNotEqualTo(one.item());
    }
  }
}
