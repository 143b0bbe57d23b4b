package sirocco.hub;

import java.time.Instant;

/// A model in the cache that is not all there.
///
/// @param name its full name
/// @param bytes that have arrived
/// @param total that it has
/// @param revision that was asked for
/// @param begun when it was last pulled
public record PartialModel(
    ModelName name, long bytes, long total, String revision, Instant begun) {}
