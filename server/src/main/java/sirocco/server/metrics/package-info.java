/// What the server counts, and how Prometheus reads it.
package sirocco.server.metrics;
