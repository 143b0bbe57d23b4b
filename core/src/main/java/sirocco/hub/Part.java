package sirocco.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import sirocco.json.JsonFields;

/// The bytes of a file that have arrived, in `NAME.part`, and beside it in `NAME.part.json` which
/// file they are of. It gets its name when all of them are there and come to the right checksum.
final class Part implements AutoCloseable {
  private static final int PIECE = 1 << 20;
  private static final long MAX_NOTE = 64 << 10;

  private final Path target;
  private final Path bytes;
  private final Path note;
  private final HubFile file;
  private final FileChannel channel;
  private MessageDigest digest;
  private long length;
  private Optional<String> etag;

  /// Opens what an earlier pull left, if it is of this very file; else begins anew.
  ///
  /// @param target the file's place when it is whole
  /// @throws HubException if it cannot be written
  Part(Path target, HubFile file) {
    this.target = target;
    this.file = file;
    this.bytes = target.resolveSibling(target.getFileName() + ".part");
    this.note = target.resolveSibling(target.getFileName() + ".part.json");
    this.digest = file.checksum().start(file.size());
    Optional<String> known = note();
    this.etag = known.filter(text -> !text.isEmpty());
    try {
      this.channel =
          FileChannel.open(
              bytes,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS));
      if (known.isEmpty() || channel.size() > file.size()) {
        restart();
      } else {
        digest();
      }
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be written", bytes, e);
    }
  }

  /// The entity tag that the bytes came with, empty if they had none; nothing if they are not known
  /// to be of this file.
  private Optional<String> note() {
    if (!Files.isRegularFile(note, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      if (Files.size(note) > MAX_NOTE) {
        return Optional.empty();
      }
      JsonFields json = HubJson.parse(Files.readAllBytes(note), note.toString()).asObject();
      boolean same =
          json.requiredText("path").equals(file.path())
              && json.requiredText("size").equals(String.valueOf(file.size()))
              && json.requiredText("checksum").equals(file.checksum().toString());
      return same ? Optional.of(json.text("etag").orElse("")) : Optional.empty();
    } catch (IOException | HubException e) {
      return Optional.empty(); // of a pull that was killed while it wrote
    }
  }

  /// Brings the checksum to where the bytes end.
  private void digest() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    while (channel.read(buffer, length) > 0) {
      length += buffer.position();
      digest.update(buffer.flip());
      buffer.clear();
    }
  }

  /// Bytes that are there.
  long length() {
    return length;
  }

  /// What the server called the version of the file that they are of.
  Optional<String> etag() {
    return etag;
  }

  /// Notes which version of the file the next bytes are of.
  void etag(Optional<String> now) {
    etag = now;
    var json =
        HubJson.object()
            .put("path", file.path())
            .put("size", String.valueOf(file.size()))
            .put("checksum", file.checksum().toString());
    now.ifPresent(text -> json.put("etag", text));
    CacheFiles.write(note, HubJson.bytes(json));
  }

  void append(byte[] piece, int count) {
    try {
      ByteBuffer left = ByteBuffer.wrap(piece, 0, count);
      while (left.hasRemaining()) {
        length += channel.write(left, length);
      }
      digest.update(piece, 0, count);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw Retries.stopped(file.path());
      }
      throw CacheFiles.cannot("cannot be written", bytes, e);
    }
  }

  /// Forgets all bytes.
  void restart() {
    try {
      channel.truncate(0);
      length = 0;
      digest = file.checksum().start(file.size());
      Files.deleteIfExists(note);
      etag = Optional.empty();
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be written", bytes, e);
    }
  }

  /// What all bytes come to. They can only be asked once.
  Checksum checksum() {
    return file.checksum().of(digest);
  }

  /// Gives the whole file its name.
  void finish() {
    try {
      channel.force(true);
      channel.close();
      CacheFiles.move(bytes, target);
      Files.deleteIfExists(note);
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be written", target, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw CacheFiles.cannot("cannot be closed", bytes, e);
    }
  }
}
