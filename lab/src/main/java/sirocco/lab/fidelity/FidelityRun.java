package sirocco.lab.fidelity;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import sirocco.engine.Engine;
import sirocco.lab.eval.EvaluationException;
import sirocco.lab.eval.Progress;
import sirocco.lab.statistics.Estimate;
import sirocco.model.Batch;
import sirocco.model.KvCache;
import sirocco.model.Model;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.Tensor;

/// Reads a text with a model and with its reference and compares what they foretell.
///
/// The text is cut into windows that begin with the opening token in the place of their own first
/// one; tokens of a window's second half are scored, those before them only read. llama.cpp does
/// the same, so that its figures compare. What is left behind the last window is not read.
public final class FidelityRun {
  private final Model reference;
  private final Model model;
  private final int window;
  private final int opening;

  /// @param window tokens of a window, an even number
  /// @throws EvaluationException if both have not the same vocabulary
  public FidelityRun(Engine reference, Engine model, int window) {
    this.reference = reference.model();
    this.model = model.model();
    this.window = window;
    int words = reference.model().config().vocabSize();
    int others = model.model().config().vocabSize();
    if (words != others) {
      throw new EvaluationException(
          "the reference has a vocabulary of %d and the model one of %d; they foretell different"
                  .formatted(words, others)
              + " things");
    }
    if (window < 4 || window % 2 != 0) {
      throw new EvaluationException("a window must be even and at least 4, found " + window);
    }
    this.opening =
        reference
            .tokenizer()
            .filter(t -> t.vocabulary().addBos())
            .flatMap(t -> t.vocabulary().bos().stream().boxed().findFirst())
            .orElse(-1);
  }

  /// What was found at one token of the text.
  private record Place(
      double ownReference, double own, double divergence, boolean sameTop, double greatestShift) {
    double shift() {
      return Math.exp(own) - Math.exp(ownReference);
    }
  }

  /// Compares.
  ///
  /// @param ids of the text, at least a window
  public Fidelity run(int[] ids, Progress progress) {
    int windows = ids.length / window;
    if (windows == 0) {
      throw new EvaluationException(
          "the text has %d tokens, fewer than a window of %d; take a longer text or a shorter window"
              .formatted(ids.length, window));
    }
    progress.begins(windows, 0);
    List<Place> places = new ArrayList<>();
    try (Workspace first = new Workspace();
        Workspace second = new Workspace()) {
      for (int i = 0; i < windows; i++) {
        int[] part = Arrays.copyOfRange(ids, i * window, (i + 1) * window);
        int[] read = part.clone();
        read[0] = opening < 0 ? read[0] : opening;
        places.addAll(compare(logits(reference, read, first), logits(model, read, second), part));
        progress.advances();
      }
    }
    return summary(places);
  }

  /// `[window / 2, V]`, of the second half.
  private Tensor logits(Model of, int[] ids, Workspace workspace) {
    int half = window / 2;
    try (KvCache cache = of.newCache(window, KvCache.Precision.F32)) {
      of.forward(Batch.prompt(cache, Arrays.copyOf(ids, half), Batch.Rows.NONE), workspace);
      int[] rest = Arrays.copyOfRange(ids, half, window);
      Output output = of.forward(Batch.prompt(cache, rest, Batch.Rows.ALL), workspace);
      return output.logits();
    }
  }

  /// The last row foretells a token of the next window and is left out.
  private List<Place> compare(Tensor expected, Tensor found, int[] ids) {
    int half = window / 2;
    return IntStream.range(0, half - 1)
        .parallel()
        .mapToObj(row -> place(row(expected, row), row(found, row), ids[half + row + 1]))
        .toList();
  }

  private static float[] row(Tensor logits, int row) {
    float[] values = new float[(int) logits.columns()];
    MemorySegment.copy(
        logits.data(), Tensor.FLOAT, row * logits.rowBytes(), values, 0, values.length);
    return values;
  }

  private static Place place(float[] reference, float[] model, int own) {
    double sumReference = logSumExp(reference);
    double sum = logSumExp(model);
    double divergence = 0;
    double shift = 0;
    int top = 0;
    int topReference = 0;
    for (int id = 0; id < model.length; id++) {
      double before = reference[id] - sumReference;
      double after = model[id] - sum;
      double probability = Math.exp(before);
      divergence += probability == 0 ? 0 : probability * (before - after);
      shift = Math.max(shift, Math.abs(Math.exp(after) - probability));
      top = model[id] > model[top] ? id : top;
      topReference = reference[id] > reference[topReference] ? id : topReference;
    }
    return new Place(
        reference[own] - sumReference, model[own] - sum, divergence, top == topReference, shift);
  }

  private static double logSumExp(float[] logits) {
    float most = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  private static Fidelity summary(List<Place> places) {
    double[] sorted = places.stream().mapToDouble(Place::divergence).sorted().toArray();
    return new Fidelity(
        places.size(),
        perplexity(places, Place::own),
        perplexity(places, Place::ownReference),
        mean(places, place -> place.ownReference() - place.own()),
        mean(places, Place::divergence),
        sorted[sorted.length / 2],
        sorted[sorted.length - 1],
        mean(places, place -> place.sameTop() ? 1 : 0),
        mean(places, Place::shift),
        Math.sqrt(mean(places, place -> place.shift() * place.shift()).value()),
        places.stream().mapToDouble(Place::greatestShift).max().orElseThrow());
  }

  private static Estimate mean(List<Place> places, ToDoubleFunction<Place> of) {
    return Estimate.mean(places.stream().mapToDouble(of).toArray());
  }

  /// exp of the mean, its error by the slope there.
  private static Estimate perplexity(List<Place> places, ToDoubleFunction<Place> own) {
    Estimate mean = mean(places, place -> -own.applyAsDouble(place));
    double value = Math.exp(mean.value());
    return new Estimate(
        value, value * mean.standardError(), Math.exp(mean.low()), Math.exp(mean.high()));
  }
}
