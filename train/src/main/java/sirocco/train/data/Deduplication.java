package sirocco.train.data;

import java.util.BitSet;
import java.util.List;
import sirocco.lab.data.DataException;

/// Finds documents that were there before, over several sources in the order given. Files are read
/// once, as streams; 12 to 24 bytes a document stay in memory, and 14 times that for near
/// duplicates.
public final class Deduplication {
  private final Kind kind;
  private final MinHash minHash = new MinHash();
  private final LongSet texts = new LongSet();
  private final LongSet bands = new LongSet();

  /// What counts as a duplicate.
  public enum Kind {
    /// Nothing does.
    NONE,
    /// The same text, but for case and the amount of space. Texts are compared by 64-bit hashes: of
    /// a hundred million different ones two are taken for equal with probability 0.03%.
    EXACT,
    /// Also a text with most of its runs of five words in common with another: above a Jaccard
    /// similarity of about 0.75 (92% are found at 0.8, 5% at 0.5).
    NEAR;
  }

  /// A source without the duplicates, and how many there were.
  ///
  /// @param items all there were
  /// @param exact texts that were there before
  /// @param near texts that resemble one that was there before
  public record Result(Source source, long items, long exact, long near) {}

  public Deduplication(Kind kind) {
    this.kind = kind;
  }

  /// Reads a source and leaves out what it, or one before it, had already.
  ///
  /// @throws DataException if it cannot be read
  public Result apply(FileSource source) {
    BitSet duplicates = new BitSet();
    long items = 0;
    long exact = 0;
    long near = 0;
    try (Pass pass = source.inOrder()) {
      while (pass.advance()) {
        String text = pass.item().map(ItemText::of).orElse("");
        if (text.isEmpty()) {
          continue;
        }
        items++;
        boolean same = kind != Kind.NONE && !texts.add(ItemText.hash(text, 0));
        boolean alike = !same && kind == Kind.NEAR && resembles(text);
        exact += same ? 1 : 0;
        near += alike ? 1 : 0;
        duplicates.set(Math.toIntExact(pass.record()), same || alike);
      }
    }
    Source kept =
        new FilteredSource(
            source, (record, item) -> record > Integer.MAX_VALUE || !duplicates.get((int) record));
    return new Result(kept, items, exact, near);
  }

  /// Results without duplicates of each other.
  public static List<Result> apply(Kind kind, List<FileSource> sources) {
    Deduplication deduplication = new Deduplication(kind);
    return sources.stream().map(deduplication::apply).toList();
  }

  /// Whether a text resembles one that was kept; if not, it is kept.
  private boolean resembles(String text) {
    long[] found = minHash.bands(text);
    for (long band : found) {
      if (bands.contains(band)) {
        return true;
      }
    }
    for (long band : found) {
      bands.add(band);
    }
    return false;
  }
}
