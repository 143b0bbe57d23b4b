package sirocco.text;

import java.nio.file.Path;
import java.util.Optional;

/// Temporary seam.
public final class TokenizerFiles {
  private TokenizerFiles() {}

  public static void copy(Path from, Path to) {}

  public static void write(Path folder, Vocabulary vocabulary, Optional<String> chatTemplate) {}
}
