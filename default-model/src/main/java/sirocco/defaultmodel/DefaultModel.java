package sirocco.defaultmodel;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import sirocco.LanguageModel;
import sirocco.LoadOptions;
import sirocco.Sirocco;
import sirocco.engine.SamplingSettings;
import sirocco.hub.ModelCache;

/// The model that comes with Sirocco: a Mixtral of a few million parameters that shows what the
/// runtime does. It answers in its chat format and knows next to no facts.
///
/// ```java
/// try (var model = DefaultModel.load()) {
///   IO.println(model.generate("What is 47 + 38?"));
/// }
/// ```
public final class DefaultModel {
  /// Its file, beside this class and, in the launcher's application, beside this module's jar.
  static final String FILE = "sirocco-tiny.gguf";

  /// Holds the file's SHA-256 as `sha256sum` writes it.
  static final String HASH_FILE = FILE + ".sha256";

  private DefaultModel() {}

  /// Loads it; its tokens are chosen as [#sampling] says.
  ///
  /// @throws DefaultModelException as [#path]
  public static LanguageModel load() {
    return Sirocco.load(path(), LoadOptions.DEFAULT.sampling(sampling()));
  }

  /// The model's file, ready to be mapped. It is used where it lies: in the launcher's application,
  /// or among class files. From a jar alone it is unpacked, once, to the folder `sirocco` of the
  /// user's cache (`XDG_CACHE_HOME` or `~/.cache`); if that cannot be written, to a temporary
  /// folder that goes when the Java machine ends. What was unpacked earlier is checked by its hash.
  ///
  /// @throws DefaultModelException if this build has no model, or there is no place to unpack it
  public static Path path() {
    PackagedFile file = new PackagedFile(resource(FILE), FILE, sha256());
    return file.inPlace()
        .orElseGet(() ->
            file.unpacked(
                ModelCache.ofUser(System.getenv(), System.getProperty("user.home"))
                    .map(cache -> cache.resolve(ofThisVersion()))));
  }

  /// The hash keeps the models of two versions of Sirocco apart.
  private static Path ofThisVersion() {
    return Path.of("default-model", sha256().substring(0, 16));
  }

  /// How its tokens are chosen best: nearly the likeliest, as a model of this size strays.
  public static SamplingSettings sampling() {
    return SamplingSettings.builder().temperature(0.3).topP(0.9).build();
  }

  /// The SHA-256 of the model's file, 64 hexadecimal digits.
  ///
  /// @throws DefaultModelException if this build has no model
  public static String sha256() {
    try (InputStream hash = resource(HASH_FILE).openStream()) {
      String text = new String(hash.readAllBytes(), StandardCharsets.US_ASCII);
      if (!text.matches("(?s)[0-9a-f]{64}\\s.*")) {
        throw new DefaultModelException(HASH_FILE + ": expected 64 hexadecimal digits");
      }
      return text.substring(0, 64);
    } catch (IOException e) {
      throw new DefaultModelException(HASH_FILE + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static URL resource(String name) {
    URL resource = DefaultModel.class.getResource(name);
    if (resource == null) {
      throw new DefaultModelException(
          "this build of Sirocco has no default model: "
              + name
              + " was not in default-model/src/main/resources; name another model");
    }
    return resource;
  }
}
