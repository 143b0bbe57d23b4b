package sirocco.train.synthetic;

/// A fact of a paragraph and whom it is about.
///
/// @param relation the same for facts of the same form
record Told(Subject subject, String relation, Fact fact) {
  /// What is said of the subject: the sentence without its first word, a pronoun, and without its
  /// full stop. Empty if the sentence does not begin with the pronoun.
  String predicate() {
    String start = English.capital(subject.pronoun().subject()) + " ";
    String sentence = fact.pronoun();
    boolean plain = sentence.startsWith(start) && sentence.endsWith(".");
    return plain ? sentence.substring(start.length(), sentence.length() - 1) : "";
  }

  String name() {
    return English.capital(subject.name());
  }
}
