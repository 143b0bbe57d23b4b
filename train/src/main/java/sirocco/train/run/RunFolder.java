package sirocco.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder of a run: `metrics.jsonl`, checkpoints `step-NNNNNN`, and what comes out. A folder
/// appears under its name only when all of it is on disk.
public final class RunFolder {
  private static final String STEP = "step-";
  private static final String PARTIAL = ".partial";

  private final Path path;

  /// The folder of a run, made if it is not there.
  public RunFolder(Path path) {
    this.path = path;
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new TrainingException(path + ": the folder of the run cannot be made: " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /// The newest checkpoint.
  public Optional<Path> latest() {
    List<Path> all = checkpoints();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  private List<Path> checkpoints() {
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(entry -> {
            String name = entry.getFileName().toString();
            return name.startsWith(STEP) && !name.endsWith(PARTIAL);
          })
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes the checkpoint of a step and drops all but the last two.
  void checkpoint(int step, Consumer<Path> content) {
    write("%s%06d".formatted(STEP, step), content);
    List<Path> all = checkpoints();
    for (Path old : all.subList(0, Math.max(0, all.size() - 2))) {
      delete(old);
    }
  }

  /// Writes a folder in one piece, in the place of one of that name.
  void write(String name, Consumer<Path> content) {
    Path partial = path.resolve(name + PARTIAL);
    delete(partial);
    try {
      Files.createDirectory(partial);
      content.accept(partial);
      Path target = path.resolve(name);
      delete(target);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      delete(partial);
      throw new TrainingException(
          path.resolve(name) + ": could not be written (" + e.getMessage() + ")", e);
    }
  }

  /// Adds a line to the metrics.
  void append(ObjectNode line) {
    try {
      Files.writeString(
          metrics(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new TrainingException(metrics() + ": could not be written: " + e, e);
    }
  }

  /// Drops the lines of steps after `step`, which an interrupted run wrote and which come again.
  void rewind(int step) {
    if (!Files.exists(metrics())) {
      return;
    }
    try {
      List<String> kept = new ArrayList<>();
      for (String line : Files.readAllLines(metrics(), StandardCharsets.UTF_8)) {
        if (whole(line) && JsonMapper.shared().readTree(line).path("step").asInt() <= step) {
          kept.add(line);
        }
      }
      Path next = path.resolve("metrics.jsonl" + PARTIAL);
      Files.write(next, kept, StandardCharsets.UTF_8);
      Files.move(next, metrics(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new TrainingException(metrics() + ": could not be rewound: " + e, e);
    }
  }

  /// A run that was cut off may have left half a line.
  private static boolean whole(String line) {
    return line.startsWith("{") && line.endsWith("}");
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path visited, @org.jspecify.annotations.Nullable IOException error)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
