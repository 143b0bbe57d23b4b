package sirocco.train.tokenizer;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The documents of one file, one after the other: a JSON object with a `text` a line in `.jsonl`,
/// else plain UTF-8 text, where a line with its end is a document. `.gz` and `.zst` behind the name
/// are unpacked.
public final class TextFile implements Iterator<String>, AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final Path file;
  private final boolean json;
  private final BufferedReader reader;
  private long charactersLeft;
  private int line;
  private Optional<String> next = Optional.empty();

  /// @param most how many characters to read at most; the document that crosses this is the last
  /// @throws TokenizerTrainingException if the file cannot be read
  public TextFile(Path file, long most) {
    this.file = file;
    this.charactersLeft = most;
    String name = file.toString().replaceFirst("\\.(gz|zst)$", "");
    json = name.endsWith(".jsonl");
    try {
      // Reports bytes that are not UTF-8, where a reader made by charset would replace them.
      reader =
          new BufferedReader(
              new InputStreamReader(unpacked(file), StandardCharsets.UTF_8.newDecoder()), 1 << 16);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static InputStream unpacked(Path file) throws IOException {
    String name = file.toString();
    if (Files.isDirectory(file)) {
      throw new IOException("expected a file, found a folder");
    }
    InputStream raw = Files.newInputStream(file);
    try {
      return name.endsWith(".gz")
          ? new GZIPInputStream(raw, 1 << 16)
          : name.endsWith(".zst") ? new ZstdInputStream(raw) : raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty() && charactersLeft > 0) {
      next = read();
      charactersLeft -= next.map(String::length).orElse(0);
    }
    return next.isPresent();
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    String document = next.orElseThrow();
    next = Optional.empty();
    return document;
  }

  private Optional<String> read() {
    try {
      String text = reader.readLine();
      while (json && text != null && text.isBlank()) {
        line++;
        text = reader.readLine();
      }
      line++;
      if (text == null) {
        return Optional.empty();
      }
      return Optional.of(json ? field(text) : text + "\n");
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private String field(String object) {
    try {
      JsonNode text = MAPPER.readTree(object).path("text");
      if (text.isString()) {
        return text.stringValue();
      }
    } catch (JacksonException e) {
      throw new TokenizerTrainingException(
          file + " line " + line + ": not JSON: " + e.getOriginalMessage(), e);
    }
    throw new TokenizerTrainingException(
        file + " line " + line + ": expected an object with a text, {\"text\": \"...\"}");
  }

  private TokenizerTrainingException unreadable(IOException e) {
    String why =
        switch (e) {
          case CharacterCodingException bad -> "not UTF-8 near line " + (line + 1);
          case EOFException end -> "it ends too early";
          default -> e.toString();
        };
    return new TokenizerTrainingException(file + ": cannot be read: " + why, e);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
