package sirocco.hub;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a hub calls a model: `owner/name`, and behind a colon which of its files.
///
/// @param owner a person or an organisation
/// @param name of the repository
/// @param selector a quantisation such as `Q4_K_M` or the name of a `.gguf` file; empty for the
///   model that the repository holds
public record ModelName(String owner, String name, Optional<String> selector) {
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");
  private static final Pattern FULL =
      Pattern.compile("([^/:]+)/([^/:]+)(?::(.+))?", Pattern.DOTALL);

  /// @throws HubException if the parts make no name of a model
  public ModelName {
    requirePart(owner);
    requirePart(name);
    selector.ifPresent(ModelName::requireSelector);
  }

  /// Reads `owner/name`, `owner/name:Q4_K_M` or `owner/name:file.gguf`.
  ///
  /// @throws HubException if the text is something else
  public static ModelName parse(String text) {
    Matcher parts = FULL.matcher(text);
    if (!parts.matches()) {
      throw new HubException(
          text + ": expected the name of a model, owner/name or owner/name:Q4_K_M");
    }
    return new ModelName(parts.group(1), parts.group(2), Optional.ofNullable(parts.group(3)));
  }

  /// The same, or nothing if the text is something else.
  public static Optional<ModelName> read(String text) {
    try {
      return Optional.of(parse(text));
    } catch (HubException e) {
      return Optional.empty();
    }
  }

  private static void requirePart(String part) {
    boolean safe =
        PART.matcher(part).matches()
            && !part.contains("..")
            && !part.contains("--")
            && SafePath.fault(part).isEmpty();
    if (!safe) {
      throw new HubException(
          part
              + ": is no name of an owner or a model: letters, digits, single - . and _ were"
              + " expected");
    }
  }

  private static void requireSelector(String selector) {
    String fault = SafePath.fault(selector);
    if (!fault.isEmpty()) {
      throw new HubException(selector + ": is no file or quantisation: " + fault);
    }
  }

  /// `owner/name`.
  public String repository() {
    return owner + "/" + name;
  }

  /// What names its lock and its unfinished files: two models never share it.
  String key() {
    return (owner + "--" + name).toLowerCase(Locale.ROOT);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    return repository() + selector.map(s -> ":" + s).orElse("");
  }
}
