package sirocco.lab.sandbox;

import java.nio.file.Path;
import java.util.List;

/// What keeps programs in.
///
/// @param python the interpreter
/// @param version its version
/// @param readable what of this machine programs can read
/// @param means in words, each found to work here
public record Isolation(Path python, String version, List<Path> readable, List<String> means) {
  public Isolation {
    readable = List.copyOf(readable);
    means = List.copyOf(means);
  }
}
