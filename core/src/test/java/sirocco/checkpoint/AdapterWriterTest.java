package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.checkpoint.AdapterWriter.Experts;
import sirocco.checkpoint.Role.Expert;
import sirocco.checkpoint.Role.Global;
import sirocco.checkpoint.Role.Layer;
import sirocco.checkpoint.Role.Part;
import sirocco.tensor.DType;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;
import sirocco.testkit.Configs;
import sirocco.testkit.GoldenAdapters;
import sirocco.testkit.GoldenAdapters.Case;

/// What is written is what PEFT wrote. That PEFT reads it is checked with
/// `tools/goldens/adapter_goldens.py --check`.
class AdapterWriterTest {
  private static final ModelConfig MIXTURE = Configs.mixtral(3, 2);

  @TempDir Path folder;

  @Test
  void theTensorsOfPeftToTheBit() {
    assertSameTensors(GoldenAdapters.of("parameters"), Experts.FUSED);
    assertSameTensors(GoldenAdapters.of("gate-up-only"), Experts.FUSED);
    assertSameTensors(GoldenAdapters.of("experts"), Experts.SINGLE);
    assertSameTensors(GoldenAdapters.of("dense"), Experts.SINGLE);
    assertSameTensors(GoldenAdapters.of("dense"), Experts.FUSED);
  }

  private void assertSameTensors(Case golden, Experts form) {
    Path written = write(golden, form);
    try (SafetensorsFile ours = SafetensorsFile.open(written.resolve(AdapterReader.WEIGHTS));
        SafetensorsFile theirs =
            SafetensorsFile.open(golden.folder().resolve(AdapterReader.WEIGHTS))) {
      List<String> names =
          theirs.entries().stream()
              .map(Checkpoint.Entry::name)
              .filter(name -> name.contains("lora_"))
              .toList();
      assertThat(ours.entries().stream().map(Checkpoint.Entry::name))
          .containsExactlyInAnyOrderElementsOf(names);
      for (String name : names) {
        Tensor expected = theirs.tensor(name);
        assertThat(ours.tensor(name)).as(name).hasToString(expected.toString());
        assertThat(ours.tensor(name).data().mismatch(expected.data())).as(name).isEqualTo(-1);
      }
    }
  }

  @Test
  void ranksAndScalesAreThoseOfPeft() {
    for (Case golden : GoldenAdapters.all()) {
      Path written = write(golden, Experts.FUSED);
      try (Checkpoint base = Checkpoints.open(golden.base());
          Adapter before = Adapter.open(golden.folder(), base);
          Adapter after = Adapter.open(written, base)) {
        assertThat(after.pairs().keySet()).hasSameElementsAs(before.pairs().keySet());
        before
            .pairs()
            .forEach((role, pair) ->
                assertThat(after.find(role).orElseThrow().scale())
                    .as("%s %s", golden, role)
                    .isEqualTo(pair.scale()));
      }
    }
  }

  @Test
  void targetsAreNamesWhereAllOfANameAreAdapted() throws IOException {
    AdapterConfig config =
        AdapterConfig.read(
            write(GoldenAdapters.of("parameters"), Experts.FUSED).resolve(AdapterConfig.FILE));
    assertThat(config.rankOf("model.layers.1.self_attn.q_proj")).isEqualTo(2);
    assertThat(config.rankOf("model.layers.1.mlp.experts.down_proj")).isEqualTo(4);
    assertThat(config.scaleOf("model.layers.1.self_attn.v_proj")).isEqualTo(1);
    assertThat(text("parameters"))
        .contains("[ \"k_proj\", \"lm_head\", \"o_proj\", \"q_proj\", \"v_proj\" ]")
        .contains("\"mlp.experts.down_proj\", \"mlp.experts.gate_up_proj\", \"mlp.gate.weight\"");
    try (Arena arena = Arena.ofConfined()) {
      var pairs = Map.<Role, LowRank>of(new Layer(1, Part.QUERY), pair(2, 24, 24, arena));
      AdapterWriter.write(folder.resolve("one"), MIXTURE, "x", pairs, Experts.FUSED);
    }
    assertThat(text("one"))
        .contains("\"target_modules\" : [ \"model.layers.1.self_attn.q_proj\" ]")
        .contains("\"target_parameters\" : null");
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesNothing() {
    try (Arena arena = Arena.ofConfined()) {
      refuse(Map.of(), Experts.SINGLE, "must adapt something");
      refuse(
          Map.of(new Layer(0, Part.KEY), pair(2, 24, 24, arena)),
          Experts.SINGLE,
          "A F32[2, 24] and B F32[24, 2] do not fit Layer[layer=0, part=KEY] [12, 24]");
      refuse(Map.of(Global.EMBEDDING, pair(2, 50, 24, arena)), Experts.SINGLE, "EMBEDDING");
      refuse(
          Map.of(new Layer(0, Part.ATTENTION_NORM), pair(2, 24, 1, arena)),
          Experts.SINGLE,
          "ATTENTION_NORM");
      refuse(
          Map.of(new Expert(1, 2, Part.DOWN), pair(2, 24, 20, arena)),
          Experts.FUSED,
          "layer 1: fused experts are adapted all or none, found DOWN of 1 of 3");
      var pairs = new LinkedHashMap<Role, LowRank>();
      for (int e = 0; e < 3; e++) {
        pairs.put(new Expert(0, e, Part.UP), pair(2, 20, 24, arena));
      }
      refuse(pairs, Experts.FUSED, "gate and up of fused experts are adapted together");
      for (int e = 0; e < 3; e++) {
        pairs.put(new Expert(0, e, Part.GATE), pair(1 + e, 20, 24, arena));
      }
      refuse(pairs, Experts.FUSED, "layer 0: fused experts must have one rank, type and scale");
    }
  }

  private void refuse(Map<Role, LowRank> pairs, Experts form, String message) {
    Path target = folder.resolve("refused");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AdapterWriter.write(target, MIXTURE, "x", pairs, form))
        .withMessageContaining(message);
    assertThat(target).doesNotExist();
  }

  private static LowRank pair(long rank, long outputs, long inputs, Arena arena) {
    return new LowRank(
        Tensor.allocate(DType.F32, Shape.of(rank, inputs), arena),
        Tensor.allocate(DType.F32, Shape.of(outputs, rank), arena),
        1);
  }

  private Path write(Case golden, Experts form) {
    Path target = folder.resolve(golden.name());
    try (Checkpoint base = Checkpoints.open(golden.base());
        Adapter adapter = Adapter.open(golden.folder(), base)) {
      AdapterWriter.write(target, base.config(), "base", adapter.pairs(), form);
    }
    return target;
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name).resolve(AdapterConfig.FILE));
  }
}
