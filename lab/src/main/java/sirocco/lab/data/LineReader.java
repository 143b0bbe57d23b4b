package sirocco.lab.data;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The lines of a file, plain or compressed. Empty lines are no records.
public final class LineReader implements RecordReader {
  /// `zstd --long=27` is the longest window that the zstd tool itself reads unasked.
  private static final int ZSTD_WINDOW_LOG = 27;

  private static final int LONGEST_LINE = 1 << 28;

  private final Path file;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private long line;

  /// @throws DataException if the file is not there or its head is not what its name says
  public LineReader(Path file) {
    this.file = file;
    this.in = open(file);
  }

  private static InputStream open(Path file) {
    InputStream raw = null;
    try {
      raw = Files.newInputStream(file);
      return decompressed(file.getFileName().toString(), raw);
    } catch (IOException e) {
      close(raw);
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream decompressed(String name, InputStream raw) throws IOException {
    if (name.endsWith(".zst")) {
      return new ZstdInputStream(new BufferedInputStream(raw, 1 << 16)).setLongMax(ZSTD_WINDOW_LOG);
    }
    return name.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
  }

  @Override
  public @Nullable RawRecord next() {
    while (true) {
      byte[] bytes = nextLine();
      if (bytes == null) {
        return null;
      }
      if (!isBlank(bytes)) {
        return new RawRecord(line, bytes);
      }
    }
  }

  private byte @Nullable [] nextLine() {
    if (at == end && !fill()) {
      return null;
    }
    ByteArrayOutputStream held = new ByteArrayOutputStream(0);
    while (true) {
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      boolean ended = at < end;
      if (ended && held.size() == 0) {
        line++;
        at++;
        return Arrays.copyOfRange(buffer, from, at - 1);
      }
      held.write(buffer, from, at - from);
      checkLength(held.size());
      if (ended) {
        at++;
      }
      if (ended || !fill()) {
        line++;
        return held.toByteArray();
      }
    }
  }

  private void checkLength(int bytes) {
    if (bytes > LONGEST_LINE) {
      throw new DataException(
          file + ":" + (line + 1) + ": expected a line of at most " + LONGEST_LINE + " bytes");
    }
  }

  private boolean fill() {
    try {
      at = 0;
      end = Math.max(in.read(buffer), 0);
      return end > 0;
    } catch (IOException e) {
      throw new DataException(
          file + ":" + (line + 1) + ": the file is cut off or damaged here: " + e.getMessage(), e);
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    close(in);
  }

  private static void close(@Nullable InputStream in) {
    try {
      if (in != null) {
        in.close();
      }
    } catch (IOException e) {
      // Nothing was written: what was read stays right.
    }
  }
}
