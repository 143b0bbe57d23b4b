package sirocco.train.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static sirocco.train.merge.Folders.SILENT;
import static sirocco.train.merge.Folders.difference;
import static sirocco.train.merge.Folders.logits;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.convert.ToHuggingFace;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// Experts are the branches' own, all else their mean; what does not go together is refused.
class MergeExpertsTest {
  private static final ModelConfig DENSE = Configs.mistral(OptionalInt.of(7));

  @TempDir Path folder;

  /// numpy's (tools/goldens/merge_goldens.py), to the bit.
  @Test
  void everyWeightIsTheOracles() throws IOException, URISyntaxException {
    Path goldens =
        Path.of(Objects.requireNonNull(getClass().getResource("/sirocco/train/merge")).toURI());
    List<Path> branches =
        Stream.of(0, 1, 2).map(number -> goldens.resolve("branch-" + number)).toList();
    Path out = folder.resolve("merged");
    try (Checkpoint merged = Opening.all(branches, new MergeExperts(2, 1)::of)) {
      ToHuggingFace.write(merged, out, ToHuggingFace.SHARD_BYTES, SILENT);
    }
    try (SafetensorsFile expected = SafetensorsFile.open(goldens.resolve("expected.safetensors"));
        SafetensorsFile found = SafetensorsFile.open(out.resolve("model.safetensors"))) {
      int routers = 0;
      for (Checkpoint.Entry entry : found.entries()) {
        if (entry.name().endsWith("block_sparse_moe.gate.weight")) {
          routers++;
          continue;
        }
        Tensor right = expected.find(entry.name()).orElseThrow();
        Tensor tensor = found.find(entry.name()).orElseThrow();
        assertThat(tensor.shape()).as(entry.name()).isEqualTo(right.shape());
        assertThat(tensor.dtype()).as(entry.name()).isEqualTo(right.dtype());
        assertThat(tensor.data().mismatch(right.data())).as(entry.name()).isEqualTo(-1);
      }
      assertThat(routers).isEqualTo(2);
      assertThat(found.entries()).hasSize(expected.entries().size() + routers);
    }
  }

  @Test
  void copiesOfOneModelAreThatModelWhateverTheLayout() {
    Path one = branch("one", DENSE, 3, DType.F16);
    Path mistral = Folders.make(folder.resolve("mistral"));
    try (var random = new RandomCheckpoint(DENSE, 3)) {
      TinyModels.consolidated(mistral, random, DType.F16);
    }
    Path out = folder.resolve("merged");
    try (Checkpoint dense = Checkpoints.open(one);
        Checkpoint merged = Opening.all(List.of(mistral, one, one), new MergeExperts(2, 7)::of)) {
      float[] expected = logits(dense);
      assertThat(difference(logits(merged), expected)).isLessThan(1e-5);
      ToHuggingFace.write(merged, out, 4000, SILENT);
      try (Checkpoint read = Checkpoints.open(out)) {
        assertThat(read.config().numLocalExperts()).isEqualTo(3);
        assertThat(difference(logits(read), expected)).isLessThan(1e-5);
      }
    }
  }

  @Test
  void whatDoesNotGoTogetherIsNamed() {
    Path first = branch("first", DENSE, 1, DType.F32);
    Rope rope = new Rope(5e5, new Rope.Scaling.None());
    refused(
        first,
        branch("rope", Folders.changed(DENSE, Architecture.MISTRAL, rope), 1, DType.F32),
        "rope: expected " + DENSE.rope() + ", as in " + first + ", found " + rope);
    refused(
        first,
        branch("window", Configs.mistral(OptionalInt.empty()), 1, DType.F32),
        "sliding_window: expected 7, as in " + first + ", found none");
    refused(
        first,
        branch("mixture", Configs.mixtral(5, 2), 1, DType.F32),
        "expected a dense model (Mistral or llama), found a mixture of 5 experts");
    refused(
        first,
        branch("type", DENSE, 1, DType.BF16),
        "type of EMBEDDING: expected F32, as in " + first + ", found BF16");
  }

  @Test
  void tokenizersMustBeOne() throws IOException {
    Path first = branch("first", DENSE, 1, DType.F32);
    Path none = branch("none", DENSE, 2, DType.F32);
    TinyTokenizer.write(first);
    refused(first, none, "tokenizer: expected one, as in " + first + ", found none");
    Path other = branch("other", DENSE, 2, DType.F32);
    byte[] model = Files.readAllBytes(TinyTokenizer.write(other));
    int at = new String(model, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("\n\2th");
    model[at + 2] = 'x';
    Files.write(other.resolve("tokenizer.model"), model);
    assertThatThrownBy(() -> merge(first, other))
        .isInstanceOf(MergeException.class)
        .hasMessageStartingWith(other + ": token 30: expected Token[text=th, ")
        .hasMessageContaining(", as in " + first + ", found Token[text=xh, ");
    Path same = branch("same", DENSE, 2, DType.F32);
    TinyTokenizer.write(same);
    merge(first, same);
  }

  @Test
  void aMixtureNeedsTwoModelsAndNoMoreChosenThanThere() {
    var merge = new MergeExperts(3, 0);
    assertThatThrownBy(() -> merge.requireFits(1))
        .hasMessage("models: expected 2 to 4096, found 1");
    assertThatThrownBy(() -> merge.requireFits(2)).hasMessage("topK: expected 1 to 2, found 3");
    merge.requireFits(3);
  }

  private void refused(Path first, Path other, String message) {
    assertThatThrownBy(() -> merge(first, other))
        .isInstanceOf(MergeException.class)
        .hasMessage(other + ": " + message);
  }

  private static void merge(Path... models) {
    Opening.all(List.of(models), new MergeExperts(1, 0)::of).close();
  }

  private Path branch(String name, ModelConfig config, long seed, DType dtype) {
    try (var random = new RandomCheckpoint(config, seed)) {
      return TinyModels.huggingFace(Folders.make(folder.resolve(name)), random, dtype);
    }
  }
}
