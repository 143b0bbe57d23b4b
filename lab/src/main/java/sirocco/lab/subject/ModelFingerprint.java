package sirocco.lab.subject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import sirocco.lab.eval.EvaluationException;

/// Tells models apart by their files, without reading all of tens of gigabytes: names, sizes and
/// samples of every file.
public final class ModelFingerprint {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 256; // of a file, its first and its last among them

  private ModelFingerprint() {}

  /// The fingerprint.
  ///
  /// @param model a file, or a folder of a model's files
  /// @param settings what else decides about the numbers that come out, in words, such as the type
  ///   of the cache
  /// @return 16 hexadecimal digits
  public static String of(Path model, String settings) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(settings.getBytes(StandardCharsets.UTF_8));
      for (Path file : files(model)) {
        digest.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
        add(file, digest);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new EvaluationException(model + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path model) throws IOException {
    if (!Files.isDirectory(model)) {
      return List.of(model);
    }
    try (Stream<Path> files = Files.list(model)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void add(Path file, MessageDigest digest) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
      long last = Math.max(0, size - BLOCK);
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      for (int i = 0; i < BLOCKS; i++) {
        block.clear();
        channel.read(block, last / (BLOCKS - 1) * i + last % (BLOCKS - 1) * i / (BLOCKS - 1));
        digest.update(block.flip());
      }
    }
  }
}
