package sirocco.train.guidance;

/// One token that is to look at others of its segment.
///
/// @param row its position in the batch
/// @param columns the positions to look at, none of them behind it
/// @param known the position of the token that can be told after having looked: the first of the
///   sentence that the look is about, the token before, or the one that follows
@SuppressWarnings("ArrayRecordComponent") // a hot path; never compared
public record Sight(int row, int[] columns, int known) {}
