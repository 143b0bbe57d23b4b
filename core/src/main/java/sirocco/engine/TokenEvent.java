package sirocco.engine;

import java.util.List;

/// One generated token, as it is made.
///
/// @param id the token
/// @param text what may be shown now: often the token's own text, nothing while a character or a
///   possible stop string is incomplete, more when one turns out not to be. The texts of a
///   generation's events together are its text
/// @param logprob natural logarithm of the probability that the model gave the token
/// @param top the likeliest tokens, as many as [Request#topLogprobs] asked for, with what the model
///   gave them
public record TokenEvent(int id, String text, double logprob, List<Sampler.Choice> top) {
  public TokenEvent {
    top = List.copyOf(top);
  }
}
