package sirocco.checkpoint;

import sirocco.checkpoint.Role.Part;

/// Which row of a source matrix goes where when the rotary pairs of query and key are laid out
/// anew. Within a head of d rows, pair p is rows p and p + d/2 in one layout and rows 2p and 2p + 1
/// in the other. Rows are moved whole, so this works for quantised types too.
public sealed interface RowOrder {
  /// The row of the source for a row of the target.
  long source(long row);

  /// As they are.
  record Same() implements RowOrder {
    @Override
    public long source(long row) {
      return row;
    }
  }

  /// From halves to neighbours, in heads of `headDim` rows.
  record ToNeighbours(int headDim) implements RowOrder {
    @Override
    public long source(long row) {
      long within = row % headDim;
      return row - within + within % 2 * (headDim / 2) + within / 2;
    }
  }

  /// From neighbours to halves, in heads of `headDim` rows.
  record ToHalves(int headDim) implements RowOrder {
    @Override
    public long source(long row) {
      int half = headDim / 2;
      long within = row % headDim;
      return row - within + within % half * 2 + within / half;
    }
  }

  /// The order for the weight in this role.
  static RowOrder of(Role role, ModelConfig config, Rope.Layout from, Rope.Layout to) {
    boolean turned =
        role instanceof Role.Layer(_, Part part) && (part == Part.QUERY || part == Part.KEY);
    if (!turned || from == to) {
      return new Same();
    }
    return switch (to) {
      case NEIGHBOURS -> new ToNeighbours(config.headDim());
      case HALVES -> new ToHalves(config.headDim());
    };
  }
}
