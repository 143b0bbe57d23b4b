package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import sirocco.train.data.Batch;
import sirocco.train.torch.Torch;

/// Adds the gradients of one micro-batch to the parameters. A step's loss is
///
/// `Σ cross entropy / learned + Σ_batches tokens_b / tokens * (balance + z)`
///
/// with `learned` and `tokens` counted over all its micro-batches and processes, so that it does
/// not depend on how they were cut.
///
/// @param balance the routers' losses
/// @param recompute whether activations are kept for one layer only and the layers computed a
///   second time on the way back, with the experts chosen the first time (arXiv 1604.06174)
public record Gradients(Balance balance, boolean recompute) {
  /// Positions whose logits are held at a time: [512, V] float32.
  private static final int CHUNK = 512;

  /// libtorch's number for a loss that is added up.
  private static final int SUM = 2;

  /// What to divide by: counts over the whole step.
  public record Totals(long learned, long tokens) {}

  /// Sums of one micro-batch, to be added up.
  ///
  /// @param crossEntropy summed over targets, in nats
  /// @param balanceLoss before its coefficient
  /// @param counts [layers][E] choices of each expert
  /// @param entropies the mean entropy of each layer's router, in nats
  public record Sums(
      double crossEntropy,
      long learned,
      long tokens,
      double balanceLoss,
      double zLoss,
      long[][] counts,
      double[] entropies) {}

  /// Forward and backward.
  public Sums add(TrainableModel model, Batch batch, Totals totals) {
    try (var _ = new PointerScope()) {
      return recompute ? recomputed(model, batch, totals) : kept(model, batch, totals);
    }
  }

  private Sums kept(TrainableModel model, Batch batch, Totals totals) {
    TrainableModel.Forward forward = model.forward(batch);
    Tensor leaf = leaf(forward.hidden());
    double crossEntropy = head(model, leaf, batch, totals);
    Auxiliary auxiliary = auxiliary(forward.routings(), share(batch, totals));
    List<Tensor> roots = new ArrayList<>(List.of(forward.hidden()));
    List<Tensor> seeds = new ArrayList<>(List.of(leaf.grad()));
    for (Tensor loss : auxiliary.losses()) {
      roots.add(loss);
      seeds.add(torch.ones_like(loss));
    }
    backward(roots, seeds);
    return sums(crossEntropy, batch, auxiliary, forward.routings());
  }

  private Sums recomputed(TrainableModel model, Batch batch, Totals totals) {
    List<Tensor> inputs = new ArrayList<>();
    List<Routing> routings = new ArrayList<>();
    Tensor last = withoutGraph(model, batch, inputs, routings);
    Tensor top = leaf(last);
    Tensor hidden = model.finish(top);
    Tensor leaf = leaf(hidden);
    double crossEntropy = head(model, leaf, batch, totals);
    backward(List.of(hidden), List.of(leaf.grad()));
    Tensor gradient = top.grad();
    Auxiliary seen = auxiliary(routings, share(batch, totals));
    for (int layer = model.layers() - 1; layer >= 0; layer--) {
      gradient = again(model, batch, layer, inputs.get(layer), gradient, routings, totals);
    }
    backward(List.of(model.embed(batch)), List.of(gradient));
    return sums(crossEntropy, batch, seen, routings);
  }

  private static Tensor withoutGraph(
      TrainableModel model, Batch batch, List<Tensor> inputs, List<Routing> routings) {
    try (var _ = new NoGradGuard()) {
      Pass pass = model.pass(batch);
      Tensor x = model.embed(batch);
      for (int layer = 0; layer < model.layers(); layer++) {
        inputs.add(x);
        var result = model.layer(layer, x, pass, Optional.empty());
        result.routing().ifPresent(routings::add);
        x = result.output();
      }
      return x;
    }
  }

  /// A layer's second computation and its gradients; the gradient of its input.
  private Tensor again(
      TrainableModel model,
      Batch batch,
      int layer,
      Tensor input,
      Tensor gradient,
      List<Routing> routings,
      Totals totals) {
    Tensor x = leaf(input);
    Optional<Tensor> chosen =
        routings.isEmpty() ? Optional.empty() : Optional.of(routings.get(layer).chosen());
    var result = model.layer(layer, x, model.pass(batch), chosen);
    List<Tensor> roots = new ArrayList<>(List.of(result.output()));
    List<Tensor> seeds = new ArrayList<>(List.of(gradient));
    if (result.routing().isPresent()) {
      List<Routing> graph = new ArrayList<>(routings);
      graph.set(layer, result.routing().get());
      for (Tensor loss : losses(graph, layer, share(batch, totals))) {
        roots.add(loss);
        seeds.add(torch.ones_like(loss));
      }
    }
    backward(roots, seeds);
    return x.grad();
  }

  /// Cross entropy summed over the targets of a batch, in nats.
  ///
  /// @param hidden [T, D]
  public static double crossEntropy(TrainableModel model, Tensor hidden, Batch batch) {
    return head(model, hidden, batch, loss -> {});
  }

  private static double head(TrainableModel model, Tensor hidden, Batch batch, Totals totals) {
    if (batch.learned() == 0) {
      hidden.mutable_grad().put(torch.zeros_like(hidden));
    }
    Scalar share = new Scalar((double) totals.learned());
    return head(model, hidden, batch, loss -> loss.div(share).backward());
  }

  /// The head and the cross entropy, a chunk of positions at a time.
  private static double head(
      TrainableModel model, Tensor hidden, Batch batch, Consumer<Tensor> each) {
    int[] learned = learned(batch);
    double sum = 0;
    for (int start = 0; start < learned.length; start += CHUNK) {
      try (var _ = new PointerScope()) {
        // The last chunk is filled up, so that there is one shape of product: see Dispatch.
        int[] rows = new int[Math.min(CHUNK, learned.length)];
        int[] targets = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
          boolean real = start + i < learned.length;
          rows[i] = real ? learned[start + i] : 0;
          targets[i] = real ? batch.targets()[rows[i]] : Batch.NONE;
        }
        Tensor logits = model.logits(hidden.index_select(0, Torch.longs(rows)));
        Tensor loss =
            torch.cross_entropy_loss(
                logits, Torch.longs(targets), new TensorOptional(), SUM, Batch.NONE, 0);
        sum += loss.item_double();
        each.accept(loss);
      }
    }
    return sum;
  }

  private static int[] learned(Batch batch) {
    return IntStream.range(0, batch.tokens())
        .filter(t -> batch.targets()[t] != Batch.NONE)
        .toArray();
  }

  private static double share(Batch batch, Totals totals) {
    return (double) batch.tokens() / totals.tokens();
  }

  /// @param losses to be added to the loss, with their graphs
  private record Auxiliary(List<Tensor> losses, double balance, double z) {}

  private Auxiliary auxiliary(List<Routing> routings, double share) {
    List<Tensor> losses = new ArrayList<>();
    double sum = 0;
    double z = 0;
    List<Tensor> terms = balance.terms(routings);
    for (int layer = 0; layer < routings.size(); layer++) {
      sum += terms.get(layer).item_double();
      z += Balance.zTerm(routings.get(layer).logits(), routings.size()).item_double();
      losses.addAll(losses(routings, layer, share));
    }
    return new Auxiliary(losses, sum, z);
  }

  /// One layer's losses, times their coefficients.
  private List<Tensor> losses(List<Routing> routings, int layer, double share) {
    List<Tensor> losses = new ArrayList<>();
    if (balance.coefficient() > 0) {
      losses.add(balance.terms(routings).get(layer).mul(new Scalar(share * balance.coefficient())));
    }
    if (balance.zCoefficient() > 0) {
      losses.add(
          Balance.zTerm(routings.get(layer).logits(), routings.size())
              .mul(new Scalar(share * balance.zCoefficient())));
    }
    return losses;
  }

  private static Sums sums(
      double crossEntropy, Batch batch, Auxiliary auxiliary, List<Routing> routings) {
    return new Sums(
        crossEntropy,
        batch.learned(),
        batch.tokens(),
        auxiliary.balance(),
        auxiliary.z(),
        routings.stream().map(Routing::counts).toArray(long[][]::new),
        routings.stream().mapToDouble(Gradients::entropy).toArray());
  }

  private static double entropy(Routing routing) {
    Tensor logs = routing.logits().detach().log_softmax(1);
    return -logs.exp().mul(logs).sum(1).mean(new long[] {0}).item_double();
  }

  private static Tensor leaf(Tensor x) {
    return x.detach().requires_grad_(true);
  }

  private static void backward(List<Tensor> roots, List<Tensor> seeds) {
    torch.backward(
        new TensorVector(roots.toArray(Tensor[]::new)),
        new TensorVector(seeds.toArray(Tensor[]::new)),
        new BoolOptional(),
        false,
        new TensorVector());
  }
}
