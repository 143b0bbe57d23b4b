package sirocco.train.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.checkpoint.ModelConfig;
import sirocco.train.data.Batch;
import sirocco.train.guidance.Pieces;
import sirocco.train.guidance.Sight;
import sirocco.train.guidance.Sights;
import sirocco.train.torch.Torch;

/// One batch under guidance: the terms of its layers, and what they came to.
final class Guided {
  private final Guidance guidance;
  private final Batch batch;
  private final int window;
  private final int headsPerGroup;
  private final List<Sights> segments = new ArrayList<>();
  private final double[] losses;

  Guided(Guidance guidance, Batch batch, Pieces pieces, ModelConfig config) {
    this.guidance = guidance;
    this.batch = batch;
    this.window = config.slidingWindow().orElse(Integer.MAX_VALUE);
    this.headsPerGroup = config.numAttentionHeads() / config.numKeyValueHeads();
    for (int s = 0; s < batch.segments(); s++) {
      segments.add(Sights.of(batch, s, pieces, window));
    }
    this.losses = new double[guidance.names().size()];
    Arrays.fill(losses, Double.NaN);
  }

  /// By [Guidance#names]: a guide's mean over rows and heads, a probe's over rows, in nats. NaN
  /// where nothing of the batch looks like that.
  double[] losses() {
    return losses;
  }

  /// The terms of a layer, times their weights.
  ///
  /// @param output [T, D] of the layer
  /// @param head [V, D]
  List<Tensor> terms(int layer, Attention.Result attention, Tensor output, Tensor head) {
    List<Tensor> terms = new ArrayList<>();
    List<Guidance.Guide> guides = guidance.guides();
    for (int g = 0; g < guides.size(); g++) {
      if (guides.get(g).layer() == layer) {
        long rows = rows(guides.get(g));
        if (rows > 0 && !guides.get(g).heads().isEmpty()) {
          Tensor mean = sum(looked(guides.get(g), attention)).div(new Scalar((double) rows));
          losses[g] = mean.item_double() / guides.get(g).heads().size();
          terms.add(mean.mul(new Scalar(guidance.weight())));
        }
      }
    }
    int p = guides.size();
    for (Guidance.Probe probe : guidance.probes()) {
      List<Sight> told = probe.guide().layer() == layer ? told(probe) : List.of();
      if (!told.isEmpty()) {
        Tensor mean = probed(probe, told, output, head);
        losses[p] = mean.item_double();
        terms.add(mean.mul(new Scalar(guidance.probeWeight())));
      }
      p++;
    }
    return terms;
  }

  private static Tensor sum(List<Tensor> terms) {
    return terms.stream().reduce(Tensor::add).orElseThrow();
  }

  private static List<Sight> sights(Sights segment, Guidance.Guide guide) {
    return segment.of(guide.look(), guide.nth());
  }

  private long rows(Guidance.Guide guide) {
    return segments.stream().mapToLong(segment -> sights(segment, guide).size()).sum();
  }

  /// The rows that a probe asks; what comes behind them they cannot tell.
  private List<Sight> told(Guidance.Probe probe) {
    return segments.stream()
        .flatMap(segment -> sights(segment, probe.guide()).stream())
        .filter(sight -> sight.known() + probe.asked() - 1 <= sight.row())
        .toList();
  }

  /// -log of the attention that falls where it should, summed over rows and heads; a term for each
  /// segment that has rows.
  private List<Tensor> looked(Guidance.Guide guide, Attention.Result attention) {
    int[] heads = guide.heads().stream().mapToInt(Integer::intValue).toArray();
    int[] groups = Arrays.stream(heads).map(head -> head / headsPerGroup).toArray();
    // [h, T, d]
    Tensor query = attention.query().index_select(1, Torch.longs(heads)).transpose(0, 1);
    Tensor key = attention.key().index_select(1, Torch.longs(groups)).transpose(0, 1);
    List<Tensor> sums = new ArrayList<>();
    for (int s = 0; s < segments.size(); s++) {
      List<Sight> sights = sights(segments.get(s), guide);
      if (!sights.isEmpty()) {
        int begin = batch.starts()[s];
        int columns =
            sights.stream().map(Sight::row).max(Comparator.naturalOrder()).orElseThrow()
                + 1
                - begin;
        int[] rows = sights.stream().mapToInt(Sight::row).toArray();
        Tensor asking = query.index_select(1, Torch.longs(rows)).to(ScalarType.Float);
        Tensor asked = key.narrow(1, begin, columns).to(ScalarType.Float);
        Tensor scores = torch.bmm(asking, asked.transpose(1, 2));
        Tensor all = scores.add(seen(sights, begin, columns)).logsumexp(2);
        Tensor right = scores.add(wanted(sights, begin, columns)).logsumexp(2);
        sums.add(all.sub(right).sum());
      }
    }
    return sums;
  }

  /// [R, n]: 0 where a row sees, else minus infinity.
  private Tensor seen(List<Sight> sights, int begin, int columns) {
    float[] mask = nothing(sights.size() * columns);
    for (int r = 0; r < sights.size(); r++) {
      int row = sights.get(r).row();
      int low = (int) Math.max(begin, (long) row - window + 1);
      Arrays.fill(mask, r * columns + low - begin, r * columns + row - begin + 1, 0);
    }
    return Torch.floats(mask, sights.size(), columns);
  }

  /// [R, n]: 0 where a row should look, else minus infinity.
  private Tensor wanted(List<Sight> sights, int begin, int columns) {
    float[] mask = nothing(sights.size() * columns);
    for (int r = 0; r < sights.size(); r++) {
      for (int column : sights.get(r).columns()) {
        mask[r * columns + column - begin] = 0;
      }
    }
    return Torch.floats(mask, sights.size(), columns);
  }

  private static float[] nothing(int count) {
    float[] mask = new float[count];
    Arrays.fill(mask, Float.NEGATIVE_INFINITY);
    return mask;
  }

  /// The mean cross entropy of what a probe says was found.
  private Tensor probed(Guidance.Probe probe, List<Sight> told, Tensor output, Tensor head) {
    int[] rows = told.stream().mapToInt(Sight::row).toArray();
    int[] found =
        told.stream().mapToInt(sight -> batch.ids()[sight.known() + probe.asked() - 1]).toArray();
    Tensor hidden = unit(output.index_select(0, Torch.longs(rows)));
    double width = hidden.size(1);
    Tensor words = head.detach();
    Tensor scale = words.square().mean(new ScalarTypeOptional()).mul(new Scalar(width)).rsqrt();
    Tensor logits = torch.linear(torch.linear(hidden, probe.matrix().value()), words.mul(scale));
    Tensor surprisals =
        logits
            .log_softmax(1)
            .gather(1, Torch.longs(found).unsqueeze(1))
            .mean(new ScalarTypeOptional());
    return surprisals.neg();
  }

  /// Rows of root mean square 1.
  private static Tensor unit(Tensor rows) {
    Tensor square = rows.square().mean(new long[] {-1}, true, new ScalarTypeOptional());
    return rows.mul(square.add(new Scalar(1e-9)).rsqrt());
  }
}
