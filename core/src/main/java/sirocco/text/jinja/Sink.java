package sirocco.text.jinja;

/// Where rendered text gathers, with the origin of each character.
final class Sink {
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder trust = new StringBuilder();

  void add(Str str) {
    add(str, 0, str.length());
  }

  void add(Str str, int from, int to) {
    Str.checkLength((long) text.length() + (to - from));
    text.append(str.text(), from, to);
    trust.append(str.trust(), from, to);
  }

  Str toStr() {
    return new Str(text.toString(), trust.toString(), false);
  }
}
