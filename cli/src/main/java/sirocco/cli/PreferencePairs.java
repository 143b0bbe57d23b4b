package sirocco.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import sirocco.checkpoint.SafetensorsFile;
import sirocco.json.JsonFields;
import sirocco.tensor.DType;
import sirocco.tensor.Tensor;
import sirocco.train.data.Batch;
import sirocco.train.data.Example;

/// Pairs of answers as token ids, to be judged.
///
/// @param pairs each a batch of two segments, the chosen and the rejected answer
/// @param reference log-probabilities, if the file has them: two a pair, chosen first
record PreferencePairs(List<Batch> pairs, Optional<List<double[]>> reference) {
  /// Reads `.safetensors` with `dpo.chosen` and so on, or JSON.
  ///
  /// @throws InputException naming the field
  static PreferencePairs read(Path file, int vocabulary) throws IOException {
    return isSafetensors(file) ? safetensors(file, vocabulary) : json(file, vocabulary);
  }

  static boolean isSafetensors(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
  }

  private static PreferencePairs json(Path file, int vocabulary) throws IOException {
    JsonFields json = JsonInput.read(file).asObject();
    List<int[]> chosen = rows(json, "chosen", vocabulary);
    List<int[]> rejected = rows(json, "rejected", vocabulary);
    List<Integer> prompts = json.integers("prompt_length");
    if (prompts.isEmpty()) {
      throw json.error("prompt_length: expected an integer or one for each pair, found nothing");
    }
    return new PreferencePairs(
        batches(file, chosen, rejected, prompts), reference(json, chosen.size()));
  }

  private static List<int[]> rows(JsonFields json, String name, int vocabulary) {
    JsonFields list =
        json.get(name)
            .orElseThrow(() -> json.error(name + ": expected a list of lists, found nothing"));
    return JsonInput.rows(list, 0, vocabulary - 1, OptionalInt.empty());
  }

  private static List<Batch> batches(
      Path file, List<int[]> chosen, List<int[]> rejected, List<Integer> prompts) {
    if (rejected.size() != chosen.size()) {
      throw new InputException(
          file
              + ": rejected: expected "
              + chosen.size()
              + " rows as chosen has, found "
              + rejected.size());
    }
    if (prompts.size() != 1 && prompts.size() != chosen.size()) {
      throw new InputException(
          file
              + ": prompt_length: expected 1 or "
              + chosen.size()
              + " numbers, found "
              + prompts.size());
    }
    List<Batch> batches = new ArrayList<>();
    for (int p = 0; p < chosen.size(); p++) {
      int prompt = prompts.get(prompts.size() == 1 ? 0 : p);
      int most = Math.min(chosen.get(p).length, rejected.get(p).length) - 1;
      if (prompt < 1 || prompt > most) {
        throw new InputException(
            file
                + ": prompt_length of pair "
                + p
                + ": expected 1 to "
                + most
                + ", so that both answers have a token, found "
                + prompt);
      }
      batches.add(
          Batch.of(List.of(answer(chosen.get(p), prompt), answer(rejected.get(p), prompt))));
    }
    return batches;
  }

  private static Example answer(int[] ids, int prompt) {
    boolean[] learned = new boolean[ids.length];
    Arrays.fill(learned, prompt, ids.length, true);
    return new Example(ids, learned, "pairs");
  }

  /// `reference_chosen` and `reference_rejected` of an object, if it has them.
  static Optional<List<double[]>> reference(JsonFields json, int pairs) {
    if (!json.has("reference_chosen") && !json.has("reference_rejected")) {
      return Optional.empty();
    }
    double[] chosen = numbers(json, "reference_chosen", pairs);
    double[] rejected = numbers(json, "reference_rejected", pairs);
    return Optional.of(
        IntStream.range(0, pairs).mapToObj(p -> new double[] {chosen[p], rejected[p]}).toList());
  }

  private static double[] numbers(JsonFields json, String name, int count) {
    List<JsonFields> list = json.requiredList(name);
    if (list.size() != count) {
      throw json.error(name + ": expected " + count + " numbers, found " + list.size());
    }
    return list.stream().mapToDouble(PreferencePairs::finite).toArray();
  }

  private static double finite(JsonFields field) {
    double number = field.node().isNumber() ? field.node().asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw field.bad("a number");
    }
    return number;
  }

  private static PreferencePairs safetensors(Path file, int vocabulary) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      List<int[]> chosen = rows(file, opened, "dpo.chosen", vocabulary);
      List<int[]> rejected = rows(file, opened, "dpo.rejected", vocabulary);
      List<Integer> prompts =
          rows(file, opened, "dpo.prompt_length", Integer.MAX_VALUE).stream()
              .flatMapToInt(Arrays::stream)
              .boxed()
              .toList();
      List<Batch> pairs = batches(file, chosen, rejected, prompts);
      return new PreferencePairs(
          pairs,
          opened
              .find("dpo.reference_logps")
              .map(tensor -> reference(file, tensor.toFloats(), pairs.size())));
    }
  }

  /// The chosen answers' come first.
  private static List<double[]> reference(Path file, float[] values, int pairs) {
    if (values.length != 2 * pairs) {
      throw new InputException(
          file
              + ": dpo.reference_logps: expected "
              + 2 * pairs
              + " numbers, found "
              + values.length);
    }
    return IntStream.range(0, pairs)
        .mapToObj(p -> new double[] {values[p], values[pairs + p]})
        .toList();
  }

  /// The rows of an int32 matrix, or a vector as one row.
  private static List<int[]> rows(Path file, SafetensorsFile opened, String name, int most) {
    Tensor tensor = opened.tensor(name);
    int rank = tensor.shape().rank();
    long count = tensor.shape().elements();
    if (tensor.dtype() != DType.I32 || rank < 1 || rank > 2 || count == 0 || count > 1 << 24) {
      throw new InputException(
          file
              + ": "
              + name
              + ": expected a matrix of int32, found "
              + tensor.dtype()
              + " "
              + tensor.shape());
    }
    int columns = Math.toIntExact(tensor.shape().extent(rank - 1));
    List<int[]> rows = new ArrayList<>();
    for (int r = 0; r < count / columns; r++) {
      int[] row = new int[columns];
      for (int c = 0; c < columns; c++) {
        row[c] = tensor.data().getAtIndex(Tensor.INT, (long) r * columns + c);
        if (row[c] < 0 || row[c] >= most) {
          throw new InputException(
              file
                  + ": "
                  + name
                  + "["
                  + r
                  + "]["
                  + c
                  + "]: expected an integer from 0 to "
                  + (most - 1)
                  + ", found "
                  + row[c]);
        }
      }
      rows.add(row);
    }
    return rows;
  }
}
