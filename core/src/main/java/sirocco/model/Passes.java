package sirocco.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import sirocco.checkpoint.ModelConfig;

/// What every forward pass does with its batch before and after the arithmetic.
final class Passes {
  private Passes() {}

  /// Refuses what would fail half way, before anything is computed, and has the caches make room.
  static void check(Batch batch, ModelConfig config) {
    for (Batch.Part part : batch.parts()) {
      KvCache cache = part.cache();
      if (part.tokens().length > cache.capacity() - cache.length()) {
        throw new ModelException(
            "%d tokens after %d do not fit a context of %d"
                .formatted(part.tokens().length, cache.length(), cache.capacity()));
      }
      for (int token : part.tokens()) {
        if (token < 0 || token >= config.vocabSize()) {
          throw new ModelException(
              "token %d is outside the vocabulary of %d".formatted(token, config.vocabSize()));
        }
      }
    }
    batch.parts().forEach(part -> part.cache().reserve(part.tokens().length));
  }

  static int[] tokens(Batch batch) {
    return batch.parts().stream().flatMapToInt(p -> Arrays.stream(p.tokens())).toArray();
  }

  /// The adapter of each row.
  static int[] adapters(Batch batch) {
    int[] adapters = new int[batch.rows()];
    int row = 0;
    for (Batch.Part part : batch.parts()) {
      Arrays.fill(adapters, row, row + part.tokens().length, part.adapter());
      row += part.tokens().length;
    }
    return adapters;
  }

  /// The rows of the batch whose states are wanted, not their logits.
  static int[] stateRows(Batch batch) {
    int[] rows = new int[batch.rows()];
    int count = 0;
    int start = 0;
    for (Batch.Part part : batch.parts()) {
      int end = start + part.tokens().length;
      for (int row = start; part.logits() == Batch.Rows.STATES && row < end; row++) {
        rows[count++] = row;
      }
      start = end;
    }
    return Arrays.copyOf(rows, count);
  }

  /// The rows of the batch whose logits are wanted.
  static int[] wantedRows(Batch batch) {
    IntStream rows = IntStream.empty();
    int start = 0;
    for (Batch.Part part : batch.parts()) {
      int end = start + part.tokens().length;
      rows =
          IntStream.concat(
              rows,
              switch (part.logits()) {
                case NONE, STATES -> IntStream.empty();
                case LAST -> IntStream.of(end - 1);
                case ALL -> IntStream.range(start, end);
              });
      start = end;
    }
    return rows.toArray();
  }

  static void advance(Batch batch) {
    batch.parts().forEach(p -> p.cache().advance(p.tokens().length));
  }
}
