package sirocco.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A server that speaks as much of OpenAI's protocol as chats need, and says what it is told to.
///
/// @param say what to answer to the last message
record ScriptedServer(ServerSocket socket, UnaryOperator<String> say) implements AutoCloseable {
  static ScriptedServer start(UnaryOperator<String> say) throws IOException {
    var server = new ScriptedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), say);
    Thread.ofVirtual().start(server::accept);
    return server;
  }

  String uri() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      int length = 0;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
        }
      }
      JsonNode asked = JsonMapper.shared().readTree(in.readNBytes(length)).at("/messages");
      ObjectNode answer = JsonMapper.shared().createObjectNode();
      answer
          .putArray("choices")
          .addObject()
          .putObject("message")
          .put("content", say.apply(asked.get(asked.size() - 1).at("/content").asString()));
      byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
      String head =
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
              .formatted(body.length);
      client.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      client.getOutputStream().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A line of the head, without its end.
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
