package sirocco.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import sirocco.text.jinja.Value.Sequence;

/// How Python cuts strings into lists.
final class Splitting {
  private Splitting() {}

  static Value fromLeft(Str str, Str by, long most) {
    List<Value> parts = new ArrayList<>();
    int from = 0;
    for (int at = str.find(by, 0); at >= 0 && parts.size() < most; at = str.find(by, from)) {
      parts.add(str.cut(from, at));
      from = at + by.length();
    }
    parts.add(str.cut(from, str.length()));
    return Sequence.list(parts);
  }

  static Value fromRight(Str str, Str by, long most) {
    List<Value> parts = new ArrayList<>();
    int to = str.length();
    while (parts.size() < most) {
      int at = to < by.length() ? -1 : str.findLast(by, to - by.length());
      if (at < 0) {
        break;
      }
      parts.add(str.cut(at + by.length(), to));
      to = at;
    }
    parts.add(str.cut(0, to));
    Collections.reverse(parts);
    return Sequence.list(parts);
  }

  /// At runs of whitespace; none of it stays but behind the last cut.
  static Value words(Str str, long most) {
    List<Value> parts = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < str.length() && Str.isSpace(str.text().charAt(at))) {
        at++;
      }
      if (at == str.length()) {
        return Sequence.list(parts);
      }
      if (parts.size() == most) {
        parts.add(str.cut(at, str.length()));
        return Sequence.list(parts);
      }
      int start = at;
      while (at < str.length() && !Str.isSpace(str.text().charAt(at))) {
        at++;
      }
      parts.add(str.cut(start, at));
    }
  }

  static Value wordsFromRight(Str str, long most) {
    List<Value> parts = new ArrayList<>();
    int at = str.length();
    while (true) {
      while (at > 0 && Str.isSpace(str.text().charAt(at - 1))) {
        at--;
      }
      if (at == 0 || parts.size() == most) {
        break;
      }
      int end = at;
      while (at > 0 && !Str.isSpace(str.text().charAt(at - 1))) {
        at--;
      }
      parts.add(str.cut(at, end));
    }
    if (at > 0) {
      parts.add(str.cut(0, at));
    }
    Collections.reverse(parts);
    return Sequence.list(parts);
  }

  static Value lines(Str str, boolean keepEnds) {
    List<Value> lines = new ArrayList<>();
    int from = 0;
    while (from < str.length()) {
      int end = from;
      while (end < str.length() && !isLineEnd(str.text().charAt(end))) {
        end++;
      }
      int next = Math.min(end + 1, str.length());
      if (str.text().startsWith("\r\n", end)) {
        next = end + 2;
      }
      lines.add(str.cut(from, keepEnds ? next : end));
      from = next;
    }
    return Sequence.list(lines);
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }
}
