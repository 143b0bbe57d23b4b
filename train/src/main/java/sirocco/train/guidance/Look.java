package sirocco.train.guidance;

import java.util.Locale;

/// What a head is to look at, and from where. One after the other they are the steps of finding a
/// sentence by its words: know your sentence, meet your word in it, gather what the question's
/// words met, go there, follow it.
public enum Look {
  /// From a token: the one before it.
  PREVIOUS_TOKEN,
  /// From a token: the first of its sentence.
  SENTENCE_START,
  /// From a word of a question: the same word in the sentence that answers, if no other has it.
  QUOTED_WORD,
  /// From the last token before an answer: those words of the question.
  QUESTION_WORDS,
  /// From the last token before an answer: the first of the sentence that answers.
  QUOTATION,
  /// From a token of an answer: the one that follows where it is quoted from.
  CONTINUATION;

  /// The name in recipes.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
