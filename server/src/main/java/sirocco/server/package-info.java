/// A model behind HTTP: [sirocco.server.Server].
package sirocco.server;
