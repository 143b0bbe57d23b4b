package sirocco.train.data;

import sirocco.lab.data.DataException;

/// How far a source was read.
///
/// @param epoch whole passes before this one
/// @param records of this pass, used or not
/// @param tokens taken from it since the start
/// @param unusable items since the start that were too long or had no answer
public record SourcePosition(String name, long epoch, long records, long tokens, long unusable) {
  public SourcePosition {
    if (epoch < 0 || records < 0 || tokens < 0 || unusable < 0) {
      throw new DataException(name + ": position: expected no negative number");
    }
  }

  static SourcePosition start(String name) {
    return new SourcePosition(name, 0, 0, 0, 0);
  }
}
