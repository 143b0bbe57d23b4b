package sirocco.train.synthetic;

/// One question and its answers.
///
/// @param answer right, short, in the one form that its kind of question has
/// @param wrong what a weak model might say instead; never right
record Exchange(String prompt, String answer, String wrong) {}
