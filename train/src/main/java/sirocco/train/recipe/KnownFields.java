package sirocco.train.recipe;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import sirocco.json.JsonFields;

/// Refuses members that mean nothing: a misspelt one would be ignored in silence.
public final class KnownFields {
  private static final int LONGEST = 60;

  private KnownFields() {}

  /// Checks that an object has no other members than these.
  ///
  /// @throws RuntimeException of the fields' own kind, naming the unknown member and, if it looks
  ///   like a known one, that
  public static void check(JsonFields fields, List<String> known) {
    fields.asObject();
    for (String name : fields.names()) {
      if (!known.contains(name)) {
        String shown = name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
        String near = nearest(name, known).map(n -> "; did you mean " + n + "?").orElse("");
        throw fields.error(
            shown.replaceAll("\\p{Cntrl}", "?")
                + ": unknown field; expected one of "
                + known
                + near);
      }
    }
  }

  /// The known name that takes the fewest edits, if those are at most a third of its letters.
  private static Optional<String> nearest(String name, List<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(other -> edits(name, other) <= Math.max(1, other.length() / 3))
        .min(Comparator.comparingInt(other -> edits(name, other)));
  }

  /// Letters to insert, delete or replace to make one of the other (Levenshtein), whatever their
  /// case and whether words are joined by `_`, `-` or a capital.
  private static int edits(String first, String second) {
    String a = plain(first);
    String b = plain(second);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }
}
