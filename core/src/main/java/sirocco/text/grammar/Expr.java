package sirocco.text.grammar;

import java.util.List;

/// What a text must look like. Every front end (JSON schema, regular expressions, GBNF) makes
/// these, and [Compiler] makes an automaton of them.
sealed interface Expr {
  /// [Repeat#most] without a bound.
  int UNBOUNDED = -1;

  /// The empty text.
  Expr EMPTY = new Sequence(List.of());

  /// One character of a set.
  record Chars(CharSet set) implements Expr {}

  /// Exactly this text.
  record Text(String text) implements Expr {}

  /// One after the other.
  record Sequence(List<Expr> parts) implements Expr {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /// One of them; none of no branches matches.
  record Choice(List<Expr> branches) implements Expr {
    public Choice {
      branches = List.copyOf(branches);
    }
  }

  /// `least` to `most` times the body.
  record Repeat(Expr body, int least, int most) implements Expr {}

  /// Entries in their order, each at most once, those that are not required may be left out; a
  /// separator between any two. With `more`, any number of those may follow.
  ///
  /// A choice could say the same, but only with a copy of every entry for each that may come before
  /// it.
  record Listing(List<Entry> entries, List<Expr> more, Expr separator) implements Expr {
    public Listing {
      entries = List.copyOf(entries);
      more = List.copyOf(more);
    }
  }

  /// An entry of a [Listing].
  record Entry(Expr body, boolean required) {}

  /// What the rule of this name says.
  record Call(String rule) implements Expr {}

  /// What an automaton accepts.
  record Regular(Dfa dfa) implements Expr {}

  static Expr sequence(Expr... parts) {
    return new Sequence(List.of(parts));
  }

  static Expr choice(Expr... branches) {
    return new Choice(List.of(branches));
  }

  static Expr text(String text) {
    return new Text(text);
  }

  static Expr optional(Expr body) {
    return new Repeat(body, 0, 1);
  }

  static Expr any(CharSet set, int least, int most) {
    return new Repeat(new Chars(set), least, most);
  }
}
