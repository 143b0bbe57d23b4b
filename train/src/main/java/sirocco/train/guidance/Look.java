package sirocco.train.guidance;

import java.util.Locale;

/// What a head is to look at, and from where. One after the other they are the steps of finding a
/// sentence by its words: know your sentence, meet your word in it, gather what the question's
/// words met, go there, follow it.
public enum Look {
  /// From a token: the one before it, or the second, the third.
  PREVIOUS_TOKEN,
  /// From a token: the first of its sentence, or the second, the third.
  SENTENCE_START,
  /// From a word that the question and the sentence that answers have, and no other: the same word
  /// in the one of the two that came first.
  QUOTED_WORD,
  /// From the last token before an answer and the first ones of the answer: the words that look so.
  QUESTION_WORDS,
  /// From the last token before an answer: the first of the sentence that answers.
  QUOTATION,
  /// From a token of an answer: the one that follows where it is quoted from.
  CONTINUATION;

  /// Whether there is a second and a third place of the kind.
  public boolean isCounted() {
    return this == PREVIOUS_TOKEN || this == SENTENCE_START;
  }

  /// The name in recipes.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
