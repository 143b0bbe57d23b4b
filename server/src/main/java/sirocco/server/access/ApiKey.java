package sirocco.server.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A secret that opens the server.
///
/// @param name what logs call it; never the secret or a part of it
/// @param secret what a client sends as `Authorization: Bearer SECRET`
/// @param allowance what it may take
public record ApiKey(String name, String secret, Allowance allowance) {
  private static final Pattern SECRET = Pattern.compile("[!-~]{8,512}");

  public ApiKey {
    if (!SECRET.matcher(secret).matches()) {
      throw new AccessException(
          name + ": a key has 8 to 512 printable ASCII characters and no space");
    }
  }

  /// Nobody prints a key by mistake.
  @Override
  public String toString() {
    return "ApiKey " + name;
  }

  /// The keys of a file: one a line, `SECRET [name=NAME] [rate=N] [concurrent=N]`, with `#` before
  /// remarks.
  ///
  /// @param standard what a key may take that does not say otherwise
  /// @throws AccessException naming the line that makes no sense
  public static List<ApiKey> read(Path file, Allowance standard) throws IOException {
    List<ApiKey> keys = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        keys.add(parse(text.split("\\s+"), file + " line " + number, keys.size() + 1, standard));
      }
    }
    if (keys.isEmpty()) {
      throw new AccessException(file + ": no key in it");
    }
    return keys;
  }

  private static ApiKey parse(String[] words, String where, int number, Allowance standard) {
    String name = "key " + number;
    int rate = standard.requestsPerMinute();
    int concurrent = standard.concurrent();
    for (int i = 1; i < words.length; i++) {
      String[] setting = words[i].split("=", 2);
      String value = setting.length > 1 ? setting[1] : "";
      switch (setting[0].toLowerCase(Locale.ROOT)) {
        case "name" -> name = value;
        case "rate" -> rate = number(value, where);
        case "concurrent" -> concurrent = number(value, where);
        default ->
            throw new AccessException(
                where + ": expected name=, rate= or concurrent= after the key");
      }
    }
    try {
      return new ApiKey(name, words[0], new Allowance(rate, concurrent));
    } catch (AccessException e) {
      throw new AccessException(where + ": " + e.getMessage());
    }
  }

  private static int number(String text, String where) {
    if (!text.matches("[0-9]{1,9}")) {
      throw new AccessException(where + ": expected a whole number, found '" + text + "'");
    }
    return Integer.parseInt(text);
  }
}
