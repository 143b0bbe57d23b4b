package sirocco.train.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import sirocco.train.model.Parameter;

/// Adam with decoupled weight decay (arXiv 1711.05101).
///
/// @param mean of the gradient
/// @param square the mean of its square
record AdamW(Parameter parameter, Tensor mean, Tensor square, Optimizer.Settings settings)
    implements Optimizer.Slot {
  static AdamW of(Parameter parameter, Optimizer.Settings settings) {
    return new AdamW(parameter, Optimizer.zeros(parameter), Optimizer.zeros(parameter), settings);
  }

  @Override
  public Map<String, Tensor> means() {
    Map<String, Tensor> means = new LinkedHashMap<>();
    means.put("mean", mean);
    means.put("square", square);
    return means;
  }

  @Override
  public void update(Tensor gradient, int step, double rate) {
    double beta1 = settings.beta1();
    double beta2 = settings.beta2();
    mean.lerp_(gradient, new Scalar(1 - beta1));
    square.mul_(new Scalar(beta2)).addcmul_(gradient, gradient, new Scalar(1 - beta2));
    double root = Math.sqrt(1 - Math.pow(beta2, step));
    Tensor deviation = square.sqrt().div_(new Scalar(root)).add_(new Scalar(settings.epsilon()));
    double size = rate / (1 - Math.pow(beta1, step));
    parameter.value().addcdiv_(mean, deviation, new Scalar(-size));
  }
}
