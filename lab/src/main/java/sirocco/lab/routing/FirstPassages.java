package sirocco.lab.routing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/// Keeps the first passage of every domain, to be shown.
public final class FirstPassages implements Consumer<Passage> {
  private final List<Passage> kept = new ArrayList<>();

  @Override
  public void accept(Passage passage) {
    if (passage.document() == 0 && passage.position() == 0) {
      kept.add(passage);
    }
  }

  /// In the order they came.
  public List<Passage> kept() {
    return Collections.unmodifiableList(kept);
  }
}
