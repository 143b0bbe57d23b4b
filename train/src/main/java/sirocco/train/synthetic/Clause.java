package sirocco.train.synthetic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A plain English sentence taken apart by its words alone: `In 1887` (lead), `the old ship`
/// (subject), `lost` (verb), `its main mast` (rest). Rules of thumb, which leave most long
/// sentences alone and are wrong now and then; whoever needs more needs a parser.
///
/// @param lead what stands before the subject; may be empty
/// @param rest what follows the verb up to the first comma
record Clause(List<String> lead, List<String> subject, Verb verb, List<String> rest) {
  private static final Lists WORDS = Lists.ofWords("questions.txt");
  private static final Set<String> AUXILIARIES = Set.copyOf(WORDS.of("auxiliaries"));
  private static final Set<String> PREPOSITIONS = Set.copyOf(WORDS.of("prepositions"));
  private static final Set<String> DETERMINERS = Set.copyOf(WORDS.of("determiners"));
  private static final Set<String> PRONOUNS = Set.copyOf(WORDS.of("pronouns"));
  private static final Set<String> ADVERBS = Set.copyOf(WORDS.of("adverbs"));
  private static final Set<String> OPENINGS = Set.copyOf(WORDS.of("openings"));
  private static final Set<String> NOT_VERBS = Set.copyOf(WORDS.of("not-verbs"));
  private static final Set<String> BASES = new HashSet<>();
  private static final Map<String, String> PAST = new HashMap<>();
  private static final Set<String> PARTICIPLES = new HashSet<>();
  private static final int LONGEST_SUBJECT = 6;
  private static final int LONGEST_LEAD = 6;

  static {
    BASES.addAll(WORDS.of("regular"));
    for (String forms : WORDS.of("irregular")) {
      String[] form = forms.split(" ", -1);
      BASES.add(form[0]);
      if (form.length > 2) {
        PAST.putIfAbsent(form[1], form[0]);
        PARTICIPLES.add(form[2]);
      }
    }
  }

  Clause {
    lead = List.copyOf(lead);
    subject = List.copyOf(subject);
    rest = List.copyOf(rest);
  }

  /// @param form how the base form has to be asked for: `did`, `does`, `do`, or the word itself of
  ///   `is`, `can`, `had`, which go before the subject
  record Verb(String word, String base, String form) {
    boolean moves() {
      return word.equals(form);
    }
  }

  static Optional<Clause> of(String sentence) {
    String plain = sentence.replaceAll("[.!?]$", "").replaceAll("[\"()]", "");
    String[] parts = plain.split("[,;:] ", -1);
    List<String> first = words(parts[0]);
    if (parts.length > 1 && opens(first) && first.size() <= LONGEST_LEAD) {
      return main(said(first), words(parts[1]));
    }
    if (isPreposition(first.getFirst())) { // a lead without a comma ends where a subject begins
      for (int i = 1; i < Math.min(first.size(), LONGEST_LEAD); i++) {
        if (begins(first.get(i))) {
          return main(said(first.subList(0, i)), first.subList(i, first.size()));
        }
      }
      return Optional.empty();
    }
    return main(List.of(), first);
  }

  private static List<String> words(String part) {
    return List.of(part.strip().split(" +", -1));
  }

  private static boolean opens(List<String> words) {
    return isPreposition(words.getFirst()) || words.getLast().equalsIgnoreCase("ago");
  }

  /// Without what says nothing: `But`, `In fact`.
  private static List<String> said(List<String> lead) {
    return lead.size() == 1 || OPENINGS.contains(lead.getLast()) ? List.of() : lead;
  }

  private static boolean begins(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return DETERMINERS.contains(lower) || PRONOUNS.contains(lower);
  }

  private static Optional<Clause> main(List<String> lead, List<String> sentence) {
    List<String> words = sentence.stream().filter(word -> !ADVERBS.contains(word)).toList();
    if (words.isEmpty() || isPreposition(words.getFirst())) {
      return Optional.empty();
    }
    for (int i = 1; i < Math.min(words.size() - 1, LONGEST_SUBJECT + 1); i++) {
      String before = words.get(i - 1).toLowerCase(Locale.ROOT);
      boolean noun = DETERMINERS.contains(before) && !PRONOUNS.contains(before);
      Optional<Verb> verb = noun ? Optional.empty() : verb(words.get(i), words, i);
      if (verb.isPresent()) {
        List<String> rest = words.subList(i + 1, end(words, i + 2));
        return rest.size() == 1 && verb.get().moves() && isParticiple(rest.getFirst())
            ? Optional.empty()
            : Optional.of(new Clause(lead, words.subList(0, i), verb.get(), rest));
      }
      if (leavesSubject(words.get(i), before)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// Where a second verb begins: `lit the lamp / and went to bed`.
  private static int end(List<String> words, int from) {
    for (int i = from; i < words.size() - 1; i++) {
      if (Set.of("and", "but").contains(words.get(i))
          && verb(words.get(i + 1), words, i + 1).isPresent()) {
        return i;
      }
    }
    return words.size();
  }

  private static boolean leavesSubject(String word, String before) {
    boolean joins = Set.of("of", "and", "from").contains(word);
    return (isPreposition(word) && !joins)
        || (begins(word) && !Set.of("of", "and", "from", "all", "both").contains(before));
  }

  private static Optional<Verb> verb(String word, List<String> words, int at) {
    String next = at + 1 < words.size() ? words.get(at + 1) : "";
    if (AUXILIARIES.contains(word) || (isHave(word) && isParticiple(next))) {
      return Optional.of(new Verb(word, word, word));
    }
    if (isHave(word)) {
      String form = word.equals("had") ? "did" : word.equals("has") ? "does" : "do";
      return Optional.of(new Verb(word, "have", form));
    }
    String past = PAST.get(word);
    if (past != null) {
      return Optional.of(new Verb(word, past, "did"));
    }
    if (word.endsWith("ed") && word.length() > 4 && !NOT_VERBS.contains(word)) {
      return Optional.of(new Verb(word, base(word), "did"));
    }
    String before = words.get(at - 1);
    boolean plural = before.endsWith("s") || Set.of("they", "we", "I", "you").contains(before);
    if (plural && BASES.contains(word)) {
      return Optional.of(new Verb(word, word, "do"));
    }
    String third = singular(word);
    return !plural && !third.equals(word) && BASES.contains(third)
        ? Optional.of(new Verb(word, third, "does"))
        : Optional.empty();
  }

  private static boolean isHave(String word) {
    return word.equals("has") || word.equals("have") || word.equals("had");
  }

  static boolean isParticiple(String word) {
    return PARTICIPLES.contains(word)
        || word.equals("been")
        || (word.endsWith("ing") && word.length() > 5)
        || (word.endsWith("ed") && word.length() > 4 && !NOT_VERBS.contains(word));
  }

  static boolean isPreposition(String word) {
    return PREPOSITIONS.contains(word.toLowerCase(Locale.ROOT));
  }

  static boolean isDeterminer(String word) {
    return DETERMINERS.contains(word.toLowerCase(Locale.ROOT));
  }

  static boolean isPronoun(String word) {
    return PRONOUNS.contains(word.toLowerCase(Locale.ROOT));
  }

  /// `carries` as `carry`, `goes` as `go`.
  private static String singular(String word) {
    if (word.endsWith("ies") && word.length() > 4) {
      return word.substring(0, word.length() - 3) + "y";
    }
    if (word.matches(".*(ss|sh|ch|x|zz|go|do)es")) {
      return word.substring(0, word.length() - 2);
    }
    return word.endsWith("s") && !word.endsWith("ss") ? word.substring(0, word.length() - 1) : word;
  }

  /// The base form of a regular past: a verb of the list if one fits, else by spelling.
  private static String base(String past) {
    String stem = past.substring(0, past.length() - 2);
    String silent = stem + "e";
    boolean doubled = stem.matches(".*([bdgklmnprt])\\1");
    String single = doubled ? stem.substring(0, stem.length() - 1) : stem;
    for (String candidate : List.of(stem, silent, single)) {
      if (BASES.contains(candidate)) {
        return candidate;
      }
    }
    if (stem.endsWith("i")) {
      return stem.substring(0, stem.length() - 1) + "y";
    }
    if (doubled && !stem.endsWith("ll")) {
      return single;
    }
    boolean bare = stem.matches("[^aeiou]*[aeiou][^aeiouwxy]");
    boolean soft = stem.matches(".*([cvuz]|[^s]s|[^eo]at|iz|[rdn]g|[bptdgkf]l|[^aeiou][iou]r|ar)");
    return bare || soft ? silent : stem;
  }
}
