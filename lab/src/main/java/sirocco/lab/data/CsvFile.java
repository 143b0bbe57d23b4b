package sirocco.lab.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Comma-separated values as RFC 4180 has them: a field within quotes may hold commas, line ends
/// and doubled quotes; a quote anywhere else is an error, since what was meant cannot be told. For
/// one thread.
public final class CsvFile {
  private final Path file;
  private final String text;
  private int at;
  private long line = 1;

  private CsvFile(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  /// All rows, a heading too. Empty lines are none.
  ///
  /// @throws DataException naming file and line where quotes do not match
  public static List<CsvRow> read(Path file) {
    return new CsvFile(file, text(file)).rows();
  }

  private static String text(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": not valid UTF-8", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private List<CsvRow> rows() {
    List<CsvRow> out = new ArrayList<>();
    while (at < text.length()) {
      if (skipLineEnd()) {
        continue;
      }
      long first = line;
      out.add(new CsvRow(file, first, fields()));
    }
    return out;
  }

  private List<String> fields() {
    List<String> out = new ArrayList<>();
    while (true) {
      out.add(at < text.length() && text.charAt(at) == '"' ? quoted() : bare());
      if (at == text.length() || skipLineEnd()) {
        return out;
      }
      if (text.charAt(at) != ',') {
        throw error(line, "expected a comma or the end of the line behind a closing quote", at);
      }
      at++;
    }
  }

  private String bare() {
    int from = at;
    while (at < text.length() && text.charAt(at) != ',' && !atLineEnd()) {
      if (text.charAt(at) == '"') {
        throw error(line, "expected quotes around the whole field or none in it", at);
      }
      at++;
    }
    return text.substring(from, at);
  }

  private String quoted() {
    long opened = line;
    int from = at++;
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"' && (at == text.length() || text.charAt(at) != '"')) {
        return out.toString();
      }
      if (c == '"') {
        at++;
      }
      line += c == '\n' ? 1 : 0;
      out.append(c);
    }
    throw error(opened, "expected an end of the quote that begins here", from);
  }

  private boolean atLineEnd() {
    return text.charAt(at) == '\n' || text.startsWith("\r\n", at);
  }

  private boolean skipLineEnd() {
    if (!atLineEnd()) {
      return false;
    }
    at += text.charAt(at) == '\n' ? 1 : 2;
    line++;
    return true;
  }

  private DataException error(long where, String message, int found) {
    String rest = text.substring(found, Math.min(found + 20, text.length()));
    String shown = rest.lines().findFirst().orElse("");
    return new DataException(file + ":" + where + ": " + message + ", found " + shown);
  }
}
