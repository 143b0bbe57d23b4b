package sirocco.server.http;

import java.time.Duration;

/// How much clients may send and how long they may take.
///
/// @param bodyBytes of one request
/// @param bodiesBytes of all requests that are being read or answered
/// @param headerBytes of one request's header, its first line not counted
/// @param jsonDepth how deep a body's JSON may nest
/// @param connections open at once; more wait to be accepted
/// @param headerTime for the rest of a header once its first line is there
/// @param bodyTime for a body
/// @param writeTime for a client to take a piece of the answer
/// @param idleTime of a connection without a request
public record Limits(
    int bodyBytes,
    long bodiesBytes,
    int headerBytes,
    int jsonDepth,
    int connections,
    Duration headerTime,
    Duration bodyTime,
    Duration writeTime,
    Duration idleTime) {
  /// Enough for long conversations, and far from what a machine can bear.
  public static final Limits DEFAULT =
      new Limits(
          8 << 20,
          256L << 20,
          16 << 10,
          64,
          4096,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));
}
