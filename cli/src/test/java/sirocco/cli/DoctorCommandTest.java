package sirocco.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void saysWhatAMachineReads() {
    assertThat(run("doctor", "--json")).isZero();
    JsonNode report = JsonMapper.shared().readTree(out.toString());
    assertThat(report.at("/usable").asBoolean()).isTrue();
    assertThat(report.at("/java/version").asString()).isEqualTo(Runtime.version().toString());
    assertThat(report.at("/java/in_range").asBoolean()).isTrue();
    assertThat(report.at("/machine/cores").asInt()).isPositive();
    assertThat(report.at("/machine/memory_total").asLong()).isPositive();
    assertThat(report.at("/back_ends/0/usable").asBoolean()).isTrue();
    assertThat(report.at("/back_ends").findValuesAsString("name")).contains("scalar");
    assertThat(Path.of(report.at("/default_model").asString())).isRegularFile();
    assertThat(report.at("/disk/free").asLong()).isPositive();
  }

  @Test
  void saysWhatAPersonReads() {
    assertThat(run("doctor")).isZero();
    assertThat(out.toString())
        .contains("back end scalar usable: ")
        .contains("memory ")
        .endsWith("verdict        models can run" + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource({
    "25.0.3+9-LTS, true",
    "25.0.10, true",
    "25.0.2+10, false",
    "25, false",
    "26, false",
    "21.0.8, false"
  })
  void knowsWhichJavaWillDo(String version, boolean inRange) {
    assertThat(DoctorCommand.Java.isInRange(Runtime.Version.parse(version))).isEqualTo(inRange);
  }

  private int run(String... arguments) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true));
    return command.execute(arguments);
  }
}
