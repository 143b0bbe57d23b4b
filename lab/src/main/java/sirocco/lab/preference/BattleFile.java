package sirocco.lab.preference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.statistics.Battle;
import sirocco.lab.statistics.Battle.Outcome;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Battles as lines of JSON with `model_a`, `model_b` and `winner`, as LMSYS's arena publishes
/// them; `winner` is `model_a`, `model_b`, `tie` or `tie (bothbad)`. Other fields are left alone.
public final class BattleFile {
  private BattleFile() {}

  /// Reads them, in the order in which they stand.
  ///
  /// @throws DataException naming file and line of what is no battle, or if there is none
  public static List<Battle> read(Path file) {
    List<Battle> battles = new ArrayList<>();
    try (var lines = new LineReader(file)) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        try {
          battles.add(battle(JsonMapper.shared().readTree(line.bytes())));
        } catch (RuntimeException e) {
          throw new DataException(file + ":" + line.number() + ": " + e.getMessage(), e);
        }
      }
    }
    if (battles.isEmpty()) {
      throw new DataException(file + ": holds no battle");
    }
    return battles;
  }

  private static Battle battle(JsonNode line) {
    String winner = line.required("winner").stringValue();
    Outcome outcome =
        switch (winner) {
          case "model_a" -> Outcome.A;
          case "model_b" -> Outcome.B;
          case "tie", "tie (bothbad)" -> Outcome.TIE;
          default ->
              throw new IllegalArgumentException(
                  "winner: expected model_a, model_b, tie or tie (bothbad), found " + winner);
        };
    return new Battle(
        line.required("model_a").stringValue(), line.required("model_b").stringValue(), outcome);
  }

  /// Writes them in place of what was there.
  ///
  /// @throws DataException if the file cannot be written
  public static void write(Path file, List<Battle> battles) {
    String lines = battles.stream().map(BattleFile::line).collect(Collectors.joining());
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, lines);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static String line(Battle battle) {
    String winner =
        switch (battle.outcome()) {
          case A -> "model_a";
          case B -> "model_b";
          case TIE -> "tie";
        };
    return JsonMapper.shared()
            .createObjectNode()
            .put("model_a", battle.a())
            .put("model_b", battle.b())
            .put("winner", winner)
            .toString()
        + "\n";
  }
}
