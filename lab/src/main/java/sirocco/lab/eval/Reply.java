package sirocco.lab.eval;

import java.util.List;

/// What a subject gives back to a [Question].
public sealed interface Reply {
  /// One a continuation, in the order of the question.
  record Likelihoods(List<Likelihood> all) implements Reply {
    public Likelihoods {
      all = List.copyOf(all);
    }
  }

  /// How likely a continuation is.
  ///
  /// @param logLikelihood natural logarithm of the probability of all its tokens
  /// @param tokens how many those are
  /// @param greedy whether each of them is the likeliest in its place
  record Likelihood(double logLikelihood, int tokens, boolean greedy) {}

  /// As many as were wanted.
  record Texts(List<String> all) implements Reply {
    public Texts {
      all = List.copyOf(all);
    }
  }
}
