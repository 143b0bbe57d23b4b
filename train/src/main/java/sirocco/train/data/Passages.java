package sirocco.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import sirocco.lab.data.DataException;

/// Paragraphs of natural text for the generators, out of files of documents.
final class Passages {
  private static final int SHORTEST = 80;
  private static final int LONGEST = 4_000;

  /// No document fills the list alone.
  private static final int OF_ONE_DOCUMENT = 40;

  private static final int OF_ONE_FILE = 12_000;

  private Passages() {}

  /// The first paragraphs of the documents of all files, in the files' order.
  ///
  /// @param name whose passages they are, for messages
  /// @param folder where relative paths start
  /// @throws DataException if a file is not there, is damaged, or has no paragraph of some length
  static List<String> of(String name, List<String> paths, Path folder) {
    List<String> passages = new ArrayList<>();
    for (String path : paths) {
      int before = passages.size();
      var file = new FileSource(name, folder.resolve(path), FieldNames.USUAL, 1, 0);
      try (Pass pass = file.inOrder()) {
        while (passages.size() - before < OF_ONE_FILE && pass.advance()) {
          Optional<Item> item = pass.item();
          if (item.isPresent() && item.get() instanceof Document document) {
            add(document.text(), passages);
          }
        }
      }
      if (passages.size() == before) {
        throw new DataException(
            name
                + ": passages: expected documents with paragraphs of at least "
                + SHORTEST
                + " characters in "
                + file.path()
                + ", found none");
      }
    }
    return passages;
  }

  private static void add(String text, List<String> passages) {
    text.lines()
        .map(String::strip)
        .filter(line -> line.length() >= SHORTEST && line.length() <= LONGEST)
        .limit(OF_ONE_DOCUMENT)
        .forEach(passages::add);
  }
}
