package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// A string that remembers who wrote each of its characters. Equality looks at the text alone.
///
/// @param text the characters
/// @param trust as long as `text`: [#TEMPLATE] where the template wrote the character, [#DATA]
///   where it came from a message or any other input
/// @param safe whether it is markup (`|safe`): then what is joined to it is HTML-escaped, as jinja2
///   does even with autoescape off
public record Str(String text, String trust, boolean safe) implements Value {
  public static final char TEMPLATE = 't';
  public static final char DATA = 'd';

  public Str {
    if (text.length() > Limits.TEXT) {
      throw new Fault("a string of more than " + Limits.TEXT + " characters");
    }
    if (trust.length() != text.length()) {
      throw new IllegalArgumentException("trust must cover the text");
    }
  }

  /// Text that the template itself wrote.
  public static Str template(String text) {
    return new Str(text, String.valueOf(TEMPLATE).repeat(text.length()), false);
  }

  /// Text that came from outside: none of it may become a control token.
  public static Str data(String text) {
    return new Str(text, String.valueOf(DATA).repeat(text.length()), false);
  }

  /// Text made from `source` by a change that does not keep characters apart: all data if any of
  /// the source was.
  static Str derived(String text, Str source) {
    Str made = source.trust.indexOf(DATA) < 0 ? template(text) : data(text);
    return made.markup(source.safe);
  }

  Str markup(boolean isSafe) {
    return isSafe == safe ? this : new Str(text, trust, isSafe);
  }

  int length() {
    return text.length();
  }

  /// The characters from `from` (included) to `to`, in UTF-16 units.
  Str cut(int from, int to) {
    return from == 0 && to == text.length()
        ? this
        : new Str(text.substring(from, to), trust.substring(from, to), safe);
  }

  /// This and then the other, no escaping.
  Str then(Str other) {
    checkLength((long) length() + other.length());
    return new Str(text + other.text, trust + other.trust, safe);
  }

  Str repeat(long times) {
    int count = Math.clamp(times, 0, Integer.MAX_VALUE);
    checkLength((long) length() * count);
    return new Str(text.repeat(count), trust.repeat(count), safe);
  }

  static void checkLength(long length) {
    if (length > Limits.TEXT) {
      throw new Fault("a string of more than " + Limits.TEXT + " characters");
    }
  }

  /// Characters as Python counts them.
  int codePoints() {
    return text.codePointCount(0, text.length());
  }

  /// One string a code point.
  List<Value> characters() {
    List<Value> all = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int next = text.offsetByCodePoints(at, 1);
      all.add(cut(at, next));
      at = next;
    }
    return all;
  }

  /// Without whitespace (Python's idea of it) at the chosen ends.
  Str strip(boolean left, boolean right) {
    int from = 0;
    int to = text.length();
    while (left && from < to && isSpace(text.charAt(from))) {
      from++;
    }
    while (right && to > from && isSpace(text.charAt(to - 1))) {
      to--;
    }
    return cut(from, to);
  }

  /// Without any of `characters` at the chosen ends.
  Str strip(boolean left, boolean right, Str characters) {
    int from = 0;
    int to = text.length();
    while (left && from < to && characters.text.indexOf(text.codePointAt(from)) >= 0) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && to > from && characters.text.indexOf(text.codePointBefore(to)) >= 0) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return cut(from, to);
  }

  /// The place of `needle` at or after `from`, or -1.
  int find(Str needle, int from) {
    checkSearch(needle);
    return text.indexOf(needle.text, from);
  }

  /// The last place of `needle` at or before `from`, or -1.
  int findLast(Str needle, int from) {
    checkSearch(needle);
    return text.lastIndexOf(needle.text, from);
  }

  private void checkSearch(Str needle) {
    if ((long) needle.length() * length() > Limits.SEARCH) {
      throw new Fault("searching such long strings is not allowed");
    }
  }

  /// With up to `count` (all if negative) occurrences of `old` replaced.
  Str replace(Str old, Str by, long count) {
    if (old.length() == 0) {
      return replaceEmpty(by, count);
    }
    Sink out = new Sink();
    int from = 0;
    for (long done = 0; done != count; done++) {
      int at = find(old, from);
      if (at < 0) {
        break;
      }
      out.add(this, from, at);
      out.add(by);
      from = at + old.length();
    }
    out.add(this, from, length());
    return out.toStr().markup(safe);
  }

  private Str replaceEmpty(Str by, long count) {
    Sink out = new Sink();
    long done = 0;
    for (Value character : characters()) {
      if (count < 0 || done++ < count) {
        out.add(by);
      }
      out.add((Str) character);
    }
    if (count < 0 || done < count) {
      out.add(by);
    }
    return out.toStr().markup(safe);
  }

  /// Characters that Python's `str.isspace` calls space, all in the basic plane.
  static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0d)
        || (c >= 0x1c && c <= 0x20)
        || c == 0x85
        || c == 0xa0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200a)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202f
        || c == 0x205f
        || c == 0x3000;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Str str && text.equals(str.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
