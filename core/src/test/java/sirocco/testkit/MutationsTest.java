package sirocco.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A fuzz that damages nothing, or differently each time, would prove nothing.
final class MutationsTest {
  private static final byte[] BASE =
      "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.UTF_8);

  private static Mutations mutations(long seed) {
    return new Mutations(BASE, seed).withFields(List.of(8, 16)).withWords("null");
  }

  @Test
  void theSameSeedGivesTheSameMutants() {
    Mutations first = mutations(5);
    Mutations second = mutations(5);
    Mutations other = mutations(6);
    int differing = 0;
    for (int i = 0; i < 500; i++) {
      byte[] mutant = first.next();
      assertThat(second.next()).isEqualTo(mutant);
      assertThat(second.last()).isEqualTo(first.last()).isNotEmpty();
      differing += ByteBuffer.wrap(mutant).equals(ByteBuffer.wrap(other.next())) ? 0 : 1;
    }
    assertThat(differing).isGreaterThan(400);
  }

  @Test
  void mutantsDifferFromTheBaseAndFromEachOther() {
    Mutations mutations = mutations(1);
    Set<ByteBuffer> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      seen.add(ByteBuffer.wrap(mutations.next()));
    }
    assertThat(seen).hasSizeGreaterThan(700);
    assertThat(BASE).isEqualTo("0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void lengthsFieldsAndWordsAreAllTried() {
    Mutations mutations = mutations(2);
    boolean shorter = false;
    boolean longer = false;
    boolean field = false;
    boolean word = false;
    for (int i = 0; i < 1000; i++) {
      int length = mutations.next().length;
      shorter |= length < BASE.length;
      longer |= length > BASE.length;
      field |= mutations.last().contains(Long.MAX_VALUE + " in 8 bytes at 8");
      word |= mutations.last().contains("word null");
    }
    assertThat(List.of(shorter, longer, field, word)).containsOnly(true);
  }
}
