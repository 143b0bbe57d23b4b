package sirocco.train.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static sirocco.train.merge.Folders.SILENT;
import static sirocco.train.merge.Folders.difference;
import static sirocco.train.merge.Folders.logits;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.CheckpointException;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Role.Part;
import sirocco.convert.ConvertException;
import sirocco.convert.GgufTypes;
import sirocco.convert.ToGguf;
import sirocco.convert.ToHuggingFace;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// A mixture of copies is the dense model, and its folder holds what it should.
class UpcycleTest {
  private static final ModelConfig DENSE = Configs.mistral(OptionalInt.empty());

  @TempDir Path folder;

  /// Gates sum to 1, so equal experts give what one gives, whatever the router says.
  @ParameterizedTest
  @CsvSource({"1, 1, 0", "8, 2, 0", "8, 2, 99", "5, 5, 1", "3, 1, -7"})
  void theMixtureSaysWhatTheDenseModelDoes(int experts, int topK, long seed) {
    for (ModelConfig config : List.of(DENSE, Configs.mistral(OptionalInt.of(7)), llama())) {
      var base = new RandomCheckpoint(config, 3);
      try (Checkpoint mixture = new Upcycle(experts, topK, 0, seed).of(base)) {
        assertThat(mixture.config().numLocalExperts()).isEqualTo(experts);
        assertThat(mixture.config().numExpertsPerTok()).isEqualTo(topK);
        assertThat(difference(logits(mixture), logits(base))).isLessThan(1e-5);
      }
    }
  }

  @Test
  void everyFormatCanBeTheBase() {
    Path huggingFace = folder("hf");
    Path consolidated = folder("mistral");
    try (var random = new RandomCheckpoint(DENSE, 4)) {
      TinyModels.huggingFace(huggingFace, random, DType.BF16);
      TinyModels.consolidated(consolidated, random, DType.BF16);
    }
    Path gguf = folder.resolve("model.gguf");
    try (Checkpoint base = Checkpoints.open(huggingFace)) {
      ToGguf.write(base, gguf, GgufTypes::asTheyAre, new ToGguf.FileType.OfMost(), SILENT);
    }
    for (Path base : List.of(huggingFace, consolidated, gguf)) {
      Path out = folder.resolve(base.getFileName() + "-upcycled");
      write(base, new Upcycle(4, 2, 0, 5), out);
      try (Checkpoint made = Checkpoints.open(out);
          Checkpoint dense = Checkpoints.open(base)) {
        assertThat(difference(logits(made), logits(dense))).isLessThan(1e-5);
        assertThat(made.weight(new Role.Layer(1, Part.ROUTER)).dtype()).isEqualTo(DType.BF16);
        assertThat(made.weight(Role.Global.FINAL_NORM).dtype()).isEqualTo(DType.BF16);
      }
    }
  }

  @Test
  void theFolderHoldsCopiesOfTheDenseLayersAndItsTokenizer() throws IOException {
    Path base = base(DType.BF16);
    Path out = folder.resolve("mixture");
    write(base, new Upcycle(4, 2, 0, 1), out);
    assertThat(out.resolve("config.json"))
        .content()
        .contains("\"MixtralForCausalLM\"", "\"num_local_experts\" : 4")
        .contains("\"num_experts_per_tok\" : 2", "\"router_aux_loss_coef\" : 0.02")
        .contains("\"torch_dtype\" : \"bfloat16\"");
    assertThat(out.resolve("tokenizer.model"))
        .hasSameBinaryContentAs(base.resolve("tokenizer.model"));
    try (Checkpoint made = Checkpoints.open(out);
        Checkpoint dense = Checkpoints.open(base)) {
      assertThat(made.config().architecture()).isEqualTo(Architecture.MIXTRAL);
      for (Part part : List.of(Part.GATE, Part.UP, Part.DOWN)) {
        Tensor source = dense.weight(new Role.Layer(1, part));
        for (int expert = 0; expert < 4; expert++) {
          Tensor copy = made.weight(new Role.Expert(1, expert, part));
          assertThat(copy.dtype()).isEqualTo(DType.BF16);
          assertThat(copy.data().mismatch(source.data())).isEqualTo(-1);
        }
      }
    }
    assertThat(left()).containsExactlyInAnyOrder("base", "mixture");
  }

  @Test
  void routersAreDrawnFromTheSeed() {
    var base = new RandomCheckpoint(DENSE, 3);
    try (Checkpoint one = new Upcycle(64, 2, 0, 1).of(base)) {
      float[] first = router(one, 0);
      assertThat(router(new Upcycle(64, 2, 0, 1).of(base), 0)).isEqualTo(first);
      assertThat(router(new Upcycle(64, 2, 0, 2).of(base), 0)).isNotEqualTo(first);
      assertThat(router(one, 1)).isNotEqualTo(first);
      assertThat(Rows.deviation(one.weight(new Role.Layer(0, Part.ROUTER))))
          .isCloseTo(0.02, within(0.001));
    }
  }

  @Test
  void noiseIsAShareOfEachMatrixDeviation() {
    var base = new RandomCheckpoint(DENSE, 3);
    try (Checkpoint noisy = new Upcycle(3, 2, 0.1, 1).of(base)) {
      Tensor dense = base.weight(new Role.Layer(1, Part.DOWN));
      Tensor one = noisy.weight(new Role.Expert(1, 0, Part.DOWN));
      Tensor other = noisy.weight(new Role.Expert(1, 2, Part.DOWN));
      double expected = 0.1 * Rows.deviation(dense);
      assertThat(Rows.deviation(minus(one, dense))).isCloseTo(expected, within(0.1 * expected));
      double between = expected * Math.sqrt(2);
      assertThat(Rows.deviation(minus(one, other))).isCloseTo(between, within(0.1 * between));
      assertThat(noisy.weight(new Role.Expert(1, 0, Part.DOWN)).toFloats())
          .isEqualTo(one.toFloats());
      assertThat(noisy.weight(Role.Global.HEAD).toFloats())
          .isEqualTo(base.weight(Role.Global.HEAD).toFloats());
      assertThat(difference(logits(noisy), logits(base))).isBetween(1e-4, 1.0);
    }
  }

  @Test
  void aMixtureIsNoBase() {
    try (var mixture = new RandomCheckpoint(Configs.mixtral(5, 2), 1)) {
      var upcycle = new Upcycle(8, 2, 0, 0);
      assertThatThrownBy(() -> upcycle.of(mixture))
          .isInstanceOf(MergeException.class)
          .hasMessage(
              "random: expected a dense model (Mistral or llama), found a mixture of 5 experts");
    }
  }

  @Test
  void nothingIsLeftOfWhatCannotBeWritten() throws IOException {
    Path base = base(DType.F32);
    var upcycle = new Upcycle(2, 1, 0.01, 0);
    assertThatThrownBy(() -> write(base, upcycle, base)).isInstanceOf(ConvertException.class);
    Path nowhere = folder.resolve("no/such/mixture");
    assertThatThrownBy(() -> write(base, upcycle, nowhere))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(nowhere + ": cannot be written: there is no such folder");
    Path inFile = base.resolve("config.json/mixture");
    assertThatThrownBy(() -> write(base, upcycle, inFile))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("cannot be written");
    // A weight that breaks off after others were written.
    var broken = new RandomCheckpoint(DENSE, 1);
    broken.replace(Role.Global.HEAD, Tensor.floats(Shape.of(49, 24), Arena.ofAuto()));
    try (Checkpoint mixture = upcycle.of(broken)) {
      Path out = folder.resolve("broken");
      assertThatThrownBy(() -> ToHuggingFace.write(mixture, out, ToHuggingFace.SHARD_BYTES, SILENT))
          .hasMessageContaining("lm_head.weight");
    }
    assertThat(left()).containsExactly("base");
  }

  private static float[] router(Checkpoint model, int layer) {
    return model.weight(new Role.Layer(layer, Part.ROUTER)).toFloats();
  }

  private static Tensor minus(Tensor a, Tensor b) {
    float[] values = a.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] -= b.getFloat(i);
    }
    return Tensor.copyOf(values, a.shape(), Arena.ofAuto());
  }

  private static ModelConfig llama() {
    return Folders.changed(DENSE, Architecture.LLAMA, DENSE.rope());
  }

  private Path base(DType dtype) {
    Path base = folder("base");
    try (var random = new RandomCheckpoint(DENSE, 2)) {
      TinyModels.huggingFace(base, random, dtype);
    }
    TinyTokenizer.write(base);
    return base;
  }

  private static void write(Path base, Upcycle upcycle, Path out) {
    try (Checkpoint mixture = upcycle.of(Checkpoints.open(base))) {
      ToHuggingFace.write(mixture, out, ToHuggingFace.SHARD_BYTES, SILENT);
    }
  }

  private Path folder(String name) {
    return Folders.make(folder.resolve(name));
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
