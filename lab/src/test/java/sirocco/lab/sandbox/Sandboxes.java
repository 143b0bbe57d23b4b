package sirocco.lab.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;

/// The sandbox of this machine, for tests.
public final class Sandboxes {
  private Sandboxes() {}

  /// The test is skipped where there is none.
  public static Sandbox require() {
    try {
      return Sandbox.find();
    } catch (SandboxException e) {
      return Assumptions.abort("skipped: " + e.getMessage());
    }
  }

  /// Processes in pid namespaces that are not this process's, but for those that come from another
  /// Java process and are its own business.
  static Set<Long> inOtherNamespaces() {
    Optional<Path> here = namespace(ProcessHandle.current());
    return ProcessHandle.allProcesses()
        .filter(process -> namespace(process).isPresent() && !namespace(process).equals(here))
        .filter(process -> !isOfAnother(process))
        .map(ProcessHandle::pid)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Path> namespace(ProcessHandle process) {
    try {
      return Optional.of(
          Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "ns", "pid")));
    } catch (IOException e) {
      // It has just ended, or is somebody else's.
      return Optional.empty();
    }
  }

  private static boolean isOfAnother(ProcessHandle process) {
    Optional<ProcessHandle> at = process.parent();
    while (at.isPresent()) {
      if (at.get().equals(ProcessHandle.current())) {
        return false;
      }
      if (at.get().info().command().orElse("").endsWith("/java")) {
        return true;
      }
      at = at.get().parent();
    }
    return false;
  }
}
