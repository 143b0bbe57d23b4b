package sirocco.testkit;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Examples in documentation, held to compile: blocks of Java in Markdown files and in `///`
/// comments, against the class path of the test.
///
/// A block with a type or `main` is a file as it stands. One of mere statements is put into a
/// method, where it sees all that the modules export and, in a comment, what its file sees. A block
/// that declares a module is left alone.
public final class Snippets {
  private static final Pattern COMMENT = Pattern.compile("^\\s*/// ?(.*)$");
  private static final Pattern WHOLE =
      Pattern.compile(
          "^((public|static|final|abstract|sealed|non-sealed) )*(class|interface|record|enum|void main)\\b",
          Pattern.MULTILINE);
  private static final Pattern MODULE = Pattern.compile("^(open )?module ", Pattern.MULTILINE);
  private static final Pattern IMPORT = Pattern.compile("^import [^;]+;$", Pattern.MULTILINE);
  private static final Pattern PACKAGE = Pattern.compile("^package [^;]+;$", Pattern.MULTILINE);
  private static final Pattern EXPORT =
      Pattern.compile("^  exports ([a-z.]+);$", Pattern.MULTILINE);

  private Snippets() {}

  /// Compiles the blocks of these files.
  ///
  /// @return what javac says against each, with its place; nothing if all is well
  /// @throws IllegalArgumentException if there is no block in them, so nothing was tried
  public static List<String> errors(List<Path> files) throws IOException {
    var errors = new ArrayList<String>();
    int blocks = 0;
    for (Path file : files) {
      for (var block :
          blocks(Files.readAllLines(file), file.toString().endsWith(".java")).entrySet()) {
        if (!MODULE.matcher(block.getValue()).find()) {
          errors.addAll(compile(Source.of(file, block.getKey(), block.getValue())));
          blocks++;
        }
      }
    }
    if (blocks == 0) {
      throw new IllegalArgumentException("no blocks of Java in " + files);
    }
    return errors;
  }

  /// The main sources of a module.
  public static List<Path> sources(String module) throws IOException {
    return SourceRules.sources(SourceRules.repository().resolve(module, "src/main"));
  }

  /// Blocks by the number of their first line.
  private static Map<Integer, String> blocks(List<String> lines, boolean comments) {
    var blocks = new TreeMap<Integer, String>();
    int start = 0;
    var block = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      Matcher comment = COMMENT.matcher(lines.get(i));
      String line = !comments ? lines.get(i) : comment.find() ? comment.group(1) : "";
      if (start == 0) {
        start = line.strip().equals("```java") ? i + 2 : 0;
      } else if (line.strip().equals("```")) {
        blocks.put(start, block.toString());
        block.setLength(0);
        start = 0;
      } else {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  private static List<String> compile(Source source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var diagnostics = new DiagnosticCollector<JavaFileObject>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
      var task =
          (JavacTask) compiler.getTask(null, manager, diagnostics, options, null, List.of(source));
      task.analyze();
    }
    return diagnostics.getDiagnostics().stream()
        .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
        .map(d -> source.place(d.getLineNumber()) + ": " + d.getMessage(null))
        .toList();
  }

  /// A block made into a file.
  private static final class Source extends SimpleJavaFileObject {
    private final Path file;
    private final int line; // of the block
    private final int before; // lines that stand before it
    private final String text;

    private Source(Path file, int line, String before, String block, String after) {
      super(URI.create("string:///Snippet" + line + ".java"), Kind.SOURCE);
      this.file = file;
      this.line = line;
      this.before = (int) before.lines().count();
      this.text = before + block + after;
    }

    static Source of(Path file, int line, String block) throws IOException {
      if (WHOLE.matcher(block).find()) {
        return new Source(file, line, "", block, "");
      }
      String context = file.toString().endsWith(".java") ? Files.readString(file) : "";
      String before =
          Stream.of(
                  found(PACKAGE, context),
                  found(IMPORT, context),
                  Stream.of("import module java.base;"),
                  exported().map(name -> "import " + name + ".*;"),
                  found(IMPORT, block),
                  Stream.of("class Snippet" + line + " { void run() throws Exception {"))
              .flatMap(lines -> lines)
              .collect(Collectors.joining("\n", "", "\n"));
      return new Source(file, line, before, IMPORT.matcher(block).replaceAll(""), "}}");
    }

    private static Stream<String> found(Pattern pattern, String text) {
      return pattern.matcher(text).results().map(result -> result.group());
    }

    String place(long at) {
      return file + ":" + (line + at - before - 1);
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /// The packages that modules export to all, of those on the class path.
  private static Stream<String> exported() throws IOException {
    var names = new ArrayList<String>();
    try (Stream<Path> modules = Files.list(SourceRules.repository())) {
      for (Path module : modules.sorted().toList()) {
        Path info = module.resolve("src/main/java/module-info.java");
        if (Files.exists(info)) {
          EXPORT.matcher(Files.readString(info)).results().forEach(e -> names.add(e.group(1)));
        }
      }
    }
    ClassLoader classes = Objects.requireNonNull(Snippets.class.getClassLoader());
    return names.stream().filter(name -> classes.getResource(name.replace('.', '/')) != null);
  }
}
