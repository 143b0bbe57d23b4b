package sirocco.defaultmodel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// A file that may travel inside a jar but has to be mapped.
///
/// @param content where it lies
/// @param name that it has outside
/// @param sha256 of its bytes, 64 hexadecimal digits
record PackagedFile(URL content, String name, String sha256) {

  /// The file as it lies on the disk: among class files, or beside the jar.
  Optional<Path> inPlace() {
    try {
      if (content.getProtocol().equals("file")) {
        return Optional.of(Path.of(content.toURI()));
      }
      if (content.openConnection() instanceof JarURLConnection jar
          && jar.getJarFileURL().getProtocol().equals("file")) {
        return Optional.of(Path.of(jar.getJarFileURL().toURI()).resolveSibling(name))
            .filter(Files::isRegularFile);
      }
      return Optional.empty();
    } catch (IOException | URISyntaxException e) {
      throw new DefaultModelException(content + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// The file in this folder, unpacked if it is not there or not whole; if that fails, in a
  /// temporary folder.
  Path unpacked(Optional<Path> folder) {
    String reason = "there is no cache folder";
    if (folder.isPresent()) {
      try {
        return unpackedIn(folder.get());
      } catch (IOException e) {
        reason = folder.get() + " cannot be written: " + e;
      }
    }
    try {
      // Of this user alone: whoever else could write there could change the weights.
      Path temporary = Files.createTempDirectory("sirocco-");
      temporary.toFile().deleteOnExit();
      Path file = unpackedIn(temporary);
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new DefaultModelException(
          "there is no place for the default model: "
              + reason
              + "; nor can the temporary folder: "
              + e
              + "; set XDG_CACHE_HOME to a folder with room for it",
          e);
    }
  }

  /// Several processes may do so at once: each writes its own copy and moves it into its place.
  private Path unpackedIn(Path folder) throws IOException {
    Path target = folder.resolve(name);
    if (Files.isRegularFile(target) && hash(Files.newInputStream(target)).equals(sha256)) {
      return target;
    }
    Files.createDirectories(folder);
    Path part = Files.createTempFile(folder, name, ".part");
    try {
      try (InputStream in = open()) {
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      }
      String found = hash(Files.newInputStream(part));
      if (!found.equals(sha256)) {
        throw new DefaultModelException(
            content + ": expected SHA-256 " + sha256 + ", found " + found + "; build it again");
      }
      return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /// A cached connection would keep the jar open.
  private InputStream open() throws IOException {
    URLConnection connection = content.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  private static String hash(InputStream bytes) throws IOException {
    try (var in = new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
