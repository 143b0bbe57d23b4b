package sirocco.lab.preference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a subject answered to the questions of MT-Bench.
///
/// @param subject its name
/// @param fingerprint tells it from others
/// @param byQuestion both answers, by the question's id
public record Answers(String subject, String fingerprint, Map<Integer, List<String>> byQuestion) {
  public Answers {
    byQuestion = Map.copyOf(byQuestion);
  }

  /// The same answers, of a subject with another name.
  public Answers named(String name) {
    return new Answers(name, fingerprint, byQuestion);
  }

  /// Answers without a word in them.
  public long blank() {
    return byQuestion.values().stream().flatMap(List::stream).filter(String::isBlank).count();
  }

  /// Reads answers in FastChat's form, a line of JSON for each question with `question_id`,
  /// `model_id` and `choices`, of which the first counts. Files of FastChat hold no fingerprint:
  /// then it is the name.
  ///
  /// @throws DataException naming file and line of what is no answer, or if there is none
  public static Answers read(Path file) {
    Map<Integer, List<String>> answers = new TreeMap<>();
    Set<String> subjects = new TreeSet<>();
    Set<String> fingerprints = new TreeSet<>();
    try (var lines = new LineReader(file)) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        try {
          JsonNode row = JsonMapper.shared().readTree(line.bytes());
          String subject = row.required("model_id").stringValue();
          subjects.add(subject);
          fingerprints.add(row.path("fingerprint").asString(subject));
          JsonNode turns = row.required("choices").required(0).required("turns");
          answers.put(row.required("question_id").intValue(), MtBench.twoTurns(turns));
        } catch (RuntimeException e) {
          throw new DataException(file + ":" + line.number() + ": " + e.getMessage(), e);
        }
      }
    }
    if (subjects.size() != 1 || fingerprints.size() != 1) {
      throw new DataException(
          "%s: expected the answers of one model, found those of %s".formatted(file, subjects));
    }
    return new Answers(subjects.iterator().next(), fingerprints.iterator().next(), answers);
  }

  /// Writes them so that [#read] and FastChat understand them; what was there before stays until
  /// they are whole.
  ///
  /// @throws DataException if the file cannot be written
  public void write(Path file) {
    var lines = new StringBuilder();
    new TreeMap<>(byQuestion)
        .forEach((id, turns) -> {
          ObjectNode line = JsonMapper.shared().createObjectNode();
          line.put("question_id", id)
              .put("answer_id", fingerprint + "/" + id)
              .put("model_id", subject)
              .put("fingerprint", fingerprint);
          ObjectNode choice = line.putArray("choices").addObject().put("index", 0);
          turns.forEach(choice.putArray("turns")::add);
          lines.append(line).append('\n');
        });
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    try {
      Files.createDirectories(target.getParent());
      Files.writeString(part, lines);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
