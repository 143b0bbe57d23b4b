package sirocco.lab.range;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.engine.Engine;
import sirocco.engine.Session;
import sirocco.lab.eval.Progress;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Settings;
import sirocco.lab.eval.Verdict;
import sirocco.tensor.DType;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

class ContextCurveTest {
  private static final Settings SETTINGS = new Settings(0, OptionalInt.empty(), 1, 1, 100);
  private static final String TEXT = "there is no other one to be read in the end ".repeat(20);

  @TempDir private Path folder;

  private Engine engine() {
    try (var source = new RandomCheckpoint(Configs.mixtral(5, 2), 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
    return Engine.open(folder);
  }

  private static Result measure(Engine engine, ContextCurve curve) throws InterruptedException {
    return curve.measure(engine, "tiny", "sha", TEXT, "a text", SETTINGS, Progress.none());
  }

  @Test
  void theEndOfEachWindowIsScored() throws InterruptedException {
    try (Engine engine = engine()) {
      Result result = measure(engine, new ContextCurve(List.of(8, 16, 32), 4, 5));
      assertThat(result.groups())
          .extracting(Result.Group::name)
          .containsExactly("length 8", "length 16", "length 32");
      assertThat(result.verdicts()).hasSize(15);
      int[] ids = engine.encode(TEXT);
      try (Session session = engine.newSession(32)) {
        for (Verdict verdict : result.verdicts()) {
          int length = Integer.parseInt(verdict.group().substring("length ".length()));
          int end = Integer.parseInt(verdict.item().replaceAll(".* ", ""));
          double[] scores = session.score(Arrays.copyOfRange(ids, end - length, end));
          double last = Arrays.stream(scores).skip(length - 5).average().orElseThrow();
          assertThat(verdict.measure("loss")).isCloseTo(last, within(1e-9));
        }
      }
      double loss = result.scores().get(1).estimate().value();
      assertThat(result.scores().getFirst().estimate().value())
          .isCloseTo(Math.exp(loss), within(1e-9));
      assertThat(loss)
          .isCloseTo(result.groups().getLast().scores().get(1).estimate().value(), within(1e-12));
    }
  }

  @Test
  void aTextWithoutRoomIsRefusedAndOneWithLittleHasFewerPlaces() throws InterruptedException {
    try (Engine engine = engine()) {
      int tokens = engine.encode(TEXT).length;
      assertThatThrownBy(() -> measure(engine, new ContextCurve(List.of(tokens + 1), 4, 5)))
          .hasMessageContaining("the text has " + tokens);
      assertThat(measure(engine, new ContextCurve(List.of(tokens - 9), 4, 50)).verdicts())
          .hasSize(3);
    }
    assertThatThrownBy(() -> new ContextCurve(List.of(16, 8), 4, 1)).hasMessageContaining("rising");
    assertThatThrownBy(() -> new ContextCurve(List.of(4), 4, 1))
        .hasMessageContaining("above the 4");
  }

  @Test
  void anInterruptEndsIt() {
    try (Engine engine = engine()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> measure(engine, new ContextCurve(List.of(8), 4, 5)))
          .isInstanceOf(InterruptedException.class);
    }
  }
}
