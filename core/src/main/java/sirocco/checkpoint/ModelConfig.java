package sirocco.checkpoint;

import java.util.OptionalInt;

/// The hyper-parameters of a decoder-only transformer of the Mistral family, with the names of
/// Hugging Face's `config.json`. Every value is range-checked here, before anything is sized by it.
///
/// @param architecture which forward pass runs it
/// @param vocabSize V
/// @param hiddenSize D
/// @param intermediateSize F, the width of one expert or of the dense feed-forward block
/// @param numHiddenLayers layers
/// @param numAttentionHeads H, query heads
/// @param numKeyValueHeads G, key and value heads; divides H
/// @param headDim d, even
/// @param numLocalExperts E; 0 for a dense model
/// @param numExpertsPerTok K; 0 for a dense model
/// @param rmsNormEps added to the mean square
/// @param rope rotary embedding
/// @param slidingWindow positions a token sees, itself included; empty for all
/// @param maxPositionEmbeddings the context the model was made for, in tokens
/// @param tieWordEmbeddings whether the head is the embedding
public record ModelConfig(
    Architecture architecture,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int numLocalExperts,
    int numExpertsPerTok,
    float rmsNormEps,
    Rope rope,
    OptionalInt slidingWindow,
    int maxPositionEmbeddings,
    boolean tieWordEmbeddings) {

  /// The families that Sirocco runs.
  public enum Architecture {
    MIXTRAL,
    MISTRAL,
    LLAMA
  }

  public ModelConfig {
    range("vocab_size", vocabSize, 1, 1 << 24);
    range("hidden_size", hiddenSize, 1, 1 << 20);
    range("intermediate_size", intermediateSize, 1, 1 << 22);
    range("num_hidden_layers", numHiddenLayers, 1, 4096);
    range("num_attention_heads", numAttentionHeads, 1, 4096);
    range("num_key_value_heads", numKeyValueHeads, 1, numAttentionHeads);
    range("head_dim", headDim, 2, 1 << 14);
    range("num_attention_heads * head_dim", (long) numAttentionHeads * headDim, 2, 1 << 20);
    range("num_local_experts", numLocalExperts, 0, 4096);
    range("num_experts_per_tok", numExpertsPerTok, numLocalExperts == 0 ? 0 : 1, numLocalExperts);
    range("max_position_embeddings", maxPositionEmbeddings, 1, 1 << 28);
    slidingWindow.ifPresent(w -> range("sliding_window", w, 1, 1 << 28));
    if (!(rmsNormEps > 0 && rmsNormEps < 1)) {
      throw new IllegalArgumentException(
          "rms_norm_eps must lie between 0 and 1, found " + rmsNormEps);
    }
    requireHeads(numAttentionHeads, numKeyValueHeads, headDim, rope);
    if ((architecture == Architecture.MIXTRAL) != (numLocalExperts > 0)) {
      throw new IllegalArgumentException(
          "architecture "
              + architecture
              + " does not go with num_local_experts "
              + numLocalExperts);
    }
  }

  private static void requireHeads(
      int numAttentionHeads, int numKeyValueHeads, int headDim, Rope rope) {
    if (numAttentionHeads % numKeyValueHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads "
              + numAttentionHeads
              + " is not a multiple of num_key_value_heads "
              + numKeyValueHeads);
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim " + headDim + " is odd; rotary embedding turns pairs");
    }
    if (rope.scaling() instanceof Rope.Scaling.PerPair(var factors)
        && factors.size() != headDim / 2) {
      throw new IllegalArgumentException(
          "rope factors: expected " + headDim / 2 + ", one a pair, found " + factors.size());
    }
  }

  /// Whether the feed-forward layers are mixtures of experts.
  public boolean isMixture() {
    return numLocalExperts > 0;
  }

  private static void range(String name, long value, long low, long high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + " must lie in " + low + " to " + high + ", found " + value);
    }
  }
}
