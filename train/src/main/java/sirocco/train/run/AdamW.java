package sirocco.train.run;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import sirocco.train.model.Parameter;

/// Adam with decoupled weight decay (arXiv 1711.05101). Norms do not decay.
public final class AdamW {
  private final Settings settings;
  private final List<Slot> slots;

  /// The numbers of the method.
  ///
  /// @param clip largest norm of the whole gradient; 0 for no limit
  public record Settings(
      double beta1, double beta2, double epsilon, double weightDecay, double clip) {
    public Settings {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "beta1 and beta2 must lie in 0 to below 1, found " + beta1 + " and " + beta2);
      }
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon must be positive, found " + epsilon);
      }
      if (!(weightDecay >= 0 && clip >= 0)) {
        throw new IllegalArgumentException(
            "weight_decay and clip must not be negative, found " + weightDecay + " and " + clip);
      }
    }
  }

  /// The running means of one parameter's gradient and of its square.
  record Slot(Parameter parameter, Tensor mean, Tensor square) {}

  /// An optimizer of those parameters that train.
  public AdamW(List<Parameter> parameters, Settings settings) {
    this.settings = settings;
    this.slots =
        parameters.stream()
            .filter(p -> p.value().requires_grad())
            .map(p -> new Slot(p, zeros(p), zeros(p)))
            .toList();
  }

  private static Tensor zeros(Parameter parameter) {
    Tensor zeros = torch.zeros_like(parameter.value().detach());
    zeros.retainReference();
    return zeros;
  }

  List<Slot> slots() {
    return slots;
  }

  /// The gradients, zeros where nothing reached a parameter, always in the same order.
  List<Tensor> gradients() {
    return slots.stream().map(slot -> gradient(slot.parameter().value())).toList();
  }

  private static Tensor gradient(Tensor value) {
    if (!value.grad().defined()) {
      value.mutable_grad().put(torch.zeros_like(value));
    }
    return value.grad();
  }

  /// The norm of the whole gradient.
  public double norm() {
    double squares = 0;
    try (var _ = new PointerScope()) {
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter().value().grad();
        if (gradient.defined()) {
          double norm = gradient.norm().item_double();
          squares += norm * norm;
        }
      }
    }
    return Math.sqrt(squares);
  }

  /// Changes the parameters by their gradients and forgets these.
  ///
  /// @param step counted from 1
  /// @param rate the learning rate
  /// @param norm of the gradient, which is scaled down to the limit where it is above
  public void step(int step, double rate, double norm) {
    double scale = settings.clip() > 0 && norm > settings.clip() ? settings.clip() / norm : 1;
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter().value().grad();
        if (gradient.defined()) {
          update(slot, gradient.mul_(new Scalar(scale)), step, rate);
          gradient.zero_();
        }
      }
    }
  }

  private void update(Slot slot, Tensor gradient, int step, double rate) {
    double mean = settings.beta1();
    double square = settings.beta2();
    Tensor value = slot.parameter().value();
    if (slot.parameter().decays()) {
      value.mul_(new Scalar(1 - rate * settings.weightDecay()));
    }
    slot.mean().lerp_(gradient, new Scalar(1 - mean));
    slot.square().mul_(new Scalar(square)).addcmul_(gradient, gradient, new Scalar(1 - square));
    double root = Math.sqrt(1 - Math.pow(square, step));
    Tensor deviation =
        slot.square().sqrt().div_(new Scalar(root)).add_(new Scalar(settings.epsilon()));
    double size = rate / (1 - Math.pow(mean, step));
    value.addcdiv_(slot.mean(), deviation, new Scalar(-size));
  }
}
