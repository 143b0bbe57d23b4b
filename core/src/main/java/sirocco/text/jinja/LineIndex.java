package sirocco.text.jinja;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Where the lines of a source start.
final class LineIndex {
  private final int[] starts;

  LineIndex(String source) {
    starts =
        IntStream.concat(
                IntStream.of(0),
                IntStream.range(0, source.length())
                    .filter(i -> source.charAt(i) == '\n')
                    .map(i -> i + 1))
            .toArray();
  }

  /// The line and column of a character.
  Position at(int index) {
    int found = Arrays.binarySearch(starts, index);
    int line = found >= 0 ? found : -found - 2;
    return new Position(line + 1, index - starts[line] + 1);
  }
}
