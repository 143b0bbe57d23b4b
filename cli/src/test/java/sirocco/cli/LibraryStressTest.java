package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A few seconds of [LibraryStress]; CONTRIBUTING.md has the command for five minutes.
@Timeout(120)
class LibraryStressTest {
  @Test
  void nothingIsWrongAndNothingIsLeft() throws InterruptedException, IOException {
    LibraryStress.Result result = LibraryStress.run(Duration.ofSeconds(4));
    assertThat(result.wrong()).isEmpty();
    assertThat(result.answers()).isGreaterThan(20);
    assertThat(result.cancelled()).isPositive();
    assertThat(result.threadsLeft()).isZero();
  }
}
