package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.testkit.Mutations;

/// Damaged files are either read whole or refused with one line; nothing else ever happens.
final class GgufFuzzTest {
  private static final Path NAME = Path.of("fuzz.gguf");

  @Test
  void mutantsAreReadOrRefused() {
    var bases =
        List.of(
            GgufBytes.tinyMixtral(),
            GgufBytes.tinySplitMixtral(),
            GgufBytes.tinyLlama().tensor("rope_freqs.weight", DType.F32, 8));
    int read = 0;
    int refused = 0;
    for (int b = 0; b < bases.size(); b++) {
      byte[] valid = bases.get(b).build();
      var mutations = new Mutations(valid, 7 + b).withFields(bases.get(b).fields());
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment memory = arena.allocate(valid.length + 4096, 64);
        for (int i = 0; i < 10_000; i++) {
          byte[] mutant = mutations.next();
          MemorySegment file = memory.asSlice(0, mutant.length);
          file.copyFrom(MemorySegment.ofArray(mutant));
          if (survives(() -> GgufFile.of(NAME, file), mutations)) {
            read++;
          } else {
            refused++;
          }
        }
      }
    }
    assertThat(read).isGreaterThan(500);
    assertThat(refused).isGreaterThan(5_000);
  }

  @Test
  void mutantsOnDiskToo(@TempDir Path folder) throws IOException {
    GgufBytes base = GgufBytes.tinyMixtral();
    var mutations = new Mutations(base.build(), 99).withFields(base.fields());
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Path file = folder.resolve(i + ".gguf");
      Files.write(file, mutations.next());
      refused += survives(() -> GgufFile.open(file), mutations) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(50);
  }

  private interface Opening {
    GgufFile open();
  }

  /// Whether the file was read; it fails the test if something else than a refusal came out.
  private static boolean survives(Opening opening, Mutations mutations) {
    long start = System.nanoTime();
    try (var checkpoint = GgufCheckpoint.of(opening.open())) {
      readAll(checkpoint);
      return true;
    } catch (CheckpointException e) {
      assertThat(e).as(mutations.last()).message().contains(".gguf: ").doesNotContain("\n", "\r");
      return false;
    } catch (RuntimeException | Error e) {
      return fail(mutations.last(), e);
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(mutations.last())
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  private static void readAll(Checkpoint checkpoint) {
    long sum = checkpoint.vocabulary().map(v -> v.tokens().size()).orElse(0);
    sum += checkpoint.chatTemplate().map(String::length).orElse(0);
    sum += checkpoint.eosTokens().size() + checkpoint.bosToken().orElse(0);
    sum += checkpoint.tensors().size();
    for (GgufLayout.Slot slot : GgufLayout.of(checkpoint.config())) {
      for (Role role : slot.roles()) {
        Tensor weight = checkpoint.weight(role);
        assertThat(weight.shape()).isEqualTo(Roles.shape(role, checkpoint.config()));
        for (long i = 0; i < weight.data().byteSize(); i += 61) {
          sum += weight.data().get(ValueLayout.JAVA_BYTE, i);
        }
        sum += weight.data().get(ValueLayout.JAVA_BYTE, weight.data().byteSize() - 1);
      }
    }
    assertThat(sum).isNotEqualTo(Long.MIN_VALUE);
  }
}
