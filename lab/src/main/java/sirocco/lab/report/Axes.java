package sirocco.lab.report;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.lab.eval.Result;

/// The axes that groups lie on whose names tell them, such as `length 512` or `length 512/depth
/// 0.25`.
///
/// @param first the name of the first axis
/// @param second of the second; empty if there is one
/// @param places of the groups, in their order
record Axes(String first, String second, List<Place> places) {
  private static final Pattern NAME =
      Pattern.compile(
          "(\\p{Alpha}[^/\\d]*) (\\d+(?:\\.\\d+)?)(?:/(\\p{Alpha}[^/\\d]*) (\\d+(?:\\.\\d+)?))?");

  /// Where a group lies.
  ///
  /// @param second 0 if there is one axis
  record Place(double first, double second) {}

  boolean isGrid() {
    return !second.isEmpty();
  }

  /// Empty unless there are several groups and all lie on the same axes.
  static Optional<Axes> of(List<Result.Group> groups) {
    List<Matcher> names = groups.stream().map(g -> NAME.matcher(g.name())).toList();
    if (names.size() < 2 || !names.stream().allMatch(Matcher::matches)) {
      return Optional.empty();
    }
    String first = names.getFirst().group(1);
    String second = axis(names.getFirst());
    if (!names.stream().allMatch(n -> n.group(1).equals(first) && axis(n).equals(second))) {
      return Optional.empty();
    }
    List<Place> places =
        names.stream()
            .map(n ->
                new Place(
                    Double.parseDouble(n.group(2)),
                    second.isEmpty() ? 0 : Double.parseDouble(n.group(4))))
            .toList();
    return Optional.of(new Axes(first, second, places));
  }

  private static String axis(Matcher name) {
    return Optional.ofNullable(name.group(3)).orElse("");
  }
}
