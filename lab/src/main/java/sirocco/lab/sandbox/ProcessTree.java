package sirocco.lab.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/// A process and all that come from it. In a pid namespace nobody leaves his tree: who loses his
/// parent goes to the first process of the namespace.
final class ProcessTree {
  private static final String RESIDENT = "VmRSS:";

  private ProcessTree() {}

  /// What they hold in memory; pages that they share count more than once.
  static long residentBytes(long pid) {
    Deque<Long> open = new ArrayDeque<>();
    open.push(pid);
    long bytes = 0;
    while (!open.isEmpty()) {
      long next = open.pop();
      bytes += residentOf(next);
      children(next, open);
    }
    return bytes;
  }

  /// Ends what the first process of a namespace waits for. That one then ends by itself, and the
  /// kernel ends everything in the namespace with it.
  ///
  /// @param process the parent of the first process
  static void endBelow(ProcessHandle process) {
    process.children().flatMap(ProcessHandle::children).forEach(ProcessHandle::destroyForcibly);
  }

  private static long residentOf(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException | RuntimeException e) {
      // It has just ended.
      return 0;
    }
  }

  private static void children(long pid, Deque<Long> into) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads.toList()) {
        String found = Files.readString(thread.resolve("children"));
        found
            .lines()
            .flatMap(line -> Stream.of(line.trim().split(" ", -1)))
            .filter(child -> !child.isEmpty())
            .forEach(child -> into.push(Long.parseLong(child)));
      }
    } catch (IOException | RuntimeException e) {
      // It has just ended, and its children with it.
    }
  }
}
