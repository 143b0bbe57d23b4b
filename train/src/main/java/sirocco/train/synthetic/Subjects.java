package sirocco.train.synthetic;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes up subjects: persons, pets, towns, ships and so on, with names of their sort.
final class Subjects {
  private final Lists lines = Lists.ofLines("subjects.txt");
  private final Lists words = Lists.ofWords("subjects.txt");
  private final Vocabulary vocabulary;

  Subjects(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  List<Subject> distinct(int count, String sort, Draw draw) {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    for (int i = 0; i < 50 && subjects.size() < count; i++) {
      Subject subject = subject(sort, draw);
      subjects.putIfAbsent(subject.name(), subject);
    }
    return List.copyOf(subjects.values());
  }

  Subject subject(String sort, Draw draw) {
    return switch (sort) {
      case "person" -> person(draw);
      case "pet" ->
          new Subject(
              sort,
              vocabulary.word("pet", draw),
              draw.chance(0.5) ? Subject.Pronoun.SHE : Subject.Pronoun.HE);
      case "country" ->
          new Subject(
              sort,
              vocabulary.word(draw.chance(0.7) ? "country" : "invented", draw),
              Subject.Pronoun.IT);
      case "place" -> new Subject(sort, vocabulary.word("town", draw), Subject.Pronoun.IT);
      default -> new Subject(sort, thing(sort, draw), Subject.Pronoun.IT);
    };
  }

  private Subject person(Draw draw) {
    boolean female = draw.chance(0.5);
    String first = female ? vocabulary.female(draw) : vocabulary.male(draw);
    int form = draw.below(20);
    String name =
        switch (form) {
          case 0 -> (female ? "Mrs. " : "Mr. ") + vocabulary.word("surname", draw);
          case 1 -> draw.any(List.of("Dr. ", "Professor ")) + vocabulary.word("surname", draw);
          case 2, 3, 4 -> role(female, draw);
          case 5, 6, 7 -> first + " " + vocabulary.word("surname", draw);
          default -> first;
        };
    return new Subject("person", name, female ? Subject.Pronoun.SHE : Subject.Pronoun.HE);
  }

  private String role(boolean female, Draw draw) {
    List<String> roles = lines.of("person-role");
    int half = roles.size() / 2;
    return filled(
        draw.any(female ? roles.subList(half, roles.size()) : roles.subList(0, half)), draw);
  }

  private String thing(String sort, Draw draw) {
    return filled(draw.any(lines.of(sort)), draw);
  }

  private String filled(String name, Draw draw) {
    Map<String, String> values = new HashMap<>();
    for (String slot :
        List.of(
            "invented",
            "town",
            "city",
            "surname",
            "female",
            "male",
            "month",
            "adjective",
            "object",
            "animal",
            "job",
            "season",
            "sport",
            "mark",
            "colour",
            "material",
            "nnnn")) {
      values.put(slot, vocabulary.word(slot, draw));
    }
    values.put("birds", draw.any(words.of("birds")));
    values.put("container", draw.any(words.of("container")));
    values.put("container2", draw.any(words.of("container2")));
    values.put("adj", draw.any(words.of("venue-adj")));
    values.put("thing", draw.any(words.of("venue-thing")));
    return English.fill(name, values);
  }
}
