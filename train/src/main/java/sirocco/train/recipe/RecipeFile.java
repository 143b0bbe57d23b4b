package sirocco.train.recipe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sirocco.json.JsonFields;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/// Reads a recipe: one YAML 1.2 document with an object at its root. JSON is such a document. No
/// name may stand twice in an object, and aliases (`*name`) are not allowed.
public final class RecipeFile {
  private static final long MAX_BYTES = 1L << 20;

  private static final Pattern PLACE = Pattern.compile("in reader, line (\\d+), column");

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RecipeFile() {}

  /// The fields of a recipe. What they throw is a [RecipeException] that begins with the file's
  /// name.
  ///
  /// @throws RecipeException if the file cannot be read or holds no such document
  public static JsonFields read(Path file) {
    String text = text(file);
    try {
      refuseAliases(file, text);
      JsonNode root = MAPPER.readTree(text);
      if (!root.isObject()) {
        throw new RecipeException(
            file
                + ": expected fields, such as `seed: 1`, found "
                + (text.isBlank() ? "nothing" : "none"));
      }
      return new JsonFields(root, "", message -> new RecipeException(file + ": " + message));
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  /// The file or folder that a field names, seen from the recipe's folder.
  ///
  /// @param recipe the file that [#read] was given
  /// @throws RecipeException if the field is not there or is no path
  public static Path path(Path recipe, JsonFields fields, String name) {
    String given = fields.requiredText(name);
    return resolve(recipe, given, fields.get(name).orElse(fields));
  }

  /// The file or folder that a value names, seen from the recipe's folder.
  ///
  /// @throws RecipeException if it is no path
  public static Path path(Path recipe, JsonFields value) {
    return resolve(recipe, value.asText(), value);
  }

  private static Path resolve(Path recipe, String given, JsonFields value) {
    try {
      if (!given.isBlank()) {
        return recipe.resolveSibling(given);
      }
    } catch (InvalidPathException e) {
      // Said below, as for every other text that names nothing.
    }
    throw value.bad("the path of a file or folder");
  }

  /// A message of the YAML scanner holds the text around the fault, indented, and a better place
  /// than its location, which is that of the value before.
  private static RecipeException malformed(Path file, JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    TokenStreamLocation at = e.getLocation();
    String line = at == null ? "" : " at line " + at.getLineNr();
    Matcher place = PLACE.matcher(message);
    while (place.find()) {
      line = " at line " + place.group(1);
    }
    String reason =
        message.lines().filter(part -> !part.startsWith(" ")).collect(Collectors.joining(", "));
    return new RecipeException(file + ": bad YAML" + line + ": " + reason, e);
  }

  /// The reader would take `*name` for a text.
  private static void refuseAliases(Path file, String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw new RecipeException(
              file
                  + ": line "
                  + parser.currentTokenLocation().getLineNr()
                  + ": expected a value, found the alias *"
                  + parser.getString()
                  + ", which recipes do not support");
        }
      }
    }
  }

  private static String text(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new RecipeException(file + ": there is no such file");
      }
      if (!Files.isRegularFile(file)) {
        throw new RecipeException(file + ": expected a file with a recipe, found something else");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new RecipeException(
            file + ": expected at most " + MAX_BYTES + " bytes, found " + size);
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new RecipeException(file + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new RecipeException(file + ": cannot be read: " + e, e);
    }
  }
}
