package sirocco.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import sirocco.testkit.Configs;

/// The README says what is there, and its program runs.
final class ReadmeTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z-]+)( [^`]*)?` \\|", Pattern.MULTILINE);

  @Test
  void theProgramRuns(@TempDir Path folder) throws IOException, InterruptedException {
    Matcher program = PROGRAM.matcher(readme());
    assertThat(program.find()).isTrue();
    String source = program.group(1);
    assertThat(source).contains("models/mixtral");
    String model = CommandRun.model(folder, Configs.mixtral(5, 2));
    Path file = folder.resolve("Hello.java");
    Files.writeString(file, source.replace("models/mixtral", model));

    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                file.toString())
            .redirectError(folder.resolve("err").toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    assertThat(status).as(Files.readString(folder.resolve("err"))).isZero();
    CommandRun run =
        CommandRun.of("run", "-m", model, "--chat", "Name three winds.", "--seed", "7");
    assertThat(output.strip()).isNotBlank().isEqualTo(run.out().strip());
  }

  @Test
  void itsTableHasEveryCommand() throws IOException {
    List<String> rows = ROW.matcher(readme()).results().map(row -> row.group(1)).toList();
    List<String> commands = List.copyOf(Main.commandLine().getSubcommands().keySet());
    assertThat(commands).containsExactlyInAnyOrderElementsOf(plusHelp(rows));
  }

  @Test
  void everyHelpHasAnExampleAndFitsEightyColumns() {
    Main.commandLine()
        .setUsageHelpAutoWidth(false)
        .getSubcommands()
        .forEach((name, command) -> {
          if (!name.equals("help")) {
            String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
            assertThat(usage).as(name).contains("Example").contains("./sirocco " + name + " ");
            assertThat(usage.lines()).as(name).allMatch(line -> line.length() <= 80);
            assertThat(usage.lines().findFirst().orElseThrow())
                .as(name)
                .startsWith("Usage: sirocco " + name + " [OPTIONS]");
          }
        });
  }

  private static List<String> plusHelp(List<String> rows) {
    return Stream.concat(rows.stream(), Stream.of("help")).toList();
  }

  private static String readme() throws IOException {
    return Files.readString(Checkout.repository().resolve("README.md"));
  }
}
