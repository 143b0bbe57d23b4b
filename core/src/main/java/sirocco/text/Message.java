package sirocco.text;

/// One turn of a conversation.
///
/// @param role `system`, `user`, `assistant` or `tool`
/// @param content what was said
public record Message(String role, String content) {}
