package sirocco.train.synthetic;

import java.util.HashMap;
import java.util.Map;

/// Whom or what a paragraph tells about.
///
/// @param sort `person`, `pet`, `place`, …: what can be said of it
record Subject(String sort, String name, Pronoun pronoun) {
  enum Pronoun {
    SHE("she", "her"),
    HE("he", "his"),
    IT("it", "its");

    private final String subject;
    private final String possessive;

    Pronoun(String subject, String possessive) {
      this.subject = subject;
      this.possessive = possessive;
    }

    String subject() {
      return subject;
    }

    String possessive() {
      return possessive;
    }
  }

  /// The places of a wording that stand for the subject: `N` its name everywhere; as the name or
  /// the pronoun `S` and `s` (with and without a capital letter) and `P` (whose, with a capital
  /// letter); `p` the possessive pronoun.
  Map<String, String> places(boolean named) {
    Map<String, String> places = new HashMap<>();
    String subject = named ? name : pronoun.subject;
    places.put("N", name);
    places.put("S", English.capital(subject));
    places.put("s", subject);
    places.put("o", pronoun.subject);
    places.put("P", English.capital(named ? name + "'s" : pronoun.possessive));
    places.put("p", pronoun.possessive);
    return places;
  }
}
