package sirocco.train.ranks;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// What the processes of a job share: a file where they find one another, and one that says how far
/// each is. The second is mapped, so that it tells of a process that is stopped or was killed.
final class JobFolder {
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  /// A row of `progress`: collectives begun, steps done.
  private static final int ROW = 2 * Long.BYTES;

  private final Path path;
  private final MemorySegment progress;

  private JobFolder(Path path, MemorySegment progress) {
    this.path = path;
    this.progress = progress;
  }

  /// A folder for so many processes, among the temporary files.
  static JobFolder create(int size) {
    try {
      Path path = Files.createTempDirectory("sirocco-job-");
      return new JobFolder(path, map(path, (long) size * ROW, CREATE_NEW));
    } catch (IOException e) {
      throw new RanksException("the folder that processes share cannot be made: " + e, e);
    }
  }

  /// The folder that the first process made.
  static JobFolder open(Path path) {
    try {
      long bytes = Files.size(path.resolve("progress"));
      return new JobFolder(path, map(path, bytes, WRITE));
    } catch (IOException e) {
      throw new RanksException(path + ": not the folder of a job that runs: " + e, e);
    }
  }

  private static MemorySegment map(Path path, long bytes, java.nio.file.OpenOption option)
      throws IOException {
    try (var file = FileChannel.open(path.resolve("progress"), READ, WRITE, option)) {
      return file.map(MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
    }
  }

  Path path() {
    return path;
  }

  Path store() {
    return path.resolve("store");
  }

  int size() {
    return Math.toIntExact(progress.byteSize() / ROW);
  }

  /// Notes that a process begins a collective.
  void collective(int rank, long number) {
    LONG.setVolatile(progress, (long) rank * ROW, number);
  }

  /// Notes that a process has done a step.
  void step(int rank, long step) {
    LONG.setVolatile(progress, (long) rank * ROW + Long.BYTES, step);
  }

  /// Steps that all have done.
  long step() {
    return IntStream.range(0, size())
        .mapToLong(rank -> (long) LONG.getVolatile(progress, (long) rank * ROW + Long.BYTES))
        .min()
        .orElse(0);
  }

  /// The processes that have not begun the collective which others are at.
  List<Integer> behind() {
    long most = IntStream.range(0, size()).mapToLong(this::collective).max().orElse(0);
    return IntStream.range(0, size()).filter(r -> collective(r) < most).boxed().toList();
  }

  private long collective(int rank) {
    return (long) LONG.getVolatile(progress, (long) rank * ROW);
  }

  void delete() {
    try {
      Files.deleteIfExists(store());
      Files.deleteIfExists(path.resolve("progress"));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      return; // a few bytes among the temporary files
    }
  }
}
