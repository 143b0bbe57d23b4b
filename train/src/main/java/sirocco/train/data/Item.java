package sirocco.train.data;

/// What a source holds: text to learn from before it is tokenised.
public sealed interface Item permits Document, Dialogue, Preference {
  /// The name of its part of the mixture.
  String domain();
}
