package sirocco.server.metrics;

/// Numbers in Prometheus's text format, version 0.0.4.
final class PrometheusText {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder out = new StringBuilder();

  /// Starts a family; its samples follow.
  ///
  /// @param type `counter`, `gauge` or `histogram`
  PrometheusText family(String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  /// One number.
  ///
  /// @param labels names and values by turns
  PrometheusText sample(String name, double value, String... labels) {
    return line(name, Double.toString(value), labels);
  }

  /// One whole number.
  PrometheusText sample(String name, long value, String... labels) {
    return line(name, Long.toString(value), labels);
  }

  private PrometheusText line(String name, String value, String... labels) {
    out.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      out.append(escaped(labels[i + 1])).append('"');
    }
    out.append(labels.length > 0 ? "} " : " ").append(value).append('\n');
    return this;
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
