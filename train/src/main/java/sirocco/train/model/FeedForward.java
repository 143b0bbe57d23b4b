package sirocco.train.model;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.train.torch.Torch;

/// The block behind attention: dense in Mistral, a mixture in Mixtral. T tokens, D width, F expert
/// width, E experts, K chosen.
sealed interface FeedForward {
  /// The block's output for each token.
  ///
  /// @param x [T, D] normed, float32
  /// @param chosen [T, K] the experts to use, where they are known already: a layer that is
  ///   computed again must not choose others
  Result apply(Tensor x, Pass pass, Optional<Tensor> chosen);

  /// What comes out.
  ///
  /// @param output [T, D] float32
  /// @param routing what a mixture's router did
  record Result(Tensor output, Optional<Routing> routing) {}

  /// SwiGLU: `down (silu(gate x) * up x)`.
  ///
  /// @param gateUp [2F, D]
  /// @param down [D, F]
  record Dense(Parameter gateUp, Parameter down) implements FeedForward {
    @Override
    public Result apply(Tensor x, Pass pass, Optional<Tensor> chosen) {
      Tensor hidden = gated(pass.product(pass.cast(x), gateUp));
      return new Result(pass.product(hidden, down).to(ScalarType.Float), Optional.empty());
    }
  }

  /// Top-K of E experts, without capacity: no token is dropped (Mixtral, arXiv 2401.04088, 2.1).
  /// Tokens are sorted by expert so that each expert is one product.
  ///
  /// @param router [E, D], used in float32
  /// @param gateUp [E, 2F, D]
  /// @param down [E, D, F]
  record Mixture(Parameter router, Parameter gateUp, Parameter down, int experts, int topK)
      implements FeedForward {
    @Override
    public Result apply(Tensor x, Pass pass, Optional<Tensor> replayed) {
      Tensor logits = pass.routed(x, router);
      Tensor chosen = replayed.orElseGet(() -> logits.detach().topk(topK).get1());
      Tensor gates = logits.gather(1, chosen).softmax(1);
      Dispatch dispatch = Dispatch.of(Torch.toLongs(chosen), experts, topK);
      Tensor sorted = pass.cast(x).index_select(0, Torch.longs(dispatch.tokens()));
      Tensor outputs = experts(sorted, dispatch.rows(), pass);
      Tensor parts =
          outputs.index_select(0, Torch.longs(dispatch.places())).view(x.size(0), topK, x.size(1));
      Tensor mixed = parts.to(ScalarType.Float).mul(gates.unsqueeze(2)).sum(1);
      return new Result(mixed, Optional.of(new Routing(logits, chosen, dispatch.counts())));
    }

    /// Tokens sorted by expert, `rows` for each, through the experts.
    private Tensor experts(Tensor sorted, long[] rows, Pass pass) {
      // Split, not sliced: a slice's gradient is a whole tensor of zeros around it, for each
      // expert.
      TensorVector gateUps = pass.weight(gateUp).unbind(0);
      TensorVector downs = pass.weight(down).unbind(0);
      TensorVector inputs = sorted.split_with_sizes(rows, 0);
      Tensor[] outputs = new Tensor[experts];
      for (int e = 0; e < experts; e++) {
        List<Parameter.Part> inner = gateUp.parts().subList(2 * e, 2 * e + 2);
        Tensor hidden = gated(pass.product(inputs.get(e), gateUps.get(e), inner));
        List<Parameter.Part> outer = down.parts().subList(e, e + 1);
        outputs[e] = pass.product(hidden, downs.get(e), outer);
      }
      return Torch.cat(0, outputs);
    }
  }

  /// [n, 2F] gate beside up, to silu(gate) * up.
  private static Tensor gated(Tensor gateUp) {
    TensorVector halves = gateUp.chunk(2, 1);
    return torch.silu(halves.get(0)).mul(halves.get(1));
  }
}
