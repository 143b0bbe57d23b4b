package sirocco.engine;

import java.nio.file.Path;
import java.util.Locale;
import sirocco.memory.LargePages;
import sirocco.memory.SystemMemory;

/// Where weights lie while a model runs.
public enum WeightMemory {
  /// [#COPIED] where large pages are given and leave enough memory for everybody else, and the
  /// weights are many enough for that to matter; else [#MAPPED].
  AUTO,
  /// In the mapped files: the system's cache, which other processes share and which the system can
  /// drop.
  MAPPED,
  /// In memory of the process's own with pages of 2 MiB, which are read a quarter to a third
  /// faster. They are brought there in the background; the model answers meanwhile.
  COPIED;

  /// Fewer bytes lie in the processor's caches, or are read too seldom.
  private static final long WORTHWHILE = 64 << 20;

  /// What must stay available beside the weights, and as a share of all memory.
  private static final long SPARE = 1L << 30;

  private static final int SPARE_SHARE = 10;

  /// The name on the command line.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether weights of so many bytes are copied.
  boolean copies(long bytes) {
    return switch (this) {
      case MAPPED -> false;
      case COPIED -> LargePages.areGiven();
      case AUTO ->
          bytes >= WORTHWHILE
              && LargePages.areGiven()
              && leavesEnough(bytes, SystemMemory.linux(Path.of("/")));
    };
  }

  static boolean leavesEnough(long bytes, SystemMemory memory) {
    long total = memory.total().orElse(0);
    return memory.available().orElse(0) - bytes >= Math.max(SPARE, total / SPARE_SHARE);
  }
}
