package sirocco.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.ParquetReader;
import sirocco.lab.data.RecordReader;

/// The records of a file, read as a stream: `.jsonl` (also `.jsonl.zst` and `.jsonl.gz`) with one
/// JSON object a line, `.txt` (also `.txt.zst` and `.txt.gz`) with one document a line, `.parquet`.
///
/// @param name its part of the mixture
/// @param fields what the members of its records are called
/// @param window how many records the shuffle holds; 1 keeps the order
/// @param seed of the shuffle
public record FileSource(String name, Path path, FieldNames fields, int window, long seed)
    implements Source {
  /// Records held by the shuffle where nothing else is said.
  public static final int USUAL_WINDOW = 512;

  public FileSource {
    if (window < 1) {
      throw new DataException(name + ": shuffle: expected at least 1 record, found " + window);
    }
    kind(path);
    if (!Files.isRegularFile(path)) {
      throw new DataException(
          path + ": " + (Files.exists(path) ? "expected a regular file" : "no such file"));
    }
  }

  private enum Kind {
    JSON_LINES,
    TEXT_LINES,
    PARQUET
  }

  private static Kind kind(Path path) {
    String name = path.getFileName().toString();
    if (name.endsWith(".parquet")) {
      return Kind.PARQUET;
    }
    String plain = name.replaceFirst("\\.(zst|gz)$", "");
    if (plain.endsWith(".jsonl")) {
      return Kind.JSON_LINES;
    }
    if (plain.endsWith(".txt")) {
      return Kind.TEXT_LINES;
    }
    throw new DataException(
        path
            + ": expected a name that ends in .jsonl, .jsonl.zst, .jsonl.gz, .txt, .txt.zst,"
            + " .txt.gz or .parquet");
  }

  /// A pass in the order of the file.
  Pass inOrder() {
    return new FileSource(name, path, fields, 1, seed).open(0);
  }

  @Override
  public Pass open(long epoch) {
    Kind kind = kind(path);
    RecordReader reader =
        switch (kind) {
          case JSON_LINES, TEXT_LINES -> new LineReader(path);
          case PARQUET -> new ParquetReader(path);
        };
    ItemParser parser = new ItemParser(path.toString(), fields, name, kind != Kind.TEXT_LINES);
    return new ShuffledPass(reader, parser::parse, window, Hash.random(seed, epoch));
  }
}
