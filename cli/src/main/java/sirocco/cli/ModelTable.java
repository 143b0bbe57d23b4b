package sirocco.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import sirocco.hub.CachedModel;
import sirocco.hub.PartialModel;

/// The models of the cache, a line each.
final class ModelTable {
  private static final int COMMIT_DIGITS = 7;

  private ModelTable() {}

  /// What `list` prints; nothing where there are none.
  static List<String> lines(List<CachedModel> models, List<PartialModel> partials, ZoneId zone) {
    List<String[]> rows = new ArrayList<>();
    for (CachedModel m : models) {
      rows.add(
          new String[] {
            m.name().toString(),
            Bytes.show(m.bytes()),
            files(m.files().size()),
            revision(m.revision(), m.commit()),
            time(m.pulled(), zone),
            ""
          });
    }
    for (PartialModel p : partials) {
      String share =
          String.format(
              Locale.ROOT,
              "partial: %s, %.0f%% is there; pull it again to go on",
              Bytes.show(p.bytes()),
              100.0 * p.bytes() / Math.max(1, p.total()));
      rows.add(
          new String[] {
            p.name().toString(),
            Bytes.show(p.total()),
            "",
            p.revision(),
            time(p.begun(), zone),
            share
          });
    }
    return aligned(rows);
  }

  private static List<String> aligned(List<String[]> rows) {
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < row.length; column++) {
        int at = column;
        int width = rows.stream().mapToInt(r -> r[at].length()).max().orElse(0);
        String space = " ".repeat(width - row[column].length());
        // Sizes end below one another.
        line.append(column == 1 ? space + row[column] : row[column] + space);
        line.append(width == 0 ? "" : "  ");
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  static String files(int count) {
    return count == 1 ? "1 file" : count + " files";
  }

  /// `main (ab12cd3)`; a commit that was asked for by itself stands alone.
  static String revision(String revision, String commit) {
    String digits = commit.substring(0, Math.min(COMMIT_DIGITS, commit.length()));
    return commit.startsWith(revision) ? digits : revision + " (" + digits + ")";
  }

  private static String time(Instant time, ZoneId zone) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(zone).format(time);
  }
}
