package sirocco.server.access;

/// What one key may take.
///
/// @param requestsPerMinute on average; after a pause as many at once. 0 for no limit
/// @param concurrent requests at a time; 0 for no limit
public record Allowance(int requestsPerMinute, int concurrent) {
  /// As much as there is.
  public static final Allowance UNLIMITED = new Allowance(0, 0);

  public Allowance {
    if (requestsPerMinute < 0 || concurrent < 0) {
      throw new IllegalArgumentException(
          "a key's rate and concurrency must not be negative, found "
              + requestsPerMinute
              + " and "
              + concurrent);
    }
  }
}
