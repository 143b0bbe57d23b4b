/// HTTP without a word of models: connections and their limits, routes, errors, server-sent events.
package sirocco.server.http;
