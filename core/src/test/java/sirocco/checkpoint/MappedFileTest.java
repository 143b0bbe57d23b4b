package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final int BYTES = 20 << 20;

  @TempDir private Path folder = Path.of("");

  @Test
  void readsWhatIsThereAndLeavesNoPagesBehind() throws IOException {
    byte[] content = new byte[BYTES];
    new SplittableRandom(1).nextBytes(content);
    Path path = Files.write(folder.resolve("file-of-this-test"), content);
    try (Arena arena = Arena.ofShared()) {
      MappedFile file = MappedFile.map(path, arena);
      int start = 12345;
      int length = 17 << 20;
      MemorySegment target = arena.allocate(length);
      MemorySegment part = file.bytes().asSlice(start, length);
      assertThat(file.holds(part)).isTrue();
      assertThat(file.holds(target)).isFalse();
      assertThat(file.bytes().mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
      file.read(part, target);
      assertThat(target.mismatch(MemorySegment.ofArray(content).asSlice(start, length)))
          .isEqualTo(-1);
      assumeTrue(Files.exists(MAPPINGS), "only Linux says which pages of a file are in memory");
      assertThat(residentKibibytes(path)).isBetween(0L, (BYTES - length) / 1024 + 64L);
    }
  }

  private static long residentKibibytes(Path path) throws IOException {
    List<String> lines = Files.readAllLines(MAPPINGS);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).endsWith(path.getFileName().toString())) {
        while (!lines.get(i).startsWith("Rss:")) {
          i++;
        }
        return Long.parseLong(lines.get(i).replaceAll("[^0-9]", ""));
      }
    }
    throw new AssertionError("no mapping of " + path);
  }
}
