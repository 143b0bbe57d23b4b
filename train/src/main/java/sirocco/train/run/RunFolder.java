package sirocco.train.run;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sirocco.train.report.RunReport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder of a run: `metrics.jsonl`, `report.html`, checkpoints `step-NNNNNN`, and what comes
/// out. A folder or page appears under its name only when all of it is on disk.
public final class RunFolder implements AutoCloseable {
  private static final String STEP = "step-";
  private static final Pattern CHECKPOINT = Pattern.compile(STEP + "(\\d{1,9})");
  private static final String PARTIAL = ".partial";
  private static final String REPLACED = ".replaced";
  private static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.html";

  /// What a killed run leaves of what is written here; the folder may hold other things.
  private static final Pattern LEFT_OVER =
      Pattern.compile(
          "(step-\\d+|model|adapter|metrics\\.jsonl|report\\.html)(\\.partial|\\.replaced)");

  private final Path path;
  private Optional<FileChannel> lock = Optional.empty();

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
    return path.resolve(METRICS);
  }

  /// The page that shows the run; there from the first checkpoint on.
  public Path report() {
    return path.resolve(REPORT);
  }

  /// Keeps other processes from this folder until it is closed or the process ends, and sweeps away
  /// what a killed one left.
  ///
  /// @throws TrainingException if another process trains here
  void claim() {
    try {
      var file =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = Optional.of(file);
      if (!isFree(file)) {
        close();
        throw new TrainingException(
            path + ": another process trains in this folder; wait for it or choose another output");
      }
      for (Path entry : entries()) {
        sweep(entry);
      }
    } catch (IOException e) {
      throw new TrainingException(path + ": the folder of the run cannot be used: " + e, e);
    }
  }

  private static boolean isFree(FileChannel file) throws IOException {
    try {
      // Released with the channel.
      return file.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private void sweep(Path entry) throws IOException {
    Matcher left = LEFT_OVER.matcher(entry.getFileName().toString());
    if (!left.matches()) {
      return;
    }
    Path place = path.resolve(left.group(1));
    if (left.group(2).equals(REPLACED) && !Files.exists(place)) {
      Files.move(entry, place, StandardCopyOption.ATOMIC_MOVE);
    } else {
      delete(entry);
    }
  }

  @Override
  public void close() {
    try {
      if (lock.isPresent()) {
        lock.get().close();
        lock = Optional.empty();
      }
    } catch (IOException e) {
      throw new TrainingException(path + ": its lock cannot be released: " + e, e);
    }
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.toList();
    }
  }

  /// The newest checkpoint.
  public Optional<Path> latest() {
    return checkpoints().stream().reduce((_, later) -> later);
  }

  private List<Path> checkpoints() {
    try {
      return entries().stream()
          .filter(entry -> step(entry) >= 0 && Files.isDirectory(entry))
          .sorted(Comparator.comparingInt(RunFolder::step))
          .toList();
    } catch (IOException e) {
      throw new TrainingException(path + ": its checkpoints cannot be listed: " + e, e);
    }
  }

  /// The step of a checkpoint's name; negative for other names.
  private static int step(Path entry) {
    Matcher name = CHECKPOINT.matcher(entry.getFileName().toString());
    return name.matches() ? Integer.parseInt(name.group(1)) : -1;
  }

  /// Writes the checkpoint of a step and drops all but the last two.
  void checkpoint(int step, Consumer<Path> content) {
    write(String.format(Locale.ROOT, "%s%06d", STEP, step), content);
    List<Path> all = checkpoints();
    for (Path old : all.subList(0, Math.max(0, all.size() - 2))) {
      try {
        delete(old);
      } catch (IOException e) {
        throw new TrainingException(old + ": could not be deleted: " + e, e);
      }
    }
  }

  /// Writes a folder in one piece, in the place of one of that name.
  void write(String name, Consumer<Path> content) {
    Path target = path.resolve(name);
    Path partial = path.resolve(name + PARTIAL);
    Path replaced = path.resolve(name + REPLACED);
    try {
      delete(partial);
      Files.createDirectory(partial);
      content.accept(partial);
      forceAll(partial);
      // A folder cannot be moved over another. Killed between these, the next run puts it back.
      delete(replaced);
      if (Files.exists(target)) {
        Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      force(path);
      delete(replaced);
    } catch (IOException | RuntimeException e) {
      var failure =
          new TrainingException(
              target + ": could not be written: " + (e instanceof IOException ? e : e.getMessage()),
              e);
      try {
        delete(partial);
      } catch (IOException left) {
        failure.addSuppressed(left);
      }
      throw failure;
    }
  }

  /// Makes sure that files are on the disk before their folder gets its name.
  private static void forceAll(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path entry : (Iterable<Path>) all::iterator) {
        force(entry);
      }
    }
  }

  private static void force(Path entry) throws IOException {
    // Not every system opens folders.
    if (Files.isRegularFile(entry) || File.separatorChar == '/') {
      try (var file = FileChannel.open(entry, StandardOpenOption.READ)) {
        file.force(true);
      }
    }
  }

  /// Writes a text file in one piece.
  Path replace(String name, String text) {
    Path target = path.resolve(name);
    Path partial = path.resolve(name + PARTIAL);
    try {
      Files.writeString(partial, text);
      force(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      return target;
    } catch (IOException e) {
      throw new TrainingException(target + ": could not be written: " + e, e);
    }
  }

  /// Draws the metrics.
  void drawReport(Map<String, String> facts) {
    try {
      String name = path.toAbsolutePath().normalize().getFileName().toString();
      replace(REPORT, RunReport.html(metrics(), "Training run " + name, facts));
    } catch (IOException e) {
      throw new TrainingException(report() + ": could not be made: " + e, e);
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

  /// Drops the lines of steps after `step`, which an interrupted run wrote and which come again,
  /// and such as are none: a run that was killed may have left half a line.
  void rewind(int step) {
    if (!Files.exists(metrics())) {
      return;
    }
    try (Stream<String> lines = Files.lines(metrics(), StandardCharsets.UTF_8)) {
      replace(
          METRICS,
          lines
              .filter(line -> isUpTo(step, line))
              .map(line -> line + "\n")
              .collect(Collectors.joining()));
    } catch (IOException | UncheckedIOException e) {
      throw new TrainingException(metrics() + ": could not be rewound: " + e, e);
    }
  }

  private static boolean isUpTo(int step, String line) {
    try {
      int found = JsonMapper.shared().readTree(line).path("step").asInt(0);
      return found >= 1 && found <= step;
    } catch (JacksonException _) {
      return false;
    }
  }

  private static void delete(Path entry) throws IOException {
    if (!Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(entry)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
