package sirocco.lab.sandbox;

/// A program of Python.
///
/// @param stdin what it can read; it may leave it
public record Program(String source, String stdin, Limits limits) {
  /// A program that reads nothing.
  public Program(String source, Limits limits) {
    this(source, "", limits);
  }
}
