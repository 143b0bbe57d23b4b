package sirocco.hub;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import sirocco.hub.HubClient.Answer;

/// Brings one file, in as many tries as it takes, and checks it.
final class Download {
  private static final int PIECE = 256 << 10;
  private static final int PARTIAL = 206;
  private static final int NO_SUCH_RANGE = 416;
  private static final Pattern RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

  private final HubClient client;
  private final ModelName model;
  private final PullProgress progress;
  private final URI address;
  private final HubFile file;
  private final String what;

  Download(HubClient client, Listing listing, HubFile file, PullProgress progress) {
    this.client = client;
    this.model = listing.name();
    this.progress = progress;
    this.address = listing.address(client, file);
    this.file = file;
    this.what = model.repository() + ": " + file.path();
  }

  /// Brings it to its place, or to `NAME.part` if that fails.
  ///
  /// @throws HubException if it cannot be had, is not what the hub lists, or cannot be written
  void to(Path target) {
    var retries = new Retries(client.options(), progress);
    try (Part part = new Part(target, file)) {
      long furthest = part.length();
      boolean again = true; // bytes of two versions may have met: one more chance
      while (true) {
        try {
          fetch(part);
          if (isRight(part, again)) {
            part.finish();
            return;
          }
          again = false;
        } catch (TransientException e) {
          if (part.length() > furthest) {
            furthest = part.length();
            retries.progressed();
          }
          retries.pause(what, e);
        }
      }
    } catch (RefusedException e) {
      throw Refusals.of(client.options(), model, what, e);
    }
  }

  /// Whether the bytes are the right ones; those that are not are forgotten.
  private boolean isRight(Part part, boolean again) {
    Checksum found = part.checksum();
    if (found.equals(file.checksum())) {
      return true;
    }
    restart(part);
    if (!again) {
      throw new HubException(
          what + ": expected " + file.checksum() + ", found " + found + "; nothing of it was kept");
    }
    progress.notes(what + ": the bytes do not come to its checksum; fetching it again");
    return false;
  }

  private void restart(Part part) {
    progress.advances(file.path(), -part.length());
    part.restart();
  }

  /// One try. Ends well when all bytes are there.
  private void fetch(Part part) {
    if (part.length() == file.size() && file.size() > 0) {
      return;
    }
    try (Answer answer = client.get(address, headers(part))) {
      Optional<String> etag = strong(answer.headers());
      if (answer.status() == NO_SUCH_RANGE) {
        restart(part);
        throw new TransientException("the hub does not know the bytes that are missing");
      }
      if (answer.status() == PARTIAL && part.length() > 0) {
        requireContinuation(part, answer.headers(), etag);
      } else {
        begin(part, answer, etag);
      }
      copy(answer, part);
    }
  }

  private Map<String, String> headers(Part part) {
    var headers = new HashMap<String, String>();
    if (part.length() > 0) {
      headers.put("Range", "bytes=" + part.length() + "-");
      part.etag().ifPresent(tag -> headers.put("If-Range", tag));
    }
    return headers;
  }

  /// A tag that promises the same bytes.
  private static Optional<String> strong(HttpHeaders headers) {
    return headers.firstValue("ETag").filter(t -> t.startsWith("\"") && t.length() < 1000);
  }

  /// The answer must go on where the part ends, with the same version of the file.
  private void requireContinuation(Part part, HttpHeaders headers, Optional<String> etag) {
    Matcher range = RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
    boolean fits =
        range.matches()
            && Long.parseLong(range.group(1)) == part.length()
            && (range.group(2).equals("*") || Long.parseLong(range.group(2)) == file.size());
    boolean same = part.etag().isEmpty() || etag.isEmpty() || etag.equals(part.etag());
    if (!fits || !same) {
      restart(part);
      throw new TransientException(
          same ? "the hub sent other bytes than were asked for" : "the file changed at the hub");
    }
  }

  /// The answer is the whole file, asked for or not.
  private void begin(Part part, Answer answer, Optional<String> etag) {
    if (answer.status() == PARTIAL) {
      throw new TransientException("the hub sent a part that was not asked for");
    }
    if (part.length() > 0) {
      restart(part);
    }
    long size = answer.headers().firstValueAsLong("Content-Length").orElse(file.size());
    if (size != file.size()) {
      throw new HubException(what + ": the hub lists " + file.size() + " bytes, but sends " + size);
    }
    part.etag(etag);
  }

  private void copy(Answer answer, Part part) {
    byte[] piece = new byte[PIECE];
    try (var watch = new Watch(answer.body(), client.options().patience())) {
      while (true) {
        int count = read(answer, piece, watch);
        if (count < 0) {
          break;
        }
        watch.hears();
        if (part.length() + count > file.size()) {
          restart(part);
          throw new HubException(
              what + ": the hub lists " + file.size() + " bytes, but sends more");
        }
        part.append(piece, count);
        progress.advances(file.path(), count);
      }
    }
    if (part.length() < file.size()) {
      throw new TransientException(
          "the connection ended after " + part.length() + " of " + file.size() + " bytes");
    }
  }

  private int read(Answer answer, byte[] piece, Watch watch) {
    try {
      return answer.body().read(piece);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw Retries.stopped(what);
      }
      throw watch.expired()
          ? new TransientException("the hub is silent")
          : new TransientException("the connection was cut", e);
    }
  }
}
