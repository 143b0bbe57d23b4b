package sirocco.checkpoint;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A key of PEFT's `rank_pattern` or `alpha_pattern`: a regular expression for a module's whole
/// path or for its end after a dot (source: peft, `get_pattern_key`).
///
/// Files choose these expressions, and some take longer than a life to fail: those that are no mere
/// name share a budget of steps.
final class ModulePattern {
  /// A second of matching; thousands of modules against dozens of expressions take a tenth.
  private static final long STEPS = 100_000_000;

  private static final int LONGEST = 1000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]+");

  private final String text;
  private final Pattern pattern;
  private final boolean isName;

  /// @throws PatternSyntaxException if it is not an expression that Java reads
  ModulePattern(String text) {
    if (text.length() > LONGEST) {
      throw new PatternSyntaxException("longer than " + LONGEST, text.substring(0, 20), -1);
    }
    if (text.indexOf('(') >= 0 || text.indexOf('{') >= 0) {
      // Only what these repeat can branch for ever without a step that is counted.
      throw new PatternSyntaxException("groups and {} are not read", text, 0);
    }
    this.text = text;
    this.pattern = Pattern.compile("(?:.*\\.)?(?:" + text + ")$");
    this.isName = NAME.matcher(text).matches();
  }

  /// Whether this is the key for a module.
  ///
  /// @throws IllegalStateException if the budget is used up
  boolean matches(String module, Budget budget) {
    return isName ? endsWithName(module) : pattern.matcher(new Counted(module, budget)).lookingAt();
  }

  /// In a name a dot stands for any character, as in every expression.
  private boolean endsWithName(String module) {
    int start = module.length() - text.length();
    if (start < 0 || (start > 0 && module.charAt(start - 1) != '.')) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '.' && text.charAt(i) != module.charAt(start + i)) {
        return false;
      }
    }
    return true;
  }

  /// Steps that all expressions of one file may take together.
  static final class Budget {
    private long left = STEPS;

    private void spend() {
      left--;
      if (left < 0) {
        throw new IllegalStateException("its expressions take too long to match");
      }
    }
  }

  /// A text that counts how often it is looked at.
  private record Counted(String text, Budget budget) implements CharSequence {
    @Override
    public char charAt(int index) {
      budget.spend();
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.substring(start, end), budget);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
