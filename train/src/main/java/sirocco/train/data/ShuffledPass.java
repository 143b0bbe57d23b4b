package sirocco.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import sirocco.lab.data.RawRecord;
import sirocco.lab.data.RecordReader;

/// A pass in random order: the next record is drawn from a window that slides over the file.
final class ShuffledPass implements Pass {
  private final RecordReader reader;
  private final Function<RawRecord, Optional<Item>> parser;
  private final int size;
  private final RandomGenerator random;
  private final List<RawRecord> window = new ArrayList<>();
  private boolean exhausted;
  private @Nullable RawRecord present;

  /// @param size records in the window; 1 keeps the file's order
  ShuffledPass(
      RecordReader reader,
      Function<RawRecord, Optional<Item>> parser,
      int size,
      RandomGenerator random) {
    this.reader = reader;
    this.parser = parser;
    this.size = size;
    this.random = random;
  }

  @Override
  public boolean advance() {
    while (!exhausted && window.size() < size) {
      RawRecord next = reader.next();
      if (next == null) {
        exhausted = true;
      } else {
        window.add(next);
      }
    }
    if (window.isEmpty()) {
      present = null;
      return false;
    }
    int last = window.size() - 1;
    int pick = size == 1 ? 0 : random.nextInt(window.size());
    present = window.get(pick);
    window.set(pick, window.get(last));
    window.removeLast();
    return true;
  }

  private RawRecord present() {
    if (present == null) {
      throw new IllegalStateException("the pass stands at no record");
    }
    return present;
  }

  @Override
  public long record() {
    return present().number();
  }

  @Override
  public Optional<Item> item() {
    return parser.apply(present());
  }

  @Override
  public void close() {
    reader.close();
  }
}
