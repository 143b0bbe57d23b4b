package sirocco.engine;

import java.util.List;
import java.util.Objects;
import sirocco.model.Routing;

/// What the routers decided for tokens that one session fed to the model in one pass.
public final class RoutedTokens {
  private final int position;
  private final int[] ids;
  private final List<Routing> routings;
  private final int firstRow;

  RoutedTokens(int position, int[] ids, List<Routing> routings, int firstRow) {
    this.position = position;
    this.ids = ids;
    this.routings = routings;
    this.firstRow = firstRow;
  }

  /// How many tokens.
  public int count() {
    return ids.length;
  }

  /// Layers with a router; 0 for a dense model.
  public int layers() {
    return routings.size();
  }

  /// Where token `index` stands in the session's text.
  public int position(int index) {
    return position + Objects.checkIndex(index, ids.length);
  }

  /// Token `index`.
  public int id(int index) {
    return ids[index];
  }

  /// The routing of a layer, of every session of the pass; [#row] finds a token in it.
  public Routing routing(int layer) {
    return routings.get(layer);
  }

  /// The row of token `index` in each [#routing].
  public int row(int index) {
    return firstRow + Objects.checkIndex(index, ids.length);
  }

  /// The expert of `layer` that token `index` chose as its `rank`-th.
  public int expert(int layer, int index, int rank) {
    return routings.get(layer).expert(row(index), rank);
  }
}
