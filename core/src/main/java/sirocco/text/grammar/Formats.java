package sirocco.text.grammar;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The string formats of JSON schema that are honoured, as regular expressions: what they accept is
/// valid, not all that is valid is accepted.
final class Formats {
  private static final String HOUR = "([01][0-9]|2[0-3])";
  private static final String MINUTE = "[0-5][0-9]";

  /// RFC 3339 without leap seconds.
  private static final String TIME =
      HOUR + ":" + MINUTE + ":" + MINUTE + "(\\.[0-9]{1,9})?(Z|[+-]" + HOUR + ":" + MINUTE + ")";

  /// A year with a 29 February: divisible by 4, and by 400 if by 100.
  private static final String LEAP_YEAR =
      "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";

  private static final String DATE =
      "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
          + "|02-(0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";

  /// RFC 3339, appendix A: units in their order, none left out between two.
  private static final String DURATION =
      "P([0-9]{1,4}W|(DATE)(T(CLOCK))?|T(CLOCK))"
          .replace("DATE", "NY(NM(ND)?)?|NM(ND)?|ND")
          .replace("CLOCK", "NH(NM(NS)?)?|NM(NS)?|NS")
          .replace("N", "[0-9]{1,4}");

  /// RFC 1123; never two hyphens in a row, which only encoded names have.
  private static final String LABEL = "[A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20}){0,2}";

  private static final String HOST = "LABEL(\\.LABEL){0,3}".replace("LABEL", LABEL);

  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String IPV4 = BYTE + "(\\." + BYTE + "){3}";

  private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  /// RFC 5321's dot-string before the @.
  private static final String EMAIL =
      "[A-Za-z0-9_%+-]{1,30}(\\.[A-Za-z0-9_%+-]{1,30})?@LABEL(\\.LABEL){0,2}\\.[A-Za-z]{2,12}"
          .replace("LABEL", LABEL);

  /// RFC 3986 with a host.
  private static final String URI =
      "[a-z][a-z0-9+.-]{1,15}://HOST(:[1-9][0-9]{0,3})?(/CHAR*)*(\\?CHAR*)?(#CHAR*)?"
          .replace("HOST", HOST)
          .replace("CHAR", "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})");

  private static final Map<String, String> PATTERNS =
      new TreeMap<>(
          Map.of(
              "date-time", DATE + "T" + TIME,
              "date", DATE,
              "time", TIME,
              "duration", DURATION,
              "email", EMAIL,
              "hostname", HOST,
              "ipv4", IPV4,
              "ipv6", ipv6(),
              "uuid", UUID,
              "uri", URI));

  private Formats() {}

  /// The names of all.
  static String names() {
    return String.join(", ", PATTERNS.keySet());
  }

  static Optional<Expr> named(String name) {
    return Optional.ofNullable(PATTERNS.get(name)).map(RegexParser::whole);
  }

  /// Eight groups, or fewer with `::` once where at least two are left out (RFC 4291, 2.2).
  private static String ipv6() {
    String group = "[0-9a-fA-F]{1,4}";
    StringBuilder out = new StringBuilder("(" + group + "(:" + group + "){7}");
    for (int before = 0; before <= 6; before++) {
      int after = 6 - before;
      out.append('|');
      out.append(before == 0 ? "" : group + "(:" + group + "){" + (before - 1) + "}");
      out.append("::");
      out.append(after == 0 ? "" : "(" + group + "(:" + group + "){0," + (after - 1) + "})?");
    }
    return out.append(')').toString();
  }
}
