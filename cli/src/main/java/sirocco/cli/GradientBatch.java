package sirocco.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import sirocco.json.JsonFields;
import sirocco.train.data.Batch;

/// A batch of ids as trainers of Hugging Face take it: rows with an optional mask and labels.
///
/// @param auxiliaryCoefficient as the file says
record GradientBatch(Batch batch, OptionalDouble auxiliaryCoefficient) {
  /// One row without its padding; `targets` is what follows each token.
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Row(int[] ids, int[] targets) {}

  /// Reads a file.
  ///
  /// @throws InputException naming the field
  static GradientBatch read(Path file, int vocabulary) throws IOException {
    JsonFields json = JsonInput.read(file);
    boolean plain = json.node().isArray();
    JsonFields list =
        plain
            ? new JsonFields(json.node(), "ids", json.failure())
            : json.asObject()
                .get("ids")
                .orElseThrow(() -> json.error("ids: expected a list of lists, found nothing"));
    List<int[]> ids = JsonInput.rows(list, 0, vocabulary - 1, OptionalInt.empty());
    List<int[]> masks = plain ? ids.stream().map(GradientBatch::ones).toList() : masks(json, ids);
    List<int[]> labels = plain ? ids : labels(json, ids, vocabulary);
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < ids.size(); r++) {
      rows.add(row(ids.get(r), masks.get(r), labels.get(r), r, json));
    }
    OptionalDouble coefficient = plain ? OptionalDouble.empty() : json.real("router_aux_loss_coef");
    if (coefficient.orElse(0) < 0) {
      throw json.error("router_aux_loss_coef: expected at least 0, found " + coefficient);
    }
    Batch batch = batch(rows);
    if (batch.learned() == 0) {
      throw json.error((json.has("labels") ? "labels" : "ids") + ": leave nothing to predict");
    }
    return new GradientBatch(batch, coefficient);
  }

  private static int[] ones(int[] ids) {
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static List<int[]> masks(JsonFields json, List<int[]> ids) {
    return json.get("attention_mask")
        .map(list -> sameShape(list, JsonInput.rows(list, 0, 1, OptionalInt.empty()), ids))
        .orElseGet(() -> ids.stream().map(GradientBatch::ones).toList());
  }

  private static List<int[]> labels(JsonFields json, List<int[]> ids, int vocabulary) {
    OptionalInt none = OptionalInt.of(Batch.NONE);
    return json.get("labels")
        .map(list -> sameShape(list, JsonInput.rows(list, 0, vocabulary - 1, none), ids))
        .orElse(ids);
  }

  private static List<int[]> sameShape(JsonFields list, List<int[]> rows, List<int[]> ids) {
    List<Integer> expected = ids.stream().map(row -> row.length).toList();
    List<Integer> found = rows.stream().map(row -> row.length).toList();
    if (!found.equals(expected)) {
      int row =
          IntStream.range(0, Math.min(found.size(), expected.size()))
              .filter(r -> !found.get(r).equals(expected.get(r)))
              .findFirst()
              .orElse(-1);
      String message =
          row < 0
              ? ": expected " + expected.size() + " rows as ids has, found " + found.size()
              : "["
                  + row
                  + "]: expected "
                  + expected.get(row)
                  + " numbers as ids has, found "
                  + found.get(row);
      throw list.failure().apply(list.where() + message);
    }
    return rows;
  }

  private static Row row(int[] ids, int[] mask, int[] labels, int number, JsonFields json) {
    int[] seen = IntStream.range(0, mask.length).filter(t -> mask[t] == 1).toArray();
    String where = "attention_mask[" + number + "]: ";
    if (seen.length == 0) {
      throw json.error(where + "expected at least one 1, found none");
    }
    int from = seen[0];
    int to = seen[seen.length - 1] + 1;
    if (seen.length != to - from) {
      throw json.error(where + "expected zeros at the ends only, found some between ones");
    }
    int[] targets = new int[to - from];
    for (int t = from; t < to; t++) {
      targets[t - from] = t + 1 < to ? labels[t + 1] : Batch.NONE;
    }
    return new Row(Arrays.copyOfRange(ids, from, to), targets);
  }

  private static Batch batch(List<Row> rows) {
    int[] starts = new int[rows.size() + 1];
    for (int r = 0; r < rows.size(); r++) {
      starts[r + 1] = starts[r] + rows.get(r).ids().length;
    }
    return new Batch(
        rows.stream().flatMapToInt(row -> Arrays.stream(row.ids())).toArray(),
        rows.stream().flatMapToInt(row -> Arrays.stream(row.targets())).toArray(),
        starts);
  }
}
