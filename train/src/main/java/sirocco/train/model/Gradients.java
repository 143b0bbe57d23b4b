package sirocco.train.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import sirocco.train.data.Batch;

/// Adds the gradients of one micro-batch to the parameters. A step's loss is
///
/// `Σ loss / learned + Σ_batches tokens_b / tokens * (balance + z + guidance)`
///
/// with `learned` and `tokens` counted over all its micro-batches and processes, so that it does
/// not depend on how they were cut.
///
/// @param balance the routers' losses
/// @param recompute whether activations are kept for one layer only and the layers computed a
///   second time on the way back, with the experts chosen the first time (arXiv 1604.06174)
/// @param guidance of attention
public record Gradients(Balance balance, boolean recompute, Optional<Guidance> guidance) {
  /// Without guidance.
  public Gradients(Balance balance, boolean recompute) {
    this(balance, recompute, Optional.empty());
  }

  /// What to divide by: counts over the whole step.
  ///
  /// @param learned what the loss is divided by: targets, or another loss's own count
  /// @param tokens what the routers' losses are divided by
  public record Totals(long learned, long tokens) {}

  /// Sums of one micro-batch, to be added up.
  ///
  /// @param crossEntropy summed over targets, in nats
  /// @param balanceLoss before its coefficient
  /// @param counts `[layers][E]` choices of each expert
  /// @param entropies the mean entropy of each layer's router, in nats
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Sums(
      double crossEntropy,
      long learned,
      long tokens,
      double balanceLoss,
      double zLoss,
      long[][] counts,
      double[] entropies) {}

  /// A loss's own account of a micro-batch, and its routers'.
  ///
  /// @param balanceLoss before its coefficient
  /// @param counts `[layers][E]` choices of each expert
  /// @param entropies the mean entropy of each layer's router, in nats
  /// @param guidance by [Guidance#names], in nats; NaN where there was nothing to look at
  @SuppressWarnings("ArrayRecordComponent") // made once a micro-batch, never compared
  public record Step<R>(
      R loss,
      double balanceLoss,
      double zLoss,
      long[][] counts,
      double[] entropies,
      double[] guidance) {}

  /// Forward and backward with cross entropy.
  public Sums add(TrainableModel model, Batch batch, Totals totals) {
    Step<Double> step = add(model, batch, totals, new CrossEntropy());
    return new Sums(
        step.loss(),
        batch.learned(),
        batch.tokens(),
        step.balanceLoss(),
        step.zLoss(),
        step.counts(),
        step.entropies());
  }

  /// Forward and backward.
  public <R> Step<R> add(TrainableModel model, Batch batch, Totals totals, Loss<R> loss) {
    try (var _ = new PointerScope()) {
      Optional<Guided> guided = guidance.map(g -> g.on(batch, model.config()));
      return recompute
          ? recomputed(model, batch, totals, loss, guided)
          : kept(model, batch, totals, loss, guided);
    }
  }

  private <R> Step<R> kept(
      TrainableModel model, Batch batch, Totals totals, Loss<R> loss, Optional<Guided> guided) {
    TrainableModel.Forward forward = model.forward(batch, model.pass(batch, guided));
    Tensor leaf = leaf(forward.hidden());
    R told = loss.backward(model, leaf, batch, totals.learned());
    Auxiliary auxiliary = auxiliary(forward.routings(), share(batch, totals));
    List<Tensor> roots = new ArrayList<>(List.of(forward.hidden()));
    List<Tensor> seeds = new ArrayList<>(List.of(seed(leaf)));
    for (Tensor router : auxiliary.losses()) {
      roots.add(router);
      seeds.add(torch.ones_like(router));
    }
    guide(forward.guidance(), share(batch, totals), roots, seeds);
    backward(roots, seeds);
    return step(told, auxiliary, forward.routings(), guided);
  }

  private <R> Step<R> recomputed(
      TrainableModel model, Batch batch, Totals totals, Loss<R> loss, Optional<Guided> guided) {
    List<Tensor> inputs = new ArrayList<>();
    List<Routing> routings = new ArrayList<>();
    Tensor top = leaf(withoutGraph(model, batch, inputs, routings));
    Tensor hidden = model.finish(top);
    Tensor leaf = leaf(hidden);
    R told = loss.backward(model, leaf, batch, totals.learned());
    backward(List.of(hidden), List.of(seed(leaf)));
    Tensor gradient = top.grad();
    Auxiliary seen = auxiliary(routings, share(batch, totals));
    for (int layer = model.layers() - 1; layer >= 0; layer--) {
      var pass = model.pass(batch, guided);
      gradient = again(model, batch, pass, layer, inputs.get(layer), gradient, routings, totals);
    }
    backward(List.of(model.embed(batch)), List.of(gradient));
    return step(told, seen, routings, guided);
  }

  private static Tensor withoutGraph(
      TrainableModel model, Batch batch, List<Tensor> inputs, List<Routing> routings) {
    try (var _ = new NoGradGuard()) {
      Pass pass = model.pass(batch, Optional.empty());
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
      Pass pass,
      int layer,
      Tensor input,
      Tensor gradient,
      List<Routing> routings,
      Totals totals) {
    Tensor x = leaf(input);
    Optional<Tensor> chosen =
        routings.isEmpty() ? Optional.empty() : Optional.of(routings.get(layer).chosen());
    var result = model.layer(layer, x, pass, chosen);
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
    guide(result.guidance(), share(batch, totals), roots, seeds);
    backward(roots, seeds);
    return x.grad();
  }

  private static void guide(
      List<Tensor> terms, double share, List<Tensor> roots, List<Tensor> seeds) {
    for (Tensor term : terms) {
      roots.add(term);
      seeds.add(torch.ones_like(term).mul(new Scalar(share)));
    }
  }

  /// The gradient of `hidden` as its loss leaves it; zero if nothing is learned.
  private static Tensor seed(Tensor hidden) {
    return hidden.grad().defined() ? hidden.grad() : torch.zeros_like(hidden);
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

  private static <R> Step<R> step(
      R told, Auxiliary auxiliary, List<Routing> routings, Optional<Guided> guided) {
    return new Step<>(
        told,
        auxiliary.balance(),
        auxiliary.z(),
        routings.stream().map(Routing::counts).toArray(long[][]::new),
        routings.stream().mapToDouble(Gradients::entropy).toArray(),
        guided.map(Guided::losses).orElse(new double[0]));
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
