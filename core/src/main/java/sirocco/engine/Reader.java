package sirocco.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.model.Batch;
import sirocco.model.Model;
import sirocco.model.Output;
import sirocco.model.Workspace;
import sirocco.tensor.Kernels.Phase;
import sirocco.tensor.Tensor;

/// Passes over given ids, for what they tell of them: nothing is generated.
final class Reader {
  private final Model model;
  private final Workspace workspace;
  private final WatchedPasses passes;
  private final int most;

  /// @param workspace whose lock each pass takes
  /// @param passes told of each
  /// @param most ids in one pass
  Reader(Model model, Workspace workspace, WatchedPasses passes, int most) {
    this.model = model;
    this.workspace = workspace;
    this.passes = passes;
    this.most = most;
  }

  /// Feeds ids and adds up, or takes the last of, the states that the head would read.
  ///
  /// @param states `[D]`, receives them
  void states(Session session, int[] ids, Pooling pooling, float[] states) {
    synchronized (workspace) {
      Tensor rows = pass(session, ids, Batch.Rows.STATES).states();
      int first = pooling == Pooling.MEAN ? 0 : ids.length - 1;
      for (int i = first; i < ids.length; i++) {
        for (int d = 0; d < states.length; d++) {
          states[d] =
              rows.getFloat((long) i * states.length + d)
                  + (pooling == Pooling.MEAN ? states[d] : 0);
        }
      }
    }
  }

  /// Feeds ids and fills `scores` with the negative log-likelihoods of those from the second on.
  ///
  /// @param fed how many: all, or all but the last, which nothing is asked of
  /// @param routed told of each pass
  void score(Session session, int[] ids, int fed, double[] scores, Consumer<RoutedTokens> routed) {
    float[] logits = new float[model.config().vocabSize()];
    synchronized (workspace) {
      for (int start = 0; start < fed; start += most) {
        int count = Math.min(most, fed - start);
        int[] chunk = Arrays.copyOfRange(ids, start, start + count);
        Output output = pass(session, chunk, Batch.Rows.ALL);
        for (int i = start; i < Math.min(start + count, scores.length); i++) {
          Engine.copyRow(output.logits(), i - start, logits);
          scores[i] = Sampler.logSumExp(logits) - logits[ids[i + 1]];
        }
        routed.accept(new RoutedTokens(start, chunk, output.routings(), 0));
      }
    }
  }

  /// Feeds ids in chunks. The last one's logits are computed, as a generation would need them.
  void feed(Session session, int[] ids) {
    synchronized (workspace) {
      for (int start = 0; start < ids.length; start += most) {
        int end = Math.min(start + most, ids.length);
        Batch.Rows rows = end == ids.length ? Batch.Rows.LAST : Batch.Rows.NONE;
        pass(session, Arrays.copyOfRange(ids, start, end), rows);
      }
    }
  }

  /// One pass of one session, which is cleared if the pass fails.
  private Output pass(Session session, int[] ids, Batch.Rows rows) {
    try {
      var batch = new Batch(Phase.PROMPT, List.of(session.part(ids, rows)));
      Optional<WatchedPasses.Watched> watched = passes.begin(Phase.PROMPT, List.of());
      Output output = model.forward(batch, workspace);
      session.fed(ids);
      watched.ifPresent(w -> w.end(batch, output));
      return output;
    } catch (RuntimeException | Error e) {
      session.clear();
      throw e;
    }
  }
}
