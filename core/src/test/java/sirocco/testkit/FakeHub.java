package sirocco.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import tools.jackson.databind.node.JsonNodeFactory;

/// A server on this computer that answers as a Hugging Face hub does, for one repository, until a
/// test tells it to behave otherwise. Sockets without an HTTP library, so that answers can be cut.
public final class FakeHub implements AutoCloseable {
  /// The repository that it has.
  public static final String REPOSITORY = "mistral/tiny";

  private final ServerSocket socket;
  private final Map<String, Stored> files = new ConcurrentSkipListMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile BiFunction<Request, Answer, Answer> change = (_, usual) -> usual;

  private static final class Stored {
    final byte[] content;
    final boolean large; // it lies in Git's large file storage, so that its SHA-256 is listed

    Stored(byte[] content, boolean large) {
      this.content = content;
      this.large = large;
    }
  }

  /// What a client asks for.
  ///
  /// @param path with its query, decoded
  /// @param headers by their names in lower case
  public record Request(String path, Map<String, String> headers) {
    /// A header, or an empty text.
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /// Whether a file is asked for, not what there is.
    public boolean isFile() {
      return path.contains("/resolve/");
    }
  }

  /// What it is told: a status, headers and bytes, which may be cut off or come slowly.
  public static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final int cut; // bytes of the body after which the connection ends; -1 if it does not
    private final int pause; // milliseconds to wait after each KiB

    private Answer(int status, Map<String, String> headers, byte[] body, int cut, int pause) {
      this.status = status;
      this.headers = headers;
      this.body = body;
      this.cut = cut;
      this.pause = pause;
    }

    /// A file without anything special.
    public static Answer of(int status, byte[] body) {
      return new Answer(status, Map.of(), body, -1, 0);
    }

    /// Bytes of the body.
    public int length() {
      return body.length;
    }

    /// An answer without anything special.
    public static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body.getBytes(UTF_8), -1, 0);
    }

    /// The same with one more header, or another value of it.
    public Answer with(String name, String value) {
      var changed = new TreeMap<>(headers);
      changed.put(name, value);
      return new Answer(status, changed, body, cut, pause);
    }

    /// The same with another body.
    public Answer with(byte[] other) {
      return new Answer(status, headers, other, cut, pause);
    }

    /// The same, cut off.
    public Answer cutAfter(int bytes) {
      return new Answer(status, headers, body, bytes, pause);
    }

    /// The same, slowly.
    public Answer slowly(int milliseconds) {
      return new Answer(status, headers, body, cut, milliseconds);
    }
  }

  public FakeHub() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// Puts a file into the repository.
  public FakeHub put(String path, byte[] content, boolean large) {
    files.put(path, new Stored(content, large));
    return this;
  }

  /// What it answers from now on, given what it would.
  public void answering(BiFunction<Request, Answer, Answer> other) {
    change = other;
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /// All requests so far.
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /// Those for files.
  public List<Request> fileRequests() {
    return requests.stream().filter(Request::isFile).toList();
  }

  /// The commit: another one for other files.
  public String commit() {
    var all = new StringBuilder();
    files.forEach((path, file) -> all.append(path).append(hash("SHA-1", file.content)));
    return hash("SHA-1", all.toString().getBytes(UTF_8));
  }

  public static String hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      Arrays.stream(parts).forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var in = new BufferedInputStream(client.getInputStream());
        var out = new BufferedOutputStream(client.getOutputStream())) {
      Request request = read(in);
      requests.add(request);
      write(out, change.apply(request, usual(request)));
    } catch (IOException e) {
      return; // the client left
    }
  }

  private static Request read(InputStream in) throws IOException {
    String[] first = line(in).split(" ", -1);
    if (first.length < 2) {
      throw new IOException("no request");
    }
    var headers = new TreeMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(URLDecoder.decode(first[1].replace("+", "%2B"), UTF_8), headers);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(ISO_8859_1);
  }

  private static void write(OutputStream out, Answer answer) throws IOException {
    var head = new StringBuilder("HTTP/1.1 " + answer.status + " Status\r\nConnection: close\r\n");
    answer.headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    boolean chunked = answer.headers.containsKey("Transfer-Encoding");
    if (!chunked && !answer.headers.containsKey("Content-Length")) {
      head.append("Content-Length: " + answer.body.length + "\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    int end = answer.cut < 0 ? answer.body.length : Math.min(answer.cut, answer.body.length);
    int piece = answer.pause > 0 ? 1 << 10 : 16 << 10;
    for (int at = 0; at < end; at += piece) {
      int count = Math.min(piece, end - at);
      if (chunked) {
        out.write((Integer.toHexString(count) + "\r\n").getBytes(US_ASCII));
      }
      out.write(answer.body, at, count);
      if (chunked) {
        out.write("\r\n".getBytes(US_ASCII));
      }
      if (answer.pause > 0) {
        out.flush();
        pause(answer.pause);
      }
    }
    if (chunked && answer.cut < 0) {
      out.write("0\r\n\r\n".getBytes(US_ASCII));
    }
    out.flush();
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer usual(Request request) {
    String models = "/api/models/" + REPOSITORY + "/revision/";
    String path = request.path();
    if (path.equals(models + "main?blobs=true") || path.equals(models + commit() + "?blobs=true")) {
      return Answer.of(200, listing());
    }
    if (path.startsWith(models)) {
      return Answer.of(404, "").with("X-Error-Code", "RevisionNotFound");
    }
    String resolve = "/" + REPOSITORY + "/resolve/" + commit() + "/";
    Stored file =
        path.startsWith(resolve) ? files.get(path.substring(resolve.length())) : (Stored) null;
    if (file != null) {
      return content(request, file);
    }
    return Answer.of(404, "{}").with("X-Error-Code", "RepoNotFound");
  }

  private static Answer content(Request request, Stored file) {
    byte[] all = file.content;
    String etag = "\"" + hash("SHA-256", all) + "\"";
    String range = request.header("Range");
    boolean asked = range.startsWith("bytes=") && range.endsWith("-");
    String condition = request.header("If-Range");
    Answer whole = new Answer(200, Map.of("ETag", etag), all, -1, 0);
    if (!asked || !(condition.isEmpty() || condition.equals(etag))) {
      return whole;
    }
    int from = Integer.parseInt(range.substring(6, range.length() - 1));
    if (from >= all.length) {
      return Answer.of(416, "").with("Content-Range", "bytes */" + all.length);
    }
    return new Answer(206, whole.headers, Arrays.copyOfRange(all, from, all.length), -1, 0)
        .with("Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
  }

  private String listing() {
    var root = JsonNodeFactory.instance.objectNode();
    root.put("id", REPOSITORY).put("sha", commit());
    var siblings = root.putArray("siblings");
    files.forEach((path, file) -> {
      byte[] head = ("blob " + file.content.length + "\0").getBytes(US_ASCII);
      var entry =
          siblings
              .addObject()
              .put("rfilename", path)
              .put("size", file.content.length)
              .put("blobId", hash("SHA-1", head, file.content));
      if (file.large) {
        entry
            .putObject("lfs")
            .put("sha256", hash("SHA-256", file.content))
            .put("size", file.content.length)
            .put("pointerSize", 135);
      }
    });
    return root.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
