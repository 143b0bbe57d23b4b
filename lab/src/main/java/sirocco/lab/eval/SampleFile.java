package sirocco.lab.eval;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The samples of a run, a line of JSON each, written as soon as they are judged. What a killed run
/// had half written is dropped when its file is opened again; nothing else is. Samples of other
/// subjects, tasks or settings, told by another key, may stand in the same file. For one thread,
/// and for one process at a time.
public final class SampleFile implements AutoCloseable {
  /// What each line begins with, so that no file of another kind is cut.
  private static final String START = "{\"key\":\"";

  private static final int BLOCK = 1 << 16;

  private final Path path;
  private final String key;
  private final RandomAccessFile file;
  private final Map<String, Sample> samples = new LinkedHashMap<>();

  private SampleFile(Path path, String key, RandomAccessFile file) {
    this.path = path;
    this.key = key;
    this.file = file;
  }

  /// Opens or begins a file.
  ///
  /// @param key of the samples that are read and written
  /// @throws EvaluationException if it cannot be, if another run writes it, or if it holds what is
  ///   no sample
  public static SampleFile open(Path path, String key) {
    RandomAccessFile file = null;
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      file = new RandomAccessFile(path.toFile(), "rw");
      var samples = new SampleFile(path, key, file);
      samples.lock();
      samples.dropHalfLine();
      samples.read();
      return samples;
    } catch (IOException e) {
      close(file);
      throw new EvaluationException(path + ": cannot be opened: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      close(file);
      throw e;
    }
  }

  private static void close(@Nullable RandomAccessFile file) {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      // Every line was written by a call of its own, which did not fail.
    }
  }

  private void lock() throws IOException {
    boolean locked;
    try {
      locked = file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new EvaluationException(
          path + ": another run is writing this file; wait for it or choose another file");
    }
  }

  private void dropHalfLine() throws IOException {
    long end = file.length();
    long begin = end;
    byte[] block = new byte[BLOCK];
    while (begin > 0) {
      int size = (int) Math.min(BLOCK, begin);
      file.seek(begin - size);
      file.readFully(block, 0, size);
      int at = size;
      while (at > 0 && block[at - 1] != '\n') {
        at--;
      }
      begin -= size - at;
      if (at > 0) {
        break;
      }
    }
    if (begin < end) {
      byte[] head = new byte[(int) Math.min(START.length(), end - begin)];
      file.seek(begin);
      file.readFully(head);
      if (!START.startsWith(new String(head, StandardCharsets.UTF_8))) {
        throw new EvaluationException(
            path + ": expected the samples of a run, found another file; choose another name");
      }
      file.setLength(begin);
    }
    file.seek(begin);
  }

  private void read() {
    try (var lines = new LineReader(path)) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        read(line);
      }
    }
  }

  private void read(RawRecord line) {
    try {
      JsonNode json = JsonMapper.shared().readTree(line.bytes());
      if (json.required("key").stringValue().equals(key)) {
        Sample sample = Sample.of(json);
        samples.put(sample.item(), sample);
      }
    } catch (RuntimeException e) {
      throw new EvaluationException(
          "%s:%d: expected a sample, found: %s; delete the line to have its sample made again"
              .formatted(path, line.number(), e.getMessage()),
          e);
    }
  }

  /// The samples of the key by item, of two of an item the later.
  public Map<String, Sample> samples() {
    return Collections.unmodifiableMap(samples);
  }

  /// Adds one; it is in the file when this returns.
  ///
  /// @throws EvaluationException if it cannot be written
  public void append(Sample sample) {
    try {
      file.write((sample.toJson(key) + "\n").getBytes(StandardCharsets.UTF_8));
      samples.put(sample.item(), sample);
    } catch (IOException e) {
      throw new EvaluationException(
          path + ": cannot be written: " + e.getMessage() + "; what is in it stays", e);
    }
  }

  @Override
  public void close() {
    close(file);
  }
}
