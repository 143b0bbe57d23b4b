package sirocco.text.jinja;

/// What a template may use. Chat templates stay far below; a hostile one ends in an error instead
/// of a full heap, a full stack or a hang.
final class Limits {
  /// Characters of the source.
  static final int SOURCE = 1 << 20;

  /// Characters of any one string, and of the rendered prompt.
  static final int TEXT = 1 << 23;

  /// Expressions and blocks inside one another, in the source.
  static final int NESTING = 80;

  /// Evaluations on the stack, macro calls included.
  static final int STACK = 400;

  /// Lists and dicts inside one another, and the elements in all of them together.
  static final int VALUE_DEPTH = 64;

  static final int VALUE_WEIGHT = 1 << 21;

  /// Evaluations, with long strings and lists counted as several.
  static final long STEPS = 10_000_000;

  /// Elements of a range, as in jinja2's sandbox.
  static final int RANGE = 100_000;

  /// Characters compared by one search for a substring.
  static final long SEARCH = 1L << 30;

  private Limits() {}
}
