package sirocco.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvFileTest {
  @TempDir Path folder;

  @Test
  void quotesKeepCommasLineEndsAndQuotes() throws IOException {
    Path file = write("\uFEFFa,\"b, \"\"c\"\"\",\"two\r\nlines\"\r\n\n,,\n\"\",  x ,\"last\"");
    assertThat(CsvFile.read(file))
        .containsExactly(
            new CsvRow(file, 1, List.of("a", "b, \"c\"", "two\r\nlines")),
            new CsvRow(file, 4, List.of("", "", "")),
            new CsvRow(file, 5, List.of("", "  x ", "last")));
    assertThat(CsvFile.read(write(""))).isEmpty();
    assertThat(CsvFile.read(write("a,")).getFirst().fields()).containsExactly("a", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a~\"b~c|2: expected an end of the quote that begins here, found \"b",
        "a~b,c\"d|2: expected quotes around the whole field or none in it, found \"d",
        "\"a~b\"c,d|2: expected a comma or the end of the line behind a closing quote, found c,d",
      })
  void quotesThatDoNotMatchAreRefused(String text, String message) throws IOException {
    Path file = write(text.replace('~', '\n'));
    assertThatThrownBy(() -> CsvFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ":" + message);
  }

  @Test
  void otherEncodingsAndMissingFilesAreRefused() throws IOException {
    Path latin =
        Files.write(folder.resolve("latin.csv"), "é".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> CsvFile.read(latin))
        .isInstanceOf(DataException.class)
        .hasMessage(latin + ": not valid UTF-8");
    Path missing = folder.resolve("missing.csv");
    assertThatThrownBy(() -> CsvFile.read(missing))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(missing + ": cannot be read");
  }

  @Test
  void whatIsQuotedIsReadBack() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 200; round++) {
      List<List<String>> rows = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int r = 0; r <= random.nextInt(4); r++) {
        List<String> fields = new ArrayList<>();
        for (int f = 0; f < 3; f++) {
          StringBuilder field = new StringBuilder();
          random.ints(random.nextInt(6), 0, 6).forEach(c -> field.append(",\"\n\rxé".charAt(c)));
          fields.add(field.toString());
        }
        rows.add(fields);
        text.append(
            String.join(
                ",", fields.stream().map(f -> "\"" + f.replace("\"", "\"\"") + "\"").toList()));
        text.append(random.nextBoolean() ? "\n" : "\r\n");
      }
      assertThat(CsvFile.read(write(text.toString()))).extracting(CsvRow::fields).isEqualTo(rows);
    }
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("a.csv"), text);
  }
}
