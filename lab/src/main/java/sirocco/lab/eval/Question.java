package sirocco.lab.eval;

import java.util.List;
import sirocco.text.Message;

/// What a task asks of a subject.
public sealed interface Question {
  /// How likely the model thinks each continuation behind its context. Answered by
  /// [Reply.Likelihoods] of as many.
  record Likelihood(List<Continuation> continuations) implements Question {
    public Likelihood {
      continuations = List.copyOf(continuations);
      if (continuations.isEmpty()) {
        throw new IllegalArgumentException("a question of likelihood needs a continuation");
      }
    }
  }

  /// A text that goes on behind another. They are encoded as one text; the continuation's tokens
  /// are those behind as many as the context alone has, with trailing spaces of the context counted
  /// to the continuation (lm-evaluation-harness does the same, so that scores compare).
  ///
  /// @param context may be empty: then the opening token stands before the continuation
  /// @param text never empty
  record Continuation(String context, String text) {
    public Continuation {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("the continuation of \"" + context + "\" is empty");
      }
    }
  }

  /// To go on with a text. Answered by [Reply.Texts].
  record Completion(String prompt, Sampling sampling) implements Question {}

  /// To answer in a chat, in the model's own format. Answered by [Reply.Texts].
  record Chat(List<Message> messages, Sampling sampling) implements Question {
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /// How texts are made.
  ///
  /// @param samples texts wanted, drawn independently; 1 where nothing is drawn
  /// @param temperature 0 for the likeliest token each time
  /// @param topP 1 for all tokens
  /// @param maxTokens of each
  /// @param stops strings that end a text, and are no part of it
  record Sampling(int samples, double temperature, double topP, int maxTokens, List<String> stops) {
    public Sampling {
      stops = List.copyOf(stops);
      if (samples < 1 || maxTokens < 1) {
        throw new IllegalArgumentException(
            "expected at least 1 sample of at least 1 token, found %d of %d"
                .formatted(samples, maxTokens));
      }
      if (!(temperature >= 0) || !(topP > 0 && topP <= 1)) {
        throw new IllegalArgumentException(
            "expected a temperature of at least 0 and a top-p within 0 to 1, found %s and %s"
                .formatted(temperature, topP));
      }
    }

    /// One text of the likeliest tokens.
    public static Sampling greedy(int maxTokens, List<String> stops) {
      return new Sampling(1, 0, 1, maxTokens, stops);
    }
  }
}
