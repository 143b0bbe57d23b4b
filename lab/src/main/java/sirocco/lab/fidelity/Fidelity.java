package sirocco.lab.fidelity;

import sirocco.lab.statistics.Estimate;

/// How far a model, quantised most likely, strays from its reference on a text: what llama.cpp's
/// `llama-perplexity --kl-divergence` measures.
///
/// @param tokens that were foretold by both
/// @param perplexity of the model
/// @param referencePerplexity of the reference
/// @param logRatio mean of ln p of the reference less ln p of the model, of the text's own tokens:
///   the logarithm of the perplexities' ratio, with the error of a paired difference
/// @param divergence mean KL divergence of the model's distribution from the reference's, in nats
/// @param medianDivergence the same, of the token in the middle
/// @param greatestDivergence the same, of the worst token
/// @param sameTop share of tokens where both think the same one likeliest
/// @param shift mean change of the probability of the text's own token
/// @param rootMeanSquareShift of that change
/// @param greatestShift the greatest change of any token's probability, in any place
public record Fidelity(
    long tokens,
    Estimate perplexity,
    Estimate referencePerplexity,
    Estimate logRatio,
    Estimate divergence,
    double medianDivergence,
    double greatestDivergence,
    Estimate sameTop,
    Estimate shift,
    double rootMeanSquareShift,
    double greatestShift) {}
