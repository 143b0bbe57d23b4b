package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who did what to which thing, where and when: put together from verbs, things, places and times.
final class Events {
  private final Lists wordings = Lists.ofLines("events.txt");
  private final Vocabulary vocabulary;

  Events(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// A sentence about anybody.
  String sentence(Draw draw) {
    return fact(
            new Subject("person", vocabulary.firstName(draw), Subject.Pronoun.IT),
            draw.any(wordings.of("verb")),
            draw)
        .named();
  }

  List<String> verbs() {
    return wordings.of("verb");
  }

  /// @param verb its base form and its past, with a space between
  Fact fact(Subject subject, String verb, Draw draw) {
    boolean where = draw.chance(0.75);
    boolean when = !where || draw.chance(0.5);
    Map<String, String> values = new HashMap<>();
    values.put("base", verb.substring(0, verb.indexOf(' ')));
    values.put("past", verb.substring(verb.indexOf(' ') + 1));
    for (String sort : List.of("object", "adjective")) {
      values.put(sort, vocabulary.word(sort, draw));
    }
    values.put("place", draw.one(wordings.of("place")));
    values.put("time", draw.one(wordings.of("time")));
    String thing = draw.chance(0.75) ? "{a adjective} {object}" : "{a object}";
    boolean adjective = thing.contains("adjective");
    String tail = (where ? " {place}" : "") + (when ? " {time}" : "") + ".";
    String statement =
        when && draw.chance(0.3)
            ? "{C time}, {s} {past} " + thing + (where ? " {place}" : "") + "."
            : "{S} {past} " + thing + tail;
    Map<String, String> named = subject.places(true);
    Map<String, String> pronoun = subject.places(false);
    named.putAll(values);
    pronoun.putAll(values);
    List<String> questions = new ArrayList<>(filled("what", where, when, adjective, named));
    if (where) {
      questions.addAll(filled("where", true, when, adjective, named));
    }
    if (when) {
      questions.addAll(filled("when", where, true, adjective, named));
    }
    if (adjective) {
      questions.addAll(filled("kind", where, when, true, named));
    }
    return new Fact(
        English.fill(statement, named),
        English.fill(statement, pronoun),
        questions,
        filled("who", where, when, adjective, named),
        English.fill("{S} {past} " + thing + tail, named));
  }

  private List<String> filled(
      String list, boolean where, boolean when, boolean adjective, Map<String, String> values) {
    return wordings.of(list).stream()
        .filter(line -> where || !line.contains("{place}"))
        .filter(line -> when || !line.contains("{time}"))
        .filter(line -> adjective || !line.contains("{adjective}"))
        .map(line -> English.fill(line, values))
        .toList();
  }
}
