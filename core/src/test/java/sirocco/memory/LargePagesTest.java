package sirocco.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargePagesTest {
  /// Two stretches and something, no whole number of pages.
  private static final int LENGTH = (75 << 20) + 123;

  @TempDir private Path folder;
  private Path file;
  private MemorySegment content;

  @BeforeEach
  void write() throws IOException {
    assumeTrue(LargePages.areGiven(), "this system has no large pages");
    byte[] bytes = new byte[LENGTH];
    new Random(5).nextBytes(bytes);
    file = Files.write(folder.resolve("weights"), bytes);
    content = MemorySegment.ofArray(bytes);
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Test
  void theBytesStayTheSameAtTheirAddresses() throws IOException {
    try (FileChannel channel = open();
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH, arena);
      long moved = LargePages.replace(mapped, channel, () -> true);
      assertThat(moved).isBetween(LENGTH - 2 * LargePages.SIZE, (long) LENGTH);
      assertThat(mapped.mismatch(content)).isEqualTo(-1);
      // what lies in memory of our own does not follow the file; its incomplete last page does
      channel.write(content.asSlice(0, 100).asByteBuffer(), 40 << 20);
      assertThat(mapped.mismatch(content)).isEqualTo(-1);
      channel.write(content.asSlice(0, 100).asByteBuffer(), LENGTH - 100);
      assertThat(mapped.mismatch(content)).isEqualTo(LENGTH - 100);
    }
  }

  @Test
  void itStopsBetweenStretches() throws IOException {
    try (FileChannel channel = open();
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH, arena);
      AtomicInteger asked = new AtomicInteger();
      long moved = LargePages.replace(mapped, channel, () -> asked.incrementAndGet() < 2);
      assertThat(moved).isEqualTo(32 << 20);
      assertThat(mapped.mismatch(content)).isEqualTo(-1);
    }
  }

  @Test
  void readersSeeNothingOfIt() throws IOException, InterruptedException {
    try (FileChannel channel = open();
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH, arena);
      AtomicBoolean ended = new AtomicBoolean();
      AtomicLong differing = new AtomicLong(-2);
      Thread reader =
          Thread.ofPlatform()
              .start(() -> {
                do {
                  differing.set(mapped.mismatch(content));
                } while (differing.get() == -1 && !ended.get());
              });
      for (int i = 0; i < 5; i++) { // again and again over its own pages, too
        LargePages.replace(mapped, channel, () -> true);
      }
      ended.set(true);
      reader.join();
      assertThat(differing.get()).isEqualTo(-1);
    }
  }

  @Test
  void aFileThatBecameShorterLeavesTheMapping() throws IOException {
    try (FileChannel channel = open();
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH, arena);
      channel.truncate(50 << 20);
      assertThatThrownBy(() -> LargePages.replace(mapped, channel, () -> true))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("shorter than");
      assertThat(mapped.asSlice(0, 40 << 20).mismatch(content.asSlice(0, 40 << 20))).isEqualTo(-1);
    }
  }

  @Test
  void memoryOfOnesOwn() {
    for (long bytes : new long[] {1, 5000, LargePages.SIZE, 3 * LargePages.SIZE + 7}) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment memory = LargePages.allocate(bytes, arena);
        assertThat(memory.byteSize()).isEqualTo(bytes);
        assertThat(memory.address() % 4096).isZero();
        assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isZero();
        memory.fill((byte) 1);
        assertThat(memory.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 1);
      }
    }
  }

  @Test
  void whatIsSmallerThanAPageStays() throws IOException {
    Path small = Files.write(folder.resolve("small"), new byte[5000]);
    try (FileChannel channel = FileChannel.open(small);
        Arena arena = Arena.ofShared()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 5000, arena);
      assertThat(LargePages.replace(mapped, channel, () -> true)).isZero();
      assertThat(mapped.get(ValueLayout.JAVA_BYTE, 4999)).isZero();
    }
  }
}
