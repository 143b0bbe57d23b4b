package sirocco.train.data;

import java.util.List;
import sirocco.lab.data.DataException;

/// How far each source of a mixture was read.
public record MixturePosition(List<SourcePosition> sources) {
  public MixturePosition {
    sources = List.copyOf(sources);
  }

  /// Where this source stood.
  ///
  /// @throws DataException if there is no such source
  SourcePosition of(String name) {
    return sources.stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new DataException("sources: '" + name + "' was not there in the interrupted run"));
  }
}
