package sirocco.train.synthetic;

import java.util.List;

/// Something said of a subject, and what can be asked about it.
///
/// @param named the sentence with the subject's name
/// @param pronoun the same sentence with a pronoun
/// @param questions that name the subject
/// @param reversed questions whose answer is the subject; may be empty
/// @param answer to every one of them
record Fact(
    String named, String pronoun, List<String> questions, List<String> reversed, String answer) {}
