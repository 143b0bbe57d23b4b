package sirocco.lab.routing;

/// A window in its place.
///
/// @param domain of the document
/// @param document its number within the domain, from 0
/// @param position of the window's first token in the document
public record Passage(String domain, int document, int position, RoutedWindow window) {}
