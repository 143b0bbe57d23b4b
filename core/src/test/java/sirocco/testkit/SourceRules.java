package sirocco.testkit;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Rules of the source that class files no longer show: lengths, and switches that must stay
/// exhaustive (CONTRIBUTING.md). Each answers with what breaks it.
public final class SourceRules {
  public static final int FILE_LINES = 400;
  public static final int FUNCTION_LINES = 40;
  public static final int KERNEL_LINES = 80;

  private SourceRules() {}

  /// Files of more than [#FILE_LINES] lines, of all modules.
  public static List<String> longFiles() throws IOException {
    var found = new ArrayList<String>();
    for (Path file : sources(repository())) {
      long lines = Files.readAllLines(file).size();
      if (lines > FILE_LINES) {
        found.add(file + ": " + lines + " lines");
      }
    }
    return found;
  }

  /// Functions of more than [#FUNCTION_LINES] lines, of all modules.
  public static List<String> longFunctions() throws IOException {
    var found = new ArrayList<String>();
    var files =
        sources(repository()).stream().filter(f -> f.toString().contains("/src/main/")).toList();
    parse(files, false, (trees, unit) -> new Lengths(trees, unit, found));
    return found;
  }

  /// Switches with a default over our own enums and sealed types, of one module: the one whose
  /// classes and dependencies are on the class path.
  public static List<String> switchesWithDefault(String module) throws IOException {
    var found = new ArrayList<String>();
    parse(
        sources(repository().resolve(module + "/src/main")),
        true,
        (trees, unit) -> new Defaults(trees, unit, found));
    return found;
  }

  /// Notes functions that are too long. A kernel, a function of the tensor package or of the cpu
  /// module, may be twice as long.
  private static final class Lengths extends TreePathScanner<Void, Void> {
    private final SourcePositions positions;
    private final CompilationUnitTree unit;
    private final List<String> found;

    Lengths(Trees trees, CompilationUnitTree unit, List<String> found) {
      this.positions = trees.getSourcePositions();
      this.unit = unit;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (end >= 0) {
        long lines =
            unit.getLineMap().getLineNumber(end) - unit.getLineMap().getLineNumber(start) + 1;
        String file = unit.getSourceFile().getName();
        boolean kernel = file.contains("sirocco/tensor/") || file.contains("sirocco/cpu/");
        if (lines > (kernel ? KERNEL_LINES : FUNCTION_LINES)) {
          found.add(where(unit, start) + " " + method.getName() + ": " + lines + " lines");
        }
      }
      return super.visitMethod(method, null);
    }
  }

  /// Notes switches over our own enums and sealed types that have a default.
  private static final class Defaults extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final CompilationUnitTree unit;
    private final List<String> found;

    Defaults(Trees trees, CompilationUnitTree unit, List<String> found) {
      this.trees = trees;
      this.unit = unit;
      this.found = found;
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void nothing) {
      check(tree, tree.getExpression(), tree.getCases());
      return super.visitSwitch(tree, null);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void nothing) {
      check(tree, tree.getExpression(), tree.getCases());
      return super.visitSwitchExpression(tree, null);
    }

    private void check(Tree tree, Tree selector, List<? extends CaseTree> cases) {
      boolean hasDefault =
          cases.stream()
              .flatMap(c -> c.getLabels().stream())
              .anyMatch(l -> l instanceof DefaultCaseLabelTree);
      if (hasDefault && isOurs(trees.getTypeMirror(new TreePath(getCurrentPath(), selector)))) {
        found.add(where(unit, trees.getSourcePositions().getStartPosition(unit, tree)));
      }
    }

    private static boolean isOurs(TypeMirror type) {
      return type instanceof DeclaredType declared
          && declared.asElement() instanceof TypeElement element
          && element.getQualifiedName().toString().startsWith("sirocco.")
          && (element.getKind() == ElementKind.ENUM
              || element.getModifiers().contains(Modifier.SEALED));
    }
  }

  private interface Scanner {
    TreePathScanner<Void, Void> of(Trees trees, CompilationUnitTree unit);
  }

  private static void parse(List<Path> files, boolean withTypes, Scanner scanner)
      throws IOException {
    if (files.size() <= 10) {
      throw new IllegalStateException("only " + files.size() + " source files were found");
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var options = List.of("-proc:none", "-cp", System.getProperty("java.class.path"));
      var units =
          manager.getJavaFileObjectsFromPaths(
              files.stream().filter(f -> !f.endsWith("module-info.java")).toList());
      JavacTask task = (JavacTask) compiler.getTask(null, manager, null, options, null, units);
      Iterable<? extends CompilationUnitTree> parsed = task.parse();
      if (withTypes) {
        task.analyze();
      }
      Trees trees = Trees.instance(task);
      parsed.forEach(unit -> scanner.of(trees, unit).scan(unit, null));
    }
  }

  private static String where(CompilationUnitTree unit, long position) {
    return unit.getSourceFile().getName() + ":" + unit.getLineMap().getLineNumber(position);
  }

  static List<Path> sources(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".java") && f.toString().contains("/src/"))
          .sorted()
          .toList();
    }
  }

  /// The folder of this project: the one above that has the launcher.
  public static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("sirocco"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no folder above holds the launcher");
    }
    return folder;
  }
}
