package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What somebody sees who does not know the commands yet.
final class MainTest {
  @Test
  void withoutACommandAllAreListed() {
    CommandRun run = CommandRun.of();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("Usage: sirocco").contains("tokenize", "./sirocco run");
  }

  @Test
  void aCommandThatIsNotThereIsNamed() {
    CommandRun run = CommandRun.of("frobnicate", "-m", "x");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().strip())
        .isEqualTo("sirocco: there is no command frobnicate (see `sirocco --help`)");
    assertThat(CommandRun.of("--serve").err()).contains("Unknown option: '--serve'");
  }

  @Test
  void helpIsACommandToo() {
    assertThat(CommandRun.of("help", "chat").out()).startsWith("Usage: sirocco chat [OPTIONS]");
    assertThat(CommandRun.of("chat", "--help").out()).startsWith("Usage: sirocco chat [OPTIONS]");
  }

  @Test
  void everyCommandKnowsTheVersion() {
    assertThat(CommandRun.of("run", "--version").out())
        .isNotBlank()
        .isEqualTo(CommandRun.of("--version").out());
  }

  @Test
  void homeIsFoundWhereTheShellLeavesIt() {
    String home = System.getProperty("user.home");
    assertThat(CommandRun.of("run", "--model=~/no-such-model", "x").err().strip())
        .isEqualTo("sirocco: " + home + "/no-such-model: no such folder or file");
  }

  @Test
  void settingsAreNamedAsOptions() {
    assertThat(CommandRun.of("run", "-m", "x", "x", "--max-tokens=-1").err())
        .startsWith("sirocco: --max-tokens must lie in 0 to ");
    assertThat(CommandRun.of("run", "-m", "x", "x", "--top-p", "2").err())
        .startsWith("sirocco: --top-p must lie in 0 to 1, found 2");
  }
}
