package sirocco.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The memory of a computer with Linux, as far as this process may use it. Empty is what the system
/// doesn't say.
///
/// @param total bytes installed, or the container's limit if that is less
/// @param available bytes that can be taken without swapping
/// @param limit bytes that the container (cgroup) allows; empty for no limit
public record SystemMemory(OptionalLong total, OptionalLong available, OptionalLong limit) {
  private static final Pattern LINE = Pattern.compile("(?m)^(\\w+):\\s+(\\d+) kB");

  /// What the system says.
  ///
  /// @param root where `/proc` and `/sys` lie
  public static SystemMemory linux(Path root) {
    String memory = text(root.resolve("proc/meminfo"));
    OptionalLong total = kilobytes(memory, "MemTotal");
    OptionalLong available = kilobytes(memory, "MemAvailable");
    OptionalLong limit = OptionalLong.empty();
    for (Cgroup group : Cgroup.ofThisProcess(root)) {
      limit = least(limit, group.limit());
      available = least(available, Math.max(0, group.limit() - group.used()));
    }
    if (limit.isPresent() && total.isPresent() && limit.getAsLong() >= total.getAsLong()) {
      limit = OptionalLong.empty();
    }
    return new SystemMemory(
        limit.isPresent() ? least(total, limit.getAsLong()) : total, available, limit);
  }

  private static OptionalLong kilobytes(String memory, String name) {
    return LINE.matcher(memory)
        .results()
        .filter(r -> r.group(1).equals(name))
        .mapToLong(r -> Long.parseLong(r.group(2)) * 1024)
        .findFirst();
  }

  private static OptionalLong least(OptionalLong known, long other) {
    return OptionalLong.of(known.isPresent() ? Math.min(known.getAsLong(), other) : other);
  }

  private static OptionalLong number(String text) {
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /// The file's text, or nothing where the system has no such file.
  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /// A control group with a memory limit.
  ///
  /// @param used bytes that are taken and cannot be dropped
  private record Cgroup(long limit, long used) {
    /// The limited groups that this process is in, versions 1 and 2, up to the root.
    static List<Cgroup> ofThisProcess(Path root) {
      List<Cgroup> groups = new ArrayList<>();
      for (String line : text(root.resolve("proc/self/cgroup")).lines().toList()) {
        String[] parts = line.split(":", 3);
        if (parts.length < 3) {
          continue;
        }
        boolean second = parts[0].equals("0");
        if (second || List.of(parts[1].split(",")).contains("memory")) {
          Path top = root.resolve(second ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
          climb(top, parts[2].substring(1), second, groups);
        }
      }
      return groups;
    }

    private static void climb(Path top, String path, boolean second, List<Cgroup> groups) {
      Path relative = Path.of(path);
      for (int depth = relative.getNameCount(); depth > 0; depth--) {
        read(top.resolve(relative.subpath(0, depth)), second).ifPresent(groups::add);
      }
      read(top, second).ifPresent(groups::add);
    }

    private static Optional<Cgroup> read(Path folder, boolean second) {
      OptionalLong limit =
          number(text(folder.resolve(second ? "memory.max" : "memory.limit_in_bytes")));
      OptionalLong used =
          number(text(folder.resolve(second ? "memory.current" : "memory.usage_in_bytes")));
      if (limit.isEmpty() || used.isEmpty()) {
        return Optional.empty();
      }
      Matcher cached =
          Pattern.compile("(?m)^(?:total_)?inactive_file (\\d+)$")
              .matcher(text(folder.resolve("memory.stat")));
      long droppable = cached.find() ? Long.parseLong(cached.group(1)) : 0;
      return Optional.of(new Cgroup(limit.getAsLong(), used.getAsLong() - droppable));
    }
  }
}
