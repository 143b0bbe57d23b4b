package sirocco.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
      MemorySegment target = arena.allocate(MappedFile.room(length), MappedFile.BLOCK);
      MemorySegment part = file.bytes().asSlice(start, length);
      assertThat(file.holds(part)).isTrue();
      assertThat(file.holds(target)).isFalse();
      assertThat(file.bytes().mismatch(MemorySegment.ofArray(content))).isEqualTo(-1);
      MemorySegment copy = file.read(part, target);
      assertThat(copy.mismatch(MemorySegment.ofArray(content).asSlice(start, length)))
          .isEqualTo(-1);
      assumeTrue(Files.exists(MAPPINGS), "only Linux says which pages of a file are in memory");
      assertThat(residentKibibytes(path)).isBetween(0L, (BYTES - length) / 1024 + 64L);
    }
  }

  @Test
  void aFileThatWasReplacedIsStillTheOne() throws IOException {
    Path path = Files.write(folder.resolve("a"), new byte[] {1, 2, 3, 4, 5});
    try (Arena arena = Arena.ofShared()) {
      MappedFile file = MappedFile.map(path, arena);
      MemorySegment room = arena.allocate(MappedFile.room(3), MappedFile.BLOCK);
      MemorySegment part = file.bytes().asSlice(1, 3);
      assertThat(file.read(part, room).toArray(ValueLayout.JAVA_BYTE)).containsExactly(2, 3, 4);
      Path other = Files.write(folder.resolve("b"), new byte[] {9, 9, 9, 9, 9});
      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
      assertThat(file.read(part, room).toArray(ValueLayout.JAVA_BYTE)).containsExactly(2, 3, 4);
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
