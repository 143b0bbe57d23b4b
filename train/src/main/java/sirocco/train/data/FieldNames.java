package sirocco.train.data;

/// What the members of a record are called.
///
/// @param text a document
/// @param messages a conversation, as a list of messages
/// @param prompt what the user says, where an answer goes with it
/// @param response the answer to the prompt
/// @param chosen the better of two answers, or a conversation that ends with it
/// @param rejected the worse
public record FieldNames(
    String text, String messages, String prompt, String response, String chosen, String rejected) {
  /// The names that most data sets use.
  public static final FieldNames USUAL =
      new FieldNames("text", "messages", "prompt", "response", "chosen", "rejected");
}
