package sirocco.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The output of `batch` as an earlier run left it: whole lines, and perhaps a torn one at the end.
///
/// @param file the output
/// @param count the lines that are done
/// @param bytes their length; what comes after is torn
record BatchOutput(Path file, int count, long bytes) {
  /// The fields that `batch` adds.
  static final List<String> RESULTS = List.of("text", "finish_reason", "tokens");

  /// Finds out how far an earlier run came.
  ///
  /// @throws InputException if the file holds anything but the first lines of the input, done
  static BatchOutput resume(Path file, List<JsonLines.Line> inputs) throws IOException {
    if (!Files.exists(file)) {
      return new BatchOutput(file, 0, 0);
    }
    if (Files.isDirectory(file)) {
      throw new InputException(file + ": expected a file, found a folder");
    }
    byte[] all = Files.readAllBytes(file);
    int count = 0;
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == '\n') {
        byte[] line = Arrays.copyOfRange(all, start, i);
        check(file + " line " + (count + 1), line, inputs, count);
        count++;
        start = i + 1;
      }
    }
    return new BatchOutput(file, count, start);
  }

  private static void check(String where, byte[] line, List<JsonLines.Line> inputs, int index) {
    ObjectNode done;
    try {
      done = JsonLines.parse(where, line);
    } catch (InputException e) {
      throw new InputException(e.getMessage() + otherFile());
    }
    for (String field : RESULTS) {
      if (!done.has(field)) {
        throw new InputException(where + ": has no field " + field + otherFile());
      }
    }
    if (index >= inputs.size()) {
      throw new InputException(
          where + ": the input has only " + inputs.size() + " lines" + otherFile());
    }
    JsonLines.Line input = inputs.get(index);
    if (!without(done).equals(without(input.fields()))) {
      throw new InputException(where + ": is not " + input.where() + otherFile());
    }
  }

  private static String otherFile() {
    return "; this is the output of something else: move it away or name another";
  }

  private static ObjectNode without(ObjectNode line) {
    ObjectNode rest = line.deepCopy();
    RESULTS.forEach(rest::remove);
    return rest;
  }

  /// Cuts off what is torn; the next lines go after what is done.
  OutputStream open() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    }
    return Files.newOutputStream(file, StandardOpenOption.APPEND);
  }
}
