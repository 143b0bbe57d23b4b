package sirocco.train.data;

/// A sequence to learn from.
///
/// @param ids its tokens, with BOS and EOS where it has them
/// @param learned which of them the model is to predict: `learned[i]` makes token `i` a target of
///   position `i - 1`; the first is never one
/// @param domain the name of its part of the mixture
@SuppressWarnings("ArrayRecordComponent") // a hot path; never compared
public record Example(int[] ids, boolean[] learned, String domain) {
  public Example {
    if (ids.length == 0 || ids.length != learned.length) {
      throw new IllegalArgumentException(
          "an example needs one mark a token: " + ids.length + " ids, " + learned.length);
    }
  }
}
