package sirocco.lab.routing;

/// A text of a domain.
///
/// @param ids its tokens; may be none
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Document(String domain, int[] ids) {}
