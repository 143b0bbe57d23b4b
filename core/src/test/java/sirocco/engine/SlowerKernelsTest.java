package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sirocco.tensor.Backend;
import sirocco.tensor.Backend.Availability.Available;
import sirocco.tensor.Backend.Availability.Unavailable;
import sirocco.tensor.Kernels;
import sirocco.tensor.ScalarBackend;

/// Whoever computes slowly for want of a flag is told; nobody else is.
class SlowerKernelsTest {
  private static final Backend SCALAR = new ScalarBackend();
  private static final Backend BROKEN = new Fast(new Unavailable("a module is not there; add it"));

  @Test
  void saysWhyFasterOnesAreNotUsed() {
    assertThat(SlowerKernels.sentence(List.of(SCALAR, BROKEN)))
        .contains("sirocco: slower kernels are used, as a module is not there; add it");
  }

  @Test
  void isSilentWhereAFastOneWorks() {
    var works = new Fast(new Available(10, "vectors"));
    assertThat(SlowerKernels.sentence(List.of(works, SCALAR, BROKEN))).isEmpty();
  }

  @Test
  void isSilentWhereNoneIsThere() {
    assertThat(SlowerKernels.sentence(List.of(SCALAR))).isEmpty();
  }

  private record Fast(Availability availability) implements Backend {
    @Override
    public String name() {
      return "fast";
    }

    @Override
    public Kernels open(OptionalInt threads) {
      throw new IllegalStateException("nothing is computed here");
    }
  }
}
