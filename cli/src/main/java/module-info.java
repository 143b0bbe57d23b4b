/// The command line: one class a command.
@org.jspecify.annotations.NullMarked
module sirocco.cli {
  requires static org.jspecify;
  requires sirocco.core;
  requires sirocco.lab;
  requires sirocco.train;
  requires sirocco.defaultmodel;
  // Resolved for `serve` alone, by the launcher: its modules would slow every other start.
  requires static sirocco.server;
  requires info.picocli;
  requires org.jline.reader;
  requires tools.jackson.databind;
  requires java.net.http;
  // JLine reaches sun.misc.Signal by reflection; without it Ctrl-C would end a chat.
  requires jdk.unsupported;

  opens sirocco.cli to
      info.picocli,
      tools.jackson.databind;
}
