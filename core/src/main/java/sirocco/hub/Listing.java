package sirocco.hub;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import sirocco.json.JsonFields;

/// What is in a repository at one commit.
///
/// @param commit that the revision stands for
record Listing(ModelName name, String commit, List<Entry> entries) {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final int MOST_NAMES = 8;

  /// Longer paths could not be written, so they are no part of any model.
  private static final int LONGEST = 512;

  /// A file, as far as the hub tells about it. Names are not safe yet.
  ///
  /// @param fields what the hub says of it
  record Entry(String path, JsonFields fields) {
    /// The file, which must have all that is needed to check it.
    HubFile file() {
      Optional<JsonFields> large = fields.object("lfs");
      long size = size(large.orElse(fields));
      if (large.isPresent()) {
        return new HubFile(path, size, checksum(large.get(), "sha256", Checksum.Kind.SHA256));
      }
      return new HubFile(path, size, checksum(fields, "blobId", Checksum.Kind.GIT));
    }

    private static long size(JsonFields fields) {
      JsonFields size =
          fields.get("size").orElseThrow(() -> fields.error("size: expected one, found nothing"));
      if (!size.node().isIntegralNumber() || !size.node().canConvertToLong()) {
        throw size.bad("a number of bytes");
      }
      return size.node().longValue();
    }

    private static Checksum checksum(JsonFields fields, String name, Checksum.Kind kind) {
      String hex = fields.requiredText(name).toLowerCase(Locale.ROOT);
      if (!Checksum.isValid(kind, hex)) {
        throw fields.error(name + ": expected a checksum, found " + hex);
      }
      return new Checksum(kind, hex);
    }
  }

  /// Asks the hub, as often as it takes.
  ///
  /// @throws HubException if there is no such model, it may not be seen, or the answer makes no
  ///   sense
  static Listing of(HubClient client, ModelName name, String revision, PullProgress progress) {
    var at =
        client.at(
            "/api/models/" + name.repository() + "/revision/" + encode(revision) + "?blobs=true");
    var retries = new Retries(client.options(), progress);
    while (true) {
      try {
        return read(name, client.json(at).asObject());
      } catch (TransientException e) {
        retries.pause(name.repository(), e);
      } catch (RefusedException e) {
        throw refused(client, name, revision, e);
      }
    }
  }

  private static Listing read(ModelName name, JsonFields answer) {
    String commit = answer.requiredText("sha");
    if (!COMMIT.matcher(commit).matches()) {
      throw answer.error("sha: expected a commit, found " + commit);
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonFields file : answer.requiredList("siblings")) {
      String path = file.asObject().requiredText("rfilename");
      if (path.length() <= LONGEST) {
        entries.add(new Entry(path, file));
      }
    }
    return new Listing(name, commit, List.copyOf(entries));
  }

  private static HubException refused(
      HubClient client, ModelName name, String revision, RefusedException e) {
    boolean noRevision = e.status() == 404 && e.code().equals("RevisionNotFound");
    if (noRevision) {
      List<String> others = revisions(client, name);
      return new HubException(
          name.repository() + ": has no revision " + revision + among("; it has ", others), e);
    }
    boolean gated = e.code().equals("GatedRepo");
    if (e.status() == 404 || (e.status() == 401 && !gated)) {
      String near = among("; similar names there: ", similar(client, name));
      return Refusals.noModel(client.options(), name, e, near);
    }
    return Refusals.of(client.options(), name, name.repository(), e);
  }

  private static String among(String introduction, List<String> names) {
    return names.isEmpty() ? "" : introduction + String.join(", ", names);
  }

  private static List<String> similar(HubClient client, ModelName name) {
    URI at = client.at("/api/models?search=" + encode(name.name()) + "&limit=" + MOST_NAMES);
    return names(client, at, answer -> texts(answer.elements(), "id"));
  }

  private static List<String> revisions(HubClient client, ModelName name) {
    URI at = client.at("/api/models/" + name.repository() + "/refs");
    return names(
        client,
        at,
        answer -> {
          var found = new ArrayList<String>(texts(answer.list("branches"), "name"));
          found.addAll(texts(answer.list("tags"), "name"));
          return found;
        });
  }

  private static List<String> texts(List<JsonFields> elements, String name) {
    return elements.stream().flatMap(e -> e.asObject().text(name).stream()).toList();
  }

  /// Names that help; a hub that does not tell any is asked once.
  private static List<String> names(
      HubClient client, URI at, Function<JsonFields, List<String>> read) {
    try {
      return read.apply(client.json(at)).stream().limit(MOST_NAMES).toList();
    } catch (HubException | TransientException | RefusedException e) {
      return List.of();
    }
  }

  /// Where a file of it lies.
  URI address(HubClient client, HubFile file) {
    StringBuilder path = new StringBuilder();
    path.append('/').append(name.repository()).append("/resolve/").append(commit);
    for (String segment : file.path().split("/", -1)) {
      path.append('/').append(encode(segment));
    }
    return client.at(path.toString());
  }

  /// One part of a path or a query.
  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
