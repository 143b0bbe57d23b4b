package sirocco.train.synthetic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lists of words or wordings in the files beside this class: a list begins with its name in
/// brackets; a wording is a line, words are divided by commas.
record Lists(String file, Map<String, List<String>> byName) {
  Lists {
    byName = Map.copyOf(byName);
  }

  static Lists ofWords(String... files) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String file : files) {
      sections(file)
          .forEach((name, lines) -> {
            List<String> words = new ArrayList<>();
            for (String line : lines) {
              for (String word : line.split(",", -1)) {
                if (!word.isBlank()) {
                  words.add(word.strip());
                }
              }
            }
            all.put(name, words.stream().distinct().toList());
          });
    }
    return new Lists(String.join(", ", files), all);
  }

  /// `\n` in a line stands for a line's end.
  static Lists ofLines(String file) {
    Map<String, List<String>> all = new LinkedHashMap<>();
    sections(file)
        .forEach((name, lines) ->
            all.put(name, lines.stream().map(line -> line.replace("\\n", "\n")).toList()));
    return new Lists(file, all);
  }

  /// @throws IllegalArgumentException if there is no such list
  List<String> of(String name) {
    List<String> list = byName.get(name);
    if (list == null) {
      throw new IllegalArgumentException(file + ": expected a list '" + name + "', found none");
    }
    return list;
  }

  /// The lines of a file by the names in brackets above them, in the file's order.
  static Map<String, List<String>> sections(String file) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : text(file).lines().toList()) {
      if (line.startsWith("[") && line.endsWith("]")) {
        current = new ArrayList<>();
        sections.put(line.substring(1, line.length() - 1), current);
      } else if (!line.isBlank()) {
        current.add(line.strip());
      }
    }
    return sections;
  }

  private static String text(String file) {
    try (InputStream in = Lists.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException(file + ": expected beside " + Lists.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
