package sirocco.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import sirocco.cpu.NativeLibrary.Level;
import sirocco.model.Batch;
import sirocco.model.Batch.Rows;
import sirocco.model.KvCache;
import sirocco.model.ModelOptions;
import sirocco.model.Models;
import sirocco.model.Workspace;
import sirocco.tensor.DType;
import sirocco.tensor.Kernels.Phase;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;

/// A kernel's result may not depend on whether Java's compiler has come to it yet: a process that
/// interprets everything gets the same bits as one that has run everything many times.
class CompiledEqualsInterpretedTest {
  /// Often enough for the compiler.
  private static final int REPETITIONS = 150;

  @Test
  void sameBits() throws IOException, InterruptedException {
    List<String> compiled = List.of();
    for (int i = 0; i < REPETITIONS; i++) {
      compiled = results();
    }
    assertThat(compiled).containsExactlyElementsOf(interpreted());
  }

  /// Prints what the process finds.
  public static void main(String[] arguments) {
    results().forEach(System.out::println);
  }

  private static List<String> interpreted() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xint");
    command.add("-XX:MaxVectorSize=" + FloatVector.SPECIES_PREFERRED.vectorByteSize());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(CompiledEqualsInterpretedTest.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status of %s", command).isZero();
    return printed.lines().toList();
  }

  private static List<String> results() {
    List<String> results = new ArrayList<>();
    results.add(FloatVector.SPECIES_PREFERRED.toString());
    try (Arena arena = Arena.ofConfined()) {
      for (DType type : DType.values()) {
        if (type.isReal()) {
          int inputs = type.blockElements() == 1 ? 523 : 512;
          var product = new Multiplication(type, inputs, 5, arena);
          for (int rows : new int[] {1, 2, 3, 7, 33}) {
            float[] x = product.rows(rows);
            for (Phase phase : Phase.values()) {
              results.add(
                  line(
                      type + ", " + phase + ", rows " + rows,
                      product.chosen(new JavaProducts(phase), x)));
            }
          }
        }
      }
    }
    results.add(line("model", logits()));
    return results;
  }

  private static float[] logits() {
    int[] tokens = new SplittableRandom(3).ints(12, 0, 50).toArray();
    try (var kernels = new VectorKernels(1, Level.NOTHING);
        var checkpoint = new RandomCheckpoint(Configs.mixtral(5, 2), 2);
        var workspace = new Workspace()) {
      var model = Models.load(checkpoint, ModelOptions.DEFAULT, kernels);
      try (KvCache cache = model.newCache(tokens.length, KvCache.Precision.F32)) {
        model.forward(Batch.prompt(cache, Arrays.copyOf(tokens, 8), Rows.NONE), workspace);
        int[] rest = Arrays.copyOfRange(tokens, 8, tokens.length);
        return model.forward(Batch.prompt(cache, rest, Rows.ALL), workspace).logits().toFloats();
      }
    }
  }

  private static String line(String name, float[] numbers) {
    return name + " " + Integer.toHexString(Arrays.hashCode(numbers));
  }
}
