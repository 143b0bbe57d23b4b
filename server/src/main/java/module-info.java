/// A model behind HTTP, as OpenAI's clients expect it.
@org.jspecify.annotations.NullMarked
module sirocco.server {
  requires static org.jspecify;
  requires transitive sirocco.core;
  requires tools.jackson.databind;
  requires io.helidon.webserver;
  requires java.logging;

  exports sirocco.server;
  exports sirocco.server.access;
  exports sirocco.server.http;
}
