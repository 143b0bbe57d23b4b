package sirocco.defaultmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackagedFileTest {
  private static final String NAME = "weights.bin";

  @TempDir private Path folder = Path.of("");
  private final byte[] bytes = new byte[3_000_001];
  private String sha256 = "";
  private Path jar = Path.of("");

  @BeforeEach
  void pack() throws Exception {
    new Random(1).nextBytes(bytes);
    sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    jar = folder.resolve("a folder/packed.jar");
    Files.createDirectories(jar.getParent());
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("some/place/" + NAME));
      out.write(bytes);
    }
  }

  @Test
  void aFileOnTheDiskIsUsedWhereItLies() throws IOException {
    Path plain = Files.write(folder.resolve(NAME), bytes);
    assertThat(new PackagedFile(plain.toUri().toURL(), NAME, sha256).inPlace()).contains(plain);
    assertThat(packed().inPlace()).isEmpty();
    Path beside = Files.write(jar.resolveSibling(NAME), bytes);
    assertThat(packed().inPlace()).contains(beside);
  }

  @Test
  void isUnpackedOnce() throws IOException {
    Path cache = folder.resolve("cache/sirocco");
    Path file = packed().unpacked(Optional.of(cache));
    assertThat(file).hasBinaryContent(bytes).hasParent(cache);
    var written = Files.getLastModifiedTime(file);
    assertThat(packed().unpacked(Optional.of(cache))).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(written);
    assertThat(cache).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void aDamagedCopyIsReplaced() throws IOException {
    Path cache = folder.resolve("cache");
    Path file = packed().unpacked(Optional.of(cache));
    byte[] damaged = bytes.clone();
    damaged[2_000_000] ^= 1;
    for (byte[] found : List.of(damaged, new byte[0], new byte[] {1, 2})) {
      Files.write(file, found);
      assertThat(packed().unpacked(Optional.of(cache))).isEqualTo(file).hasBinaryContent(bytes);
    }
  }

  @Test
  void manyMayStartAtOnce() throws Exception {
    Path cache = folder.resolve("cache");
    List<Callable<Path>> starts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      starts.add(() -> packed().unpacked(Optional.of(cache)));
    }
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<Path> start : threads.invokeAll(starts)) {
        assertThat(start.get()).hasBinaryContent(bytes).hasParent(cache);
      }
    }
    try (var files = Files.list(cache)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void withoutACacheItGoesToATemporaryFolder() throws IOException {
    Path notFolder = Files.writeString(folder.resolve("file"), "");
    for (Optional<Path> cache :
        List.of(Optional.of(notFolder.resolve("sirocco")), Optional.<Path>empty())) {
      Path file = packed().unpacked(cache);
      assertThat(file).hasBinaryContent(bytes);
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      assertThat(file).startsWith(temporary);
      assertThat(temporary.relativize(file).getName(0).toString()).startsWith("sirocco-");
      assertThat(temporary.relativize(file).getNameCount()).isEqualTo(2);
    }
  }

  @Test
  void aDamagedJarIsNamed() {
    PackagedFile wrong = new PackagedFile(packed().content(), NAME, "0".repeat(64));
    Path cache = folder.resolve("cache");
    assertThatThrownBy(() -> wrong.unpacked(Optional.of(cache)))
        .isInstanceOf(DefaultModelException.class)
        .hasMessageContainingAll("packed.jar", "expected SHA-256 000", sha256);
    assertThat(cache).isEmptyDirectory();
  }

  private PackagedFile packed() {
    try {
      URI uri = URI.create("jar:" + jar.toUri() + "!/some/place/" + NAME);
      return new PackagedFile(uri.toURL(), NAME, sha256);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
