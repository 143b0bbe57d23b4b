package sirocco.lab.answers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes an answer apart.
final class MathReader {
  /// Answers of the data set have at most 50 or so; a text beyond this is none.
  private static final int LONGEST = 1000;

  private static final int DEEPEST = 16;
  private static final String UNION = "\\cup";
  private static final Pattern MATRIX =
      Pattern.compile("\\\\begin\\{[pb]matrix}(.*)\\\\end\\{[pb]matrix}");
  private static final Pattern ROW_END = Pattern.compile("\\\\\\\\(?:\\[[^\\]]*])?");
  private static final Pattern CHOICE = Pattern.compile("\\(([A-Za-z])\\)");

  private MathReader() {}

  /// What it says.
  static MathValue of(String answer) {
    return answer.length() > LONGEST ? new MathValue.Text(answer) : of(MathText.normal(answer), 0);
  }

  private static MathValue of(String text, int depth) {
    String term = MathText.term(text);
    Optional<Rational> number = Rational.of(term);
    if (number.isPresent()) {
      return new MathValue.Value(number.get());
    }
    if (depth == DEEPEST) {
      return new MathValue.Text(term);
    }
    return union(term, depth)
        .or(() -> matrix(term, depth))
        .or(() -> list(term, depth))
        .or(() -> bracketed(term, depth))
        .orElseGet(() -> new MathValue.Text(term));
  }

  private static Optional<MathValue> union(String text, int depth) {
    List<String> parts = split(text, UNION);
    return parts.size() < 2 ? Optional.empty() : Optional.of(sorted(UNION, parts, depth));
  }

  private static Optional<MathValue> matrix(String text, int depth) {
    Matcher matrix = MATRIX.matcher(text);
    if (!matrix.matches() || matrix.group(1).contains("\\begin")) {
      return Optional.empty();
    }
    List<MathValue> rows =
        ROW_END
            .splitAsStream(matrix.group(1))
            .map(row -> ordered("row", Arrays.asList(row.split("&", -1)), depth))
            .toList();
    return Optional.of(new MathValue.Several("matrix", rows));
  }

  /// Values beside each other, in no brackets.
  private static Optional<MathValue> list(String text, int depth) {
    List<String> parts = split(text, ",");
    return parts.size() < 2 ? Optional.empty() : Optional.of(sorted("set", parts, depth));
  }

  private static Optional<MathValue> bracketed(String text, int depth) {
    if (CHOICE.matcher(text).matches()) {
      return Optional.of(new MathValue.Text(text.substring(1, 2)));
    }
    int open = text.startsWith("\\{") ? 2 : 1;
    boolean set = open == 2;
    if (text.length() <= 2 * open || !isBracketed(text, set)) {
      return Optional.empty();
    }
    String inside = text.substring(open, text.length() - open);
    List<String> parts = split(inside, ",");
    if (set) {
      return Optional.of(sorted("set", parts, depth));
    }
    String kind = text.substring(0, 1) + text.charAt(text.length() - 1);
    return parts.size() == 1 && kind.equals("()")
        ? Optional.of(of(inside, depth + 1))
        : Optional.of(ordered(kind, parts, depth));
  }

  /// Whether the bracket that it starts with is closed at its very end.
  private static boolean isBracketed(String text, boolean set) {
    boolean opens = set || text.startsWith("(") || text.startsWith("[");
    boolean closes = set ? text.endsWith("\\}") : text.endsWith(")") || text.endsWith("]");
    if (!opens || !closes) {
      return false;
    }
    int depth = 0;
    for (int at = 0; at < text.length() - 1; at++) {
      depth += step(text.charAt(at));
      if (depth == 0 && text.charAt(at) != '\\') {
        return false;
      }
    }
    return depth == 1;
  }

  private static int step(char c) {
    return switch (c) {
      case '(', '[', '{' -> 1;
      case ')', ']', '}' -> -1;
      default -> 0;
    };
  }

  /// The parts between separators outside of all brackets.
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      depth += step(text.charAt(at));
      if (depth == 0 && text.startsWith(separator, at)) {
        parts.add(text.substring(from, at));
        from = at + separator.length();
        at = from - 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static MathValue ordered(String kind, List<String> parts, int depth) {
    return new MathValue.Several(kind, parts.stream().map(part -> of(part, depth + 1)).toList());
  }

  private static MathValue sorted(String kind, List<String> parts, int depth) {
    return new MathValue.Several(
        kind,
        parts.stream()
            .map(part -> of(part, depth + 1))
            .sorted(Comparator.comparing(MathValue::toString))
            .toList());
  }
}
