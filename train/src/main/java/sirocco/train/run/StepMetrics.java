package sirocco.train.run;

import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What one step was like: a line of `metrics.jsonl`.
///
/// @param step counted from 1
/// @param tokens read since the start of the run
/// @param loss mean cross entropy of the learned tokens, in nats
/// @param balance the routers' balance loss before its coefficient
/// @param z the routers' z-loss before its coefficient
/// @param norm of the gradient before clipping
/// @param rate the learning rate
/// @param tokensPerSecond of this step
/// @param load `[layers][E]` each expert's share of the choices
/// @param entropy `[layers]` mean entropy of the routers' distributions, in nats
/// @param preferred in a run on preferences
/// @param guidance the losses of guided heads and of probes, in nats, by their names
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record StepMetrics(
    int step,
    long tokens,
    double loss,
    double balance,
    double z,
    double norm,
    double rate,
    double tokensPerSecond,
    double[][] load,
    double[] entropy,
    Optional<Preferred> preferred,
    Map<String, Double> guidance) {
  /// How pairs of answers were judged.
  ///
  /// @param accuracy share of the pairs whose chosen answer gained more than the other
  /// @param chosenReward mean of beta times what the chosen answer's log-probability gained
  /// @param rejectedReward the same of the other answer
  public record Preferred(double accuracy, double chosenReward, double rejectedReward) {}

  ObjectNode toJson() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("step", step)
        .put("tokens", tokens)
        .put("loss", loss)
        .put("balance_loss", balance)
        .put("z_loss", z)
        .put("gradient_norm", norm)
        .put("learning_rate", rate)
        .put("tokens_per_second", Math.round(tokensPerSecond));
    ArrayNode loads = json.putArray("expert_load");
    for (double[] layer : load) {
      ArrayNode row = loads.addArray();
      for (double share : layer) {
        row.add(Math.round(share * 1e4) / 1e4);
      }
    }
    ArrayNode entropies = json.putArray("router_entropy");
    for (double value : entropy) {
      entropies.add(Math.round(value * 1e4) / 1e4);
    }
    preferred.ifPresent(p ->
        json.put("accuracy", p.accuracy())
            .put("chosen_reward", p.chosenReward())
            .put("rejected_reward", p.rejectedReward())
            .put("margin", p.chosenReward() - p.rejectedReward()));
    if (!guidance.isEmpty()) {
      ObjectNode losses = json.putObject("guidance");
      guidance.forEach((name, loss) -> losses.put(name, Math.round(loss * 1e4) / 1e4));
    }
    return json;
  }
}
