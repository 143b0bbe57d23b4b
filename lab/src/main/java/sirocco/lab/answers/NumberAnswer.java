package sirocco.lab.answers;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The answer to a problem of GSM8K: a number.
public final class NumberAnswer {
  /// What stands before the answer in the data set.
  private static final String MARK = "####";

  /// A minus behind a digit, a word or a bracket subtracts, as one before a space does; any other
  /// belongs to the number.
  private static final Pattern NUMBER =
      Pattern.compile("((?<![\\w)\\]])-)?(?:\\$(-)?)?(\\d[\\d,]*+(?:\\.\\d+)?|\\.\\d+)");

  /// Nobody counts further, and long numbers take time.
  private static final int MOST_DIGITS = 100;

  private NumberAnswer() {}

  /// The number behind the first `####` that has one on its line; in a text without, the last
  /// number.
  ///
  /// @return without trailing zeros, so that equal numbers are `equals`
  public static Optional<BigDecimal> of(String text) {
    for (int at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + 1)) {
      String line = text.substring(at + MARK.length()).lines().findFirst().orElse("");
      Matcher matcher = NUMBER.matcher(line);
      if (matcher.find()) {
        return number(matcher);
      }
    }
    Matcher matcher = NUMBER.matcher(text);
    Optional<BigDecimal> last = Optional.empty();
    while (matcher.find()) {
      last = number(matcher);
    }
    return last;
  }

  private static Optional<BigDecimal> number(Matcher found) {
    String digits = found.group(3).replace(",", "");
    if (digits.length() > MOST_DIGITS) {
      return Optional.empty();
    }
    BigDecimal size = new BigDecimal(digits).stripTrailingZeros();
    BigDecimal plain = size.scale() < 0 ? size.setScale(0) : size;
    boolean negative = found.group(1) != null || found.group(2) != null;
    return Optional.of(negative ? plain.negate() : plain);
  }
}
