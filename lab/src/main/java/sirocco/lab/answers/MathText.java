package sirocco.lab.answers;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One way of writing for answers that differ only in how they are written. The rules are those
/// that were published with the data set (`math_equivalence.py` of hendrycks/math) and others of
/// their kind.
final class MathText {
  /// In this order.
  private static final List<Rule> RULES =
      List.of(
          new Rule("\\s+", " "),
          // Signs outside of ASCII.
          new Rule("[\u2212\u2013]", "-"),
          new Rule("\u03c0", "\\\\pi "),
          new Rule("\u221e", "\\\\infty "),
          new Rule("\u222a", "\\\\cup "),
          new Rule("\u221a", "\\\\sqrt "),
          new Rule("\u00b0", ""),
          // The ends of formulas, dollars and percents.
          new Rule("^\\s*\\\\[(\\[]|\\\\[)\\]]\\s*$", ""),
          new Rule("\\\\?[$%]", ""),
          // Commas between thousands.
          new Rule("(?<=\\d)(?:\\{,}|,\\\\!)\\s*(?=\\d{3}(?!\\d))", ""),
          new Rule("\\\\!", ""),
          // Sizes and styles.
          new Rule("\\\\(?:left|right)(?:\\.|(?![a-zA-Z]))", ""),
          new Rule("\\\\[bB]igg?[lr]?(?![a-zA-Z])", ""),
          new Rule("\\\\(?:display|text)style(?![a-zA-Z])", ""),
          new Rule("\\\\[dtc]frac(?![a-zA-Z])", "\\\\frac"),
          // Degrees.
          new Rule("\\^\\s*(?:\\\\circ(?![a-zA-Z])|\\{\\s*\\\\circ\\s*})|\\\\degree", ""),
          // Words: "and" joins, others behind something are its unit.
          new Rule("\\s*,?\\s*\\\\(?:text|mbox)\\{\\s*(?:and|or)\\s*}", ","),
          new Rule(
              "(?<=[^\\s,=({\\[])\\s*\\\\(?:text|mbox|textrm|mathrm|rm)\\{[^{}]*}(?:\\^(?:\\d|\\{\\d}))?$",
              ""),
          new Rule("\\\\(?:text|mbox|textbf|textrm|textit|mathrm|mathbf)\\{([^{}]*)}", "$1"),
          // A whole number before a fraction stays apart from its digits.
          new Rule("(\\d)\\s+(\\d+)\\s*/\\s*(\\d+)", "$1\\\\frac{$2}{$3}"),
          // Spaces.
          new Rule("(?<!\\\\)\\\\(?:[,;: ]|q?quad(?![a-zA-Z]))|~", " "));

  private static final Pattern THOUSANDS =
      Pattern.compile("(?<![\\d.,])\\d{1,3}(?:,\\d{3})+(?!\\d|,\\d)");
  private static final Pattern SINGLE = Pattern.compile("([_^])\\{([0-9a-zA-Z])}");
  private static final Pattern NAME =
      Pattern.compile(
          "(?:\\\\[a-zA-Z]+|[a-zA-Z]{1,2})'?(?:_[0-9a-zA-Z])?(?:\\([a-z](?:,[a-z])*\\))?");

  /// A side of a slash that binds as tightly as a fraction's.
  private static final Pattern SLASH =
      Pattern.compile("(-?)((?:[0-9a-zA-Z]|\\\\[a-zA-Z]++|\\{[^{}]*})++)/(\\d+)");

  private record Rule(Pattern found, String instead) {
    Rule(String found, String instead) {
      this(Pattern.compile(found), instead);
    }

    String applied(String text) {
      return found.matcher(text).replaceAll(instead);
    }
  }

  private MathText() {}

  /// The normal writing of an answer.
  static String normal(String answer) {
    String text = answer;
    for (Rule rule : RULES) {
      text = rule.applied(text);
    }
    if (!text.contains("(") && !text.contains("[") && !text.contains("\\{")) {
      text = THOUSANDS.matcher(text).replaceAll(found -> found.group().replace(",", ""));
    }
    text = braced(text).replaceAll("\\s", "");
    text = SINGLE.matcher(text).replaceAll("$1$2").replaceAll("\\.+$", "");
    return unnamed(text);
  }

  /// An element of a list, or all of an answer: signs and slashes of one kind.
  static String term(String text) {
    String term = text.startsWith("+") ? text.substring(1) : text;
    if (term.startsWith("\\frac{-")) {
      term = "-\\frac{" + term.substring("\\frac{-".length());
    }
    Matcher slash = SLASH.matcher(term);
    return slash.matches() && Rational.of(term).isEmpty()
        ? "%s\\frac{%s}{%s}".formatted(slash.group(1), slash.group(2), slash.group(3))
        : term;
  }

  /// Without the "x=" or "x\in" before the only value.
  private static String unnamed(String text) {
    int sign = text.indexOf('=');
    if (sign > 0 && sign == text.lastIndexOf('=') && sign + 1 < text.length()) {
      return NAME.matcher(text.substring(0, sign)).matches() ? text.substring(sign + 1) : text;
    }
    int in = text.indexOf("\\in");
    boolean member = in > 0 && in + 3 < text.length() && !Character.isLetter(text.charAt(in + 3));
    return member && NAME.matcher(text.substring(0, in)).matches() ? text.substring(in + 3) : text;
  }

  /// With braces around what TeX takes for the arguments of fractions and roots.
  private static String braced(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int arguments = 0;
      if (isCommand(text, at, "\\frac")) {
        arguments = 2;
      } else if (isCommand(text, at, "\\sqrt")) {
        arguments = 1;
      }
      if (arguments == 0) {
        out.append(text.charAt(at++));
        continue;
      }
      out.append(text, at, at + 5);
      at += 5;
      for (int left = arguments; left > 0; left--) {
        at = argument(text, at, out);
      }
    }
    return out.toString();
  }

  private static boolean isCommand(String text, int at, String name) {
    int end = at + name.length();
    return text.startsWith(name, at)
        && (end == text.length() || !Character.isLetter(text.charAt(end)));
  }

  /// Writes the argument that starts here in braces. Those of a group stay as they are, and what is
  /// inside is looked at like any other text.
  ///
  /// @return where it ends; where it started if it is a group or there is none
  private static int argument(String text, int from, StringBuilder out) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length() || text.charAt(at) == '[') {
      return from;
    }
    int end = at + 1;
    if (text.charAt(at) == '{') {
      int close = Braces.ends(text)[at];
      if (close == 0) {
        return from;
      }
      out.append('{').append(braced(text.substring(at + 1, close))).append('}');
      return close + 1;
    }
    if (text.charAt(at) == '\\') {
      while (end < text.length() && Character.isLetter(text.charAt(end))) {
        end++;
      }
    }
    out.append('{').append(text, at, end).append('}');
    return end;
  }
}
