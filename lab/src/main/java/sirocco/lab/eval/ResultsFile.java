package sirocco.lab.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The results of a run, or of several into the same folder, as JSON.
///
/// @param command that makes them again; of several runs a line each
/// @param version of the program; of several runs that of the last
/// @param results in the order of the run
public record ResultsFile(String command, String version, List<Result> results) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public ResultsFile {
    results = List.copyOf(results);
  }

  /// Reads one.
  ///
  /// @throws EvaluationException if it cannot be read or is none
  public static ResultsFile read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), ResultsFile.class);
    } catch (JacksonException e) {
      throw new EvaluationException(
          file + ": expected the results of an evaluation: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new EvaluationException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// What makes two results the same question to the same subject.
  private record Key(String fingerprint, String task, int shots, OptionalInt limit, long seed) {
    static Key of(Result result) {
      Settings settings = result.settings();
      return new Key(
          result.fingerprint(),
          result.task().name(),
          settings.shots(),
          settings.limit(),
          settings.seed());
    }
  }

  /// It with the results of a later run: one of the same subject, task and settings takes the place
  /// of the former, others come behind.
  public ResultsFile and(ResultsFile later) {
    SequencedMap<Key, Result> rows = new LinkedHashMap<>();
    results.forEach(result -> rows.put(Key.of(result), result));
    later.results.forEach(result -> rows.put(Key.of(result), result));
    boolean known = command.lines().anyMatch(later.command::equals);
    return new ResultsFile(
        known ? command : command + "\n" + later.command,
        later.version,
        List.copyOf(rows.values()));
  }

  /// It as JSON.
  public String json() {
    return JSON.writeValueAsString(this);
  }

  /// Writes it; what was there before stays until it is whole.
  ///
  /// @throws EvaluationException if it cannot be written
  public void write(Path file) {
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      Path part = target.resolveSibling(target.getFileName() + ".part");
      Files.writeString(part, json());
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EvaluationException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
