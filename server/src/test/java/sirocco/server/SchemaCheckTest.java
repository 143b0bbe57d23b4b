package sirocco.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sirocco.server.load.SchemaCheck;

/// A few of the answers that [SchemaCheck] asks for.
class SchemaCheckTest {
  @Test
  @Timeout(120)
  void answersAreValid() throws InterruptedException {
    try (TestServer server = TestServer.withTools()) {
      var check = new SchemaCheck(server.server.uri());
      check.run(1);
      assertThat(check.wrong()).isEmpty();
      assertThat(check.valid()).isGreaterThan(30);
    }
  }
}
