package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A paragraph about made-up people and things, and a question that it answers; now and then one
/// that it does not. Several subjects share what is said of them, so that the right one has to be
/// found; the answer is the sentence of the text that tells it.
final class Paragraphs implements Kind {
  static final String ABSENT = "The text does not say.";
  private static final List<String> OTHERS =
      List.of(
          "pet", "place", "venue", "ship", "company", "event", "robot", "book", "nature", "country",
          "thing", "box", "team", "train", "species");

  private final Lists wordings = Lists.ofLines("paragraphs.txt");
  private final Frames frames = new Frames();
  private final Lists asides = Lists.ofLines("passkey.txt");
  private final Vocabulary vocabulary;
  private final Subjects subjects;
  private final Events events;
  private final Stories stories;

  private final List<Integer> sizes;

  /// @param sizes how many subjects a paragraph is about: one of these
  Paragraphs(Vocabulary vocabulary, List<Integer> sizes) {
    this.vocabulary = vocabulary;
    this.sizes = sizes;
    this.subjects = new Subjects(vocabulary);
    this.events = new Events(vocabulary);
    this.stories = new Stories(vocabulary);
  }

  @Override
  public Exchange exchange(Draw draw) {
    return draw.chance(0.05) ? story(draw) : facts(draw);
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    List<Told> told = draw.shuffled(told(draw.chance(0.6) ? "person" : draw.any(OTHERS), draw));
    Prose prose = prose(told, draw);
    List<Exchange> turns = new ArrayList<>();
    for (Told asked : told.subList(0, Math.min(told.size(), draw.between(2, most)))) {
      String question = question(asked, told, draw);
      turns.add(
          new Exchange(
              turns.isEmpty() ? frames.prompt(prose.text(), question, draw) : question,
              prose.sentence(asked),
              wrong(asked, told, prose, draw)));
    }
    return turns;
  }

  private Exchange story(Draw draw) {
    Stories.Asked asked = stories.asked(draw);
    return new Exchange(
        frames.prompt(asked.story(), asked.question(), draw), asked.answer(), ABSENT);
  }

  private Exchange facts(Draw draw) {
    List<Told> told = new ArrayList<>(told(draw.chance(0.65) ? "person" : draw.any(OTHERS), draw));
    if (draw.chance(0.25)) {
      Subject other = subjects.subject(draw.any(OTHERS), draw);
      List<Relation> possible = of(other.sort());
      if (told.stream().noneMatch(t -> t.subject().sort().equals(other.sort()))) {
        Relation relation = draw.any(possible);
        told.add(new Told(other, key(relation), relation.fact(other, vocabulary, draw)));
      }
    }
    Prose prose = prose(told, draw);
    if (draw.chance(0.06)) {
      return absent(prose, told, draw);
    }
    return draw.chance(0.05) ? confirmed(prose, told, draw) : answered(prose, told, draw);
  }

  private Exchange answered(Prose prose, List<Told> told, Draw draw) {
    Told asked = draw.any(told);
    String question = question(asked, told, draw);
    return new Exchange(
        frames.prompt(prose.text(), question, draw),
        prose.sentence(asked),
        wrong(asked, told, prose, draw));
  }

  private static String key(Relation relation) {
    return relation.answer();
  }

  private List<Relation> of(String sort) {
    return Relation.ALL.stream().filter(relation -> relation.sort().equals(sort)).toList();
  }

  private List<Told> told(String sort, Draw draw) {
    int count = draw.any(sizes);
    List<Subject> about = subjects.distinct(count, sort, draw);
    List<Relation> pool = distinctGroups(draw.shuffled(of(sort)));
    List<String> verbs = draw.shuffled(events.verbs());
    int shared = count == 1 ? 2 : draw.between(0, 2);
    int own = count == 1 ? draw.between(1, 3) : draw.between(shared == 0 ? 1 : 0, 2);
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < about.size(); i++) {
      Subject subject = about.get(i);
      for (int k = 0; k < shared; k++) {
        told.add(told(subject, k, pool, verbs, draw, sort.equals("person") && i % 2 == 0));
      }
      for (int k = 0; k < own; k++) {
        int next = shared + i * own + k;
        if (next < pool.size()) {
          told.add(told(subject, next, pool, verbs, draw, false));
        }
      }
    }
    return told;
  }

  private Told told(
      Subject subject, int index, List<Relation> pool, List<String> verbs, Draw draw, boolean act) {
    // Every third of the persons' facts is something done; the same verb for the same index.
    if (subject.sort().equals("person") && (index % 3 == 1 || (act && draw.chance(0.1)))) {
      String verb = verbs.get(index);
      return new Told(subject, verb, events.fact(subject, verb, draw));
    }
    Relation relation = pool.get(index % pool.size());
    return new Told(subject, key(relation), relation.fact(subject, vocabulary, draw));
  }

  private static List<Relation> distinctGroups(List<Relation> shuffled) {
    Set<String> groups = new HashSet<>();
    return shuffled.stream().filter(relation -> groups.add(relation.group())).toList();
  }

  private Prose prose(List<Told> told, Draw draw) {
    return Prose.of(told, asides.of("plain"), draw);
  }

  private String question(Told asked, List<Told> told, Draw draw) {
    List<String> reversed =
        asked.fact().reversed().stream()
            .filter(question ->
                told.stream().filter(t -> t.fact().reversed().contains(question)).count() == 1)
            .toList();
    boolean reverse = !reversed.isEmpty() && draw.chance(0.25);
    String question =
        reverse || asked.fact().questions().isEmpty()
            ? draw.any(reversed.isEmpty() ? asked.fact().questions() : reversed)
            : draw.any(asked.fact().questions());
    return draw.chance(0.04) ? question.replaceAll("[?]$", "") : question;
  }

  /// Whether something is true.
  private Exchange confirmed(Prose prose, List<Told> told, Draw draw) {
    Told asked = draw.any(told);
    String right = asked.fact().answer();
    String other = swapped(asked, told, draw);
    boolean yes = other.equals(ABSENT) || draw.chance(0.5);
    String claim = yes ? right : other;
    boolean lower = claim.startsWith("The ");
    Map<String, String> values =
        Map.of("c", (lower ? English.lowerFirst(claim) : claim).replaceAll("[.]$", ""), "C", claim);
    String question = draw.phrase(wordings.of("confirm"), values);
    return new Exchange(
        frames.prompt(prose.text(), question, draw),
        (yes ? "Yes. " : "No. ") + prose.sentence(asked),
        (yes ? "No. " : "Yes. ") + claim);
  }

  private Exchange absent(Prose prose, List<Told> told, Draw draw) {
    Subject subject = draw.any(told).subject();
    Set<String> said = new HashSet<>();
    told.forEach(t -> said.add(t.relation()));
    Set<String> groups = new HashSet<>();
    Relation.ALL.stream().filter(r -> said.contains(key(r))).forEach(r -> groups.add(r.group()));
    List<Relation> unsaid =
        of(subject.sort()).stream().filter(r -> !groups.contains(r.group())).toList();
    Subject asked =
        unsaid.isEmpty() || draw.chance(0.3) ? subjects.subject(subject.sort(), draw) : subject;
    boolean stranger = told.stream().noneMatch(t -> t.subject().name().equals(asked.name()));
    List<Relation> possible = stranger ? of(subject.sort()) : unsaid;
    if (possible.isEmpty()) {
      return answered(prose, told, draw);
    }
    Fact fact = draw.any(possible).fact(asked, vocabulary, draw);
    return new Exchange(
        frames.prompt(prose.text(), draw.any(fact.questions()), draw), ABSENT, fact.answer());
  }

  /// The sentence that says the same of somebody else.
  private static String wrong(Told asked, List<Told> told, Prose prose, Draw draw) {
    String right = prose.sentence(asked);
    List<String> others =
        told.stream()
            .filter(t -> t.relation().equals(asked.relation()))
            .map(prose::sentence)
            .filter(sentence -> !sentence.equals(right))
            .toList();
    return others.isEmpty() || draw.chance(0.1) ? ABSENT : draw.any(others);
  }

  /// What the paragraph says of somebody else, said of this one.
  private static String swapped(Told asked, List<Told> told, Draw draw) {
    List<String> others =
        told.stream()
            .filter(
                t -> t.relation().equals(asked.relation()) && !t.subject().equals(asked.subject()))
            .map(t -> t.fact().answer().replace(t.name(), asked.name()))
            .filter(answer -> !answer.equals(asked.fact().answer()))
            .toList();
    return others.isEmpty() || draw.chance(0.1) ? ABSENT : draw.any(others);
  }
}
