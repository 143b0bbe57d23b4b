package sirocco.hub;

/// What to tell a user when the hub says no.
final class Refusals {
  private Refusals() {}

  /// There is no such repository, or the hub does not want to say that there is.
  ///
  /// @param near names that may have been meant, as a part of a sentence; may be empty
  static HubException noModel(
      HubOptions options, ModelName name, RefusedException refused, String near) {
    String hidden =
        refused.status() == 401
            ? " that this user may see; if it is private, " + access(options, name)
            : "";
    return new HubException(
        name.repository() + ": " + host(options) + " has no such model" + hidden + near, refused);
  }

  /// Whatever else it says.
  ///
  /// @param what was asked for
  static HubException of(
      HubOptions options, ModelName name, String what, RefusedException refused) {
    int status = refused.status();
    String words = refused.getMessage() == null ? "" : refused.getMessage();
    String own = words.isBlank() ? "" : ": " + words.strip();
    String said = " (" + status + own + ")";
    if (status == 401 || status == 403) {
      return new HubException(
          what
              + ": "
              + host(options)
              + " gives it only to those who were let in"
              + said
              + "; "
              + access(options, name),
          refused);
    }
    if (status == 404 || status == 410) {
      return new HubException(what + ": is not at " + host(options) + said, refused);
    }
    return new HubException(what + ": " + host(options) + " answers " + status + own, refused);
  }

  private static String access(HubOptions options, ModelName name) {
    String page = options.hub().toString().replaceFirst("/$", "") + "/" + name.repository();
    if (options.token().isEmpty()) {
      return "accept its terms at " + page + " and set HF_TOKEN";
    }
    return options.isPrivate()
        ? "accept its terms at " + page + " with the user whose token was sent"
        : "the token was not sent, as " + options.hub() + " is not https";
  }

  private static String host(HubOptions options) {
    return options.hub().getHost();
  }
}
