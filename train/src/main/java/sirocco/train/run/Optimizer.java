package sirocco.train.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import sirocco.train.model.Parameter;

/// Changes parameters by their gradients: all of them as AdamW does, or the matrices within layers
/// as Muon does.
public final class Optimizer {
  private final Settings settings;
  private final List<Slot> slots;

  /// How the matrices of attention and of feed-forward blocks change. Embedding, head, routers,
  /// norms and adapters change as AdamW has it either way.
  public enum Kind {
    ADAMW,
    MUON
  }

  /// The numbers of the methods.
  ///
  /// @param momentum of Muon
  /// @param clip largest norm of the whole gradient; 0 for no limit
  public record Settings(
      Kind kind,
      double beta1,
      double beta2,
      double epsilon,
      double momentum,
      double weightDecay,
      double clip) {
    public Settings {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
        throw new IllegalArgumentException(
            "beta1 and beta2 must lie in 0 to below 1, found " + beta1 + " and " + beta2);
      }
      if (!(epsilon > 0)) {
        throw new IllegalArgumentException("epsilon must be positive, found " + epsilon);
      }
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("momentum must lie in 0 to below 1, found " + momentum);
      }
      if (!(weightDecay >= 0 && clip >= 0)) {
        throw new IllegalArgumentException(
            "weight_decay and clip must not be negative, found " + weightDecay + " and " + clip);
      }
    }
  }

  /// What is remembered of one parameter between steps, and how it changes.
  sealed interface Slot permits AdamW, Muon {
    Parameter parameter();

    /// The running means by name, in a fixed order.
    Map<String, Tensor> means();

    /// Changes the parameter, whose weight decay is done.
    ///
    /// @param step counted from 1
    void update(Tensor gradient, int step, double rate);
  }

  /// An optimizer of those parameters that train.
  public Optimizer(List<Parameter> parameters, Settings settings) {
    this.settings = settings;
    List<Slot> made = new ArrayList<>();
    for (Parameter parameter : parameters) {
      if (parameter.value().requires_grad()) {
        made.add(
            settings.kind() == Kind.MUON && parameter.isInnerMatrix()
                ? Muon.of(parameter, settings)
                : AdamW.of(parameter, settings));
      }
    }
    this.slots = List.copyOf(made);
  }

  /// Zeros in a parameter's shape that outlive every scope.
  static Tensor zeros(Parameter parameter) {
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

  /// Changes the parameters by their gradients and forgets these. Weight decay is apart from the
  /// gradient and does not touch norms (arXiv 1711.05101).
  ///
  /// @param step counted from 1
  /// @param rate the learning rate
  /// @param norm of the gradient, which is scaled down to the limit where it is above
  public void step(int step, double rate, double norm) {
    double scale = settings.clip() > 0 && norm > settings.clip() ? settings.clip() / norm : 1;
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      for (Slot slot : slots) {
        Parameter parameter = slot.parameter();
        Tensor gradient = parameter.value().grad();
        if (gradient.defined()) {
          if (parameter.decays()) {
            parameter.value().mul_(new Scalar(1 - rate * settings.weightDecay()));
          }
          slot.update(gradient.mul_(new Scalar(scale)), step, rate);
          gradient.zero_();
        }
      }
    }
  }
}
