package sirocco.engine;

/// How the states of a text's tokens become one vector.
public enum Pooling {
  /// their mean
  MEAN,
  /// the last one's
  LAST
}
