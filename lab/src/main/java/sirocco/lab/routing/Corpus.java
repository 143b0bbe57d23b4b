package sirocco.lab.routing;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.ParquetReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.data.RecordReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Texts of several domains: each file is one, named as the file is before its first dot. A file is
/// JSON lines with a `text` in each (`.jsonl`, also `.jsonl.gz` and `.jsonl.zst`), Parquet with a
/// column `text` (`.parquet`), or a single text (`.txt`).
public final class Corpus {
  private static final List<String> ENDINGS =
      List.of(".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".txt");

  private final SequencedMap<String, Path> files;

  private Corpus(SequencedMap<String, Path> files) {
    this.files = files;
  }

  /// The domains of files, and of all such files in folders.
  ///
  /// @throws DataException if there are none, or two of the same name
  public static Corpus of(List<Path> paths) {
    SequencedMap<String, Path> files = new LinkedHashMap<>();
    for (Path path : paths) {
      for (Path file : Files.isDirectory(path) ? inFolder(path) : List.of(path)) {
        String name = file.getFileName().toString();
        if (!isText(file)) {
          throw new DataException(file + ": expected a name that ends in one of " + ENDINGS);
        }
        Path other = files.put(name.substring(0, name.indexOf('.')), file);
        if (other != null) {
          throw new DataException(
              file + ": expected a domain a file, found another of the same name, " + other);
        }
      }
    }
    if (files.isEmpty()) {
      throw new DataException(paths + ": expected files that end in one of " + ENDINGS);
    }
    return new Corpus(files);
  }

  private static List<Path> inFolder(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Corpus::isText).sorted().toList();
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isText(Path file) {
    return ENDINGS.stream().anyMatch(file.getFileName().toString()::endsWith);
  }

  /// The same with some of its domains.
  ///
  /// @throws DataException if it has no such domain
  public Corpus only(List<String> domains) {
    SequencedMap<String, Path> kept = new LinkedHashMap<>();
    for (String domain : domains) {
      Path file = files.get(domain);
      if (file == null) {
        throw new DataException(
            "there is no domain " + domain + " in the corpus, only " + files.keySet());
      }
      kept.put(domain, file);
    }
    return new Corpus(kept);
  }

  /// In the order of the files.
  public List<String> domains() {
    return List.copyOf(files.keySet());
  }

  /// The first documents of every domain.
  ///
  /// @param encode texts to tokens
  /// @param tokens of a domain at most; the last document is cut
  /// @throws DataException naming file and line of what is no text
  public List<Document> documents(Function<String, int[]> encode, int tokens) {
    return files.entrySet().stream()
        .flatMap(domain -> documents(domain.getKey(), domain.getValue(), encode, tokens).stream())
        .toList();
  }

  private static List<Document> documents(
      String domain, Path file, Function<String, int[]> encode, int tokens) {
    if (file.getFileName().toString().endsWith(".txt")) {
      int[] ids = encode.apply(whole(file));
      return List.of(new Document(domain, Arrays.copyOf(ids, Math.min(tokens, ids.length))));
    }
    List<Document> documents = new ArrayList<>();
    int left = tokens;
    try (RecordReader reader = open(file)) {
      for (var row = reader.next(); row != null && left > 0; row = reader.next()) {
        int[] ids = encode.apply(text(file, row));
        documents.add(new Document(domain, Arrays.copyOf(ids, Math.min(left, ids.length))));
        left -= Math.min(left, ids.length);
      }
    }
    return documents;
  }

  private static String whole(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new DataException(file + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static RecordReader open(Path file) {
    return file.getFileName().toString().endsWith(".parquet")
        ? new ParquetReader(file)
        : new LineReader(file);
  }

  private static String text(Path file, RawRecord record) {
    try {
      JsonNode text =
          JsonMapper.shared()
              .readTree(new String(record.bytes(), StandardCharsets.UTF_8))
              .path("text");
      if (text.isString()) {
        return text.asString();
      }
    } catch (JacksonException e) {
      throw new DataException(
          "%s:%d: not JSON: %s".formatted(file, record.number(), e.getOriginalMessage()), e);
    }
    throw new DataException(
        "%s:%d: expected an object with a text".formatted(file, record.number()));
  }
}
