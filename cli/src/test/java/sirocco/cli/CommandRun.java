package sirocco.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import sirocco.checkpoint.ModelConfig;
import sirocco.tensor.DType;
import sirocco.testkit.RandomCheckpoint;
import sirocco.testkit.TinyModels;
import sirocco.testkit.TinyTokenizer;

/// What a command did, run in this process.
///
/// @param code its exit code
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error, but for its progress
record CommandRun(int code, String out, String err) {
  static CommandRun of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    PrintStream before = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream())); // progress goes here
    // Made after: picocli goes back to the real one if System.err changes between.
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    try {
      int code = commandLine.execute(args);
      return new CommandRun(code, out.toString(), err.toString());
    } finally {
      System.setErr(before);
    }
  }

  /// The same with something to read on standard input.
  static CommandRun reading(String input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    try {
      return of(args);
    } finally {
      System.setIn(before);
    }
  }

  /// A folder with a model of random weights and a tokenizer of small letters.
  static String model(Path folder, ModelConfig config) {
    try (var source = new RandomCheckpoint(config, 3)) {
      TinyModels.huggingFace(folder, source, DType.F32);
    }
    TinyTokenizer.write(folder);
    return folder.toString();
  }
}
