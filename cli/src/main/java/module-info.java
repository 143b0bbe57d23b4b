/// The command line: one class a command.
@org.jspecify.annotations.NullMarked
module sirocco.cli {
  requires static org.jspecify;
  requires sirocco.core;
  requires info.picocli;
  requires org.jline.reader;
  requires tools.jackson.databind;

  opens sirocco.cli to
      info.picocli,
      tools.jackson.databind;
}
