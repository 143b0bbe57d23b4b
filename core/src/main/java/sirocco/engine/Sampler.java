package sirocco.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Chooses the tokens of one generation.
///
/// The order is: logit bias, repetition penalty, frequency and presence penalty, the user's
/// [LogitsFilter]s; then, unless the temperature is 0, temperature, top-k, top-p, min-p, each on
/// what the one before left, and one draw. This is the order of Hugging Face's processors and
/// warpers; llama.cpp's default chain applies the temperature last, so that its top-p looks at the
/// untempered distribution.
///
/// Ties always go to the lower id. The random source is L64X128MixRandom, one number a token, so
/// that a seed gives the same tokens on every machine that computes the same logits.
public final class Sampler {
  private static final RandomGeneratorFactory<RandomGenerator> RANDOM =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final SamplingSettings settings;
  private final List<LogitsFilter> filters;
  private final RandomGenerator random;

  public Sampler(SamplingSettings settings, List<LogitsFilter> filters) {
    this.settings = settings;
    this.filters = List.copyOf(filters);
    this.random = RANDOM.create(settings.seed());
  }

  /// A chosen token.
  ///
  /// @param logprob natural logarithm of the probability that the model itself gave it: of softmax
  ///   over the raw logits
  public record Choice(int id, double logprob) {}

  /// The likeliest tokens by the model's own probabilities, of equal ones the lower id first.
  ///
  /// @param logits `[V]`, raw
  static List<Choice> likeliest(float[] logits, int count) {
    if (count == 0) {
      return List.of();
    }
    int[] best = new int[Math.min(count, logits.length)];
    int found = 0;
    for (int id = 0; id < logits.length; id++) {
      if (found == best.length && !(logits[id] > logits[best[found - 1]])) {
        continue;
      }
      int place = found < best.length ? found++ : found - 1;
      while (place > 0 && logits[id] > logits[best[place - 1]]) {
        best[place] = best[place - 1];
        place--;
      }
      best[place] = id;
    }
    double logSum = logSumExp(logits);
    return Arrays.stream(best).mapToObj(id -> new Choice(id, logits[id] - logSum)).toList();
  }

  /// What the model thought of a token that was given.
  ///
  /// @param logits `[V]`, raw
  /// @throws EngineException if the logits are not numbers
  static Completion.Score score(float[] logits, int id, int top) {
    double logprob = logits[id] - logSumExp(logits);
    if (Double.isNaN(logprob)) {
      throw new EngineException(
          "the model's logits before token "
              + id
              + " of the prompt are no numbers; its weights or"
              + " its input are broken");
    }
    return new Completion.Score(id, logprob, likeliest(logits, top));
  }

  /// Chooses the next token.
  ///
  /// @param logits `[V]`; changed
  /// @param history every token so far
  /// @throws EngineException if the logits are not numbers, or bar every token
  public Choice sample(float[] logits, TokenHistory history) {
    check(logits, history);
    double logSum = logSumExp(logits);
    float[] raw = logits.clone();
    addBias(logits);
    penalise(logits, history);
    for (LogitsFilter filter : filters) {
      filter.apply(logits, history);
    }
    int best = argmax(logits, history);
    int id = settings.temperature() == 0 ? best : draw(logits, best);
    return new Choice(id, raw[id] - logSum);
  }

  private static void check(float[] logits, TokenHistory history) {
    for (int id = 0; id < logits.length; id++) {
      if (!(logits[id] < Float.POSITIVE_INFINITY)) {
        throw new EngineException(
            "step "
                + history.generatedSize()
                + ": the model's logit of token "
                + id
                + " is "
                + logits[id]
                + "; its weights or its input are broken");
      }
    }
  }

  private void addBias(float[] logits) {
    settings
        .logitBias()
        .forEach((id, bias) -> {
          if (id >= logits.length) {
            throw new EngineException(
                "logit_bias names token " + id + " of a vocabulary of " + logits.length);
          }
          logits[id] += bias.floatValue();
        });
  }

  private void penalise(float[] logits, TokenHistory history) {
    if (!settings.penalises()) {
      return;
    }
    int window = settings.penaltyWindow();
    int start = window == 0 ? 0 : Math.max(0, history.size() - window);
    // Times generated, 0 for a token that only the prompt has.
    Map<Integer, Integer> seen = new HashMap<>();
    for (int i = start; i < history.size(); i++) {
      seen.merge(history.id(i), i < history.promptSize() ? 0 : 1, Integer::sum);
    }
    seen.forEach((id, generated) -> {
      double logit = logits[id];
      double penalty = settings.repetitionPenalty();
      logit = logit > 0 ? logit / penalty : logit * penalty;
      logit -= generated * settings.frequencyPenalty();
      logit -= generated > 0 ? settings.presencePenalty() : 0;
      logits[id] = (float) logit;
    });
  }

  private static int argmax(float[] logits, TokenHistory history) {
    int best = -1;
    float bestLogit = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < logits.length; id++) {
      if (Float.isNaN(logits[id])) {
        throw new EngineException(
            "step "
                + history.generatedSize()
                + ": a filter made the logit of token "
                + id
                + " NaN");
      }
      if (logits[id] > bestLogit) {
        best = id;
        bestLogit = logits[id];
      }
    }
    if (best < 0) {
      throw new EngineException(
          "step " + history.generatedSize() + ": every token of the vocabulary is barred");
    }
    return best;
  }

  private int draw(float[] logits, int best) {
    double u = random.nextDouble();
    double[] weights = new double[logits.length];
    double total = 0;
    for (int id = 0; id < logits.length; id++) {
      weights[id] = Math.exp((logits[id] - logits[best]) / settings.temperature());
      total += weights[id];
    }
    if (settings.topK() == 0 && settings.topP() == 1 && settings.minP() == 0) {
      return walk(weights, identity(weights.length), weights.length, u * total);
    }
    int[] order = byWeight(weights, logits, total);
    int kept = settings.topK() == 0 ? order.length : Math.min(settings.topK(), order.length);
    kept = nucleus(weights, order, kept, settings.topK() == 0 ? total : sum(weights, order, kept));
    kept = likelyEnough(weights, order, kept);
    return walk(weights, order, kept, u * sum(weights, order, kept));
  }

  /// The ids by falling logit; the improbable ones that top-p drops for certain are left out.
  private int[] byWeight(double[] weights, float[] logits, double total) {
    // A token that top-p keeps has, with all behind it, more than 1 - p; none behind it is likelier
    // than itself, so it has more than (1 - p) / V. Half of that leaves room for rounding.
    double least = settings.topK() == 0 ? 0.5 * (1 - settings.topP()) * total / weights.length : -1;
    long[] keys = new long[weights.length];
    int count = 0;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > least || weights[id] == 1) {
        keys[count++] = ((long) descending(logits[id]) << 32) | id;
      }
    }
    Arrays.sort(keys, 0, count);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  /// An int that falls where the float rises. -0 counts as 0, which it equals.
  private static int descending(float value) {
    int bits = Float.floatToIntBits(value + 0f);
    return bits >= 0 ? ~bits : bits & 0x7fffffff;
  }

  /// How many of the first `kept` ids top-p keeps: those before which less than p is spent.
  private int nucleus(double[] weights, int[] order, int kept, double total) {
    if (settings.topP() == 1) {
      return kept; // not left to rounding
    }
    double spent = 0;
    int count = 0;
    while (count < kept && (count == 0 || spent < settings.topP() * total)) {
      spent += weights[order[count++]];
    }
    return count;
  }

  private int likelyEnough(double[] weights, int[] order, int kept) {
    int count = 1;
    // The likeliest token has weight 1.
    while (count < kept && weights[order[count]] >= settings.minP()) {
      count++;
    }
    return count;
  }

  private static int walk(double[] weights, int[] order, int kept, double target) {
    double sum = 0;
    int last = order[0];
    for (int i = 0; i < kept; i++) {
      if (weights[order[i]] > 0) {
        last = order[i];
        sum += weights[last];
        if (target < sum) {
          break;
        }
      }
    }
    return last;
  }

  private static double sum(double[] weights, int[] order, int kept) {
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += weights[order[i]];
    }
    return sum;
  }

  private static int[] identity(int count) {
    int[] ids = new int[count];
    Arrays.setAll(ids, i -> i);
    return ids;
  }

  /// log(sum(exp(logits))), without overflow.
  static double logSumExp(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    return max + Math.log(sum);
  }
}
