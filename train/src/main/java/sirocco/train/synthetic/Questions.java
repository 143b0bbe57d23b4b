package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Questions that one sentence answers, in the words a person would ask with: `The old keeper lit
/// the lamp at dusk.` gives `When did the keeper light the lamp?`, `What did the old keeper light?`
/// and `Who lit the lamp?`. They say less than the sentence does, as a person's do.
final class Questions {
  private static final Lists WORDS = Lists.ofWords("questions.txt");
  private static final Set<String> PLACES = Set.copyOf(WORDS.of("places"));
  private static final Set<String> TIMES = Set.copyOf(WORDS.of("times"));
  private static final Set<String> PERSONS = Set.copyOf(WORDS.of("persons"));
  private static final Set<String> NUMBERS = Set.copyOf(WORDS.of("numbers"));

  private static final Map<String, String> ALIKE =
      WORDS.of("alike").stream()
          .map(pair -> pair.split(" ", 2))
          .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1]));

  private static final Set<String> PEOPLE =
      Set.of("he", "she", "i", "we", "they", "everyone", "nobody");

  private final Clause clause;
  private final List<String> object = new ArrayList<>();
  private final List<String> adverb = new ArrayList<>();
  private final String verb;
  private final Draw draw;

  private Questions(Clause clause, Draw draw) {
    this.clause = clause;
    this.draw = draw;
    List<String> rest =
        clause.rest().size() > 1 && clause.verb().moves() && clause.rest().getFirst().endsWith("ly")
            ? clause.rest().subList(1, clause.rest().size())
            : clause.rest();
    boolean compound = clause.verb().moves() && Clause.isParticiple(rest.getFirst());
    boolean modal = clause.verb().moves() && !isForm(clause.verb().word());
    int from = compound || modal ? 1 : 0;
    this.verb =
        compound || modal
            ? rest.getFirst()
            : clause.verb().moves() ? "" : alike(clause.verb().base(), draw);
    int end = from;
    while (end < rest.size() && !Clause.isPreposition(rest.get(end))) {
      end++;
    }
    object.addAll(rest.subList(from, end));
    adverb.addAll(rest.subList(end, rest.size()));
  }

  /// The verb, or now and then another that means about the same.
  private static String alike(String verb, Draw draw) {
    return draw.chance(0.25) ? ALIKE.getOrDefault(verb, verb) : verb;
  }

  private static boolean isForm(String auxiliary) {
    return Set.of("is", "are", "was", "were").contains(auxiliary);
  }

  /// In no order; empty where the sentence is none that the rules can take apart.
  static List<String> of(String sentence, Draw draw) {
    return Clause.of(sentence).map(clause -> new Questions(clause, draw).all()).orElse(List.of());
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    if (!isUnsaid(clause.subject())) {
      all.add(bySubject());
      all.addAll(byAdverb(adverb, !verb.isEmpty()));
      all.addAll(byAdverb(clause.lead(), true));
      if (!object.isEmpty()) {
        all.addAll(byObject());
      }
    }
    all.removeIf(question -> question.split(" ", -1).length < 3);
    return all.stream().map(q -> English.capital(q.strip().replaceAll(" +", " ")) + "?").toList();
  }

  private static boolean isUnsaid(List<String> subject) {
    return Set.of("there", "it", "this", "what", "here").contains(lower(subject.getFirst()));
  }

  /// `Who lit the lamp?`
  private String bySubject() {
    List<String> question = new ArrayList<>();
    question.add(isPerson(clause.subject()) ? "who" : draw.chance(0.7) ? "what" : "who");
    String word = clause.verb().word();
    question.add(
        switch (word) {
          case "are" -> "is";
          case "were" -> "was";
          case "have" -> "has";
          default -> clause.verb().form().equals("do") ? clause.verb().base() + "s" : word;
        });
    if (clause.verb().moves()) {
      question.add(verb);
    }
    question.addAll(shortened(object));
    question.addAll(maybe(adverb, 0.6));
    return String.join(" ", question);
  }

  /// `When did the keeper light the lamp?`
  private List<String> byAdverb(List<String> words, boolean full) {
    if (words.isEmpty()) {
      return List.of();
    }
    String first = lower(words.getFirst());
    String kind;
    if (first.equals("because") || first.equals("so")) {
      kind = "why";
    } else if (words.stream().anyMatch(Questions::isTime)
        || (first.equals("at") && words.size() > 1 && isNumber(lower(words.get(1))))) {
      kind = first.equals("for") ? "how long" : "when";
    } else if (PLACES.contains(first)) {
      kind = "where";
    } else if (first.equals("by") || first.equals("with")) {
      kind = "how";
    } else {
      return List.of();
    }
    List<String> questions = new ArrayList<>();
    questions.add(asked(kind, full ? shortened(object) : object));
    if (kind.equals("where") && words.size() > 1 && !verb.isEmpty() && draw.chance(0.3)) {
      questions.add(asked("what", shortened(object)) + " " + first);
    }
    return questions;
  }

  /// `What did the keeper light?`
  private List<String> byObject() {
    List<String> questions = new ArrayList<>();
    String first = lower(object.getFirst());
    if (isNumber(first) && object.size() > 1) {
      List<String> things = object.subList(1, object.size());
      questions.add(asked("how many " + things.getLast(), List.of()));
    } else if (verb.isEmpty() && !Clause.isDeterminer(first) && object.size() == 1) {
      questions.add(asked(draw.chance(0.5) ? "how" : "what", List.of()));
    } else {
      boolean name = isPerson(object);
      questions.add(asked(name ? "who" : "what", maybe(adverb, 0.4)));
      String noun = object.getLast();
      if (!name && object.size() > 2 && noun.matches("[a-z]{3,}")) {
        questions.add(
            asked(draw.any(List.of("which ", "what ", "what kind of ")) + noun, List.of()));
      }
      if (!verb.isEmpty() && draw.chance(0.3)) {
        questions.add(done());
      }
    }
    return questions;
  }

  /// `What did the keeper do at dusk?`
  private String done() {
    String form = clause.verb().form();
    List<String> question = new ArrayList<>(List.of("what", form));
    question.addAll(subject());
    question.add(Clause.isParticiple(verb) && clause.verb().moves() ? "done" : "do");
    question.addAll(adverb);
    return String.join(" ", question);
  }

  private String asked(String word, List<String> said) {
    List<String> question = new ArrayList<>();
    question.add(word);
    question.add(clause.verb().form());
    question.addAll(subject());
    question.add(verb);
    question.addAll(said);
    return String.join(" ", question);
  }

  /// As in the sentence, or less of it.
  private List<String> subject() {
    List<String> words = new ArrayList<>(clause.subject());
    String first = words.getFirst();
    if (Clause.isDeterminer(first) || (Clause.isPronoun(first) && !first.equals("I"))) {
      words.set(0, lower(first));
    } else if (words.size() == 1 && first.endsWith("s") && draw.chance(0.7)) {
      words.set(0, lower(first));
    }
    return shortened(words);
  }

  /// `the old lighthouse keeper` as `the keeper`, now and then; `a lamp` as `the lamp`.
  private List<String> shortened(List<String> words) {
    if (words.isEmpty()) {
      return words;
    }
    List<String> said = new ArrayList<>(words);
    int noun = head(words);
    boolean plain = words.get(noun).matches("[a-z]+");
    if (Clause.isDeterminer(words.getFirst()) && plain && noun > 1 && draw.chance(0.5)) {
      said = new ArrayList<>(List.of(words.getFirst(), words.get(noun)));
    }
    if (Set.of("a", "an").contains(lower(said.getFirst())) && draw.chance(0.7)) {
      said.set(0, "the");
    }
    return said;
  }

  /// Where the noun is that the others belong to: what stands before `of` or `from`, or the last.
  private static int head(List<String> words) {
    for (int i = 1; i < words.size(); i++) {
      if (Set.of("of", "from", "and").contains(words.get(i))) {
        return i - 1;
      }
    }
    return words.size() - 1;
  }

  private List<String> maybe(List<String> words, double probability) {
    return draw.chance(probability) ? words : List.of();
  }

  private static boolean isTime(String word) {
    return TIMES.contains(lower(word)) || word.matches("1[0-9]{3}|20[0-9]{2}");
  }

  private static boolean isNumber(String word) {
    return NUMBERS.contains(word) || Character.isDigit(word.charAt(0));
  }

  private static boolean isPerson(List<String> words) {
    return PEOPLE.contains(lower(words.getFirst()))
        || PERSONS.contains(words.get(head(words)))
        || (words.size() > 1
            && words.stream().allMatch(word -> Character.isUpperCase(word.charAt(0))));
  }

  private static String lower(String word) {
    return word.toLowerCase(Locale.ROOT);
  }
}
