package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Questions about scenes of everyday life, each scene worded by hand: what the other kinds lack is
/// that hardly two sentences are made alike. The answer is the sentence of the text that holds it:
/// a small model that has to find new words for it loses what it found. Some stand beside another
/// scene or unimportant sentences, or in a long text.
final class Scenes implements Kind {
  private static final int MOST_BESIDE = 400;

  private final Frames frames = new Frames();
  private final List<String> heads = List.copyOf(Scene.ALL.keySet());
  private final Vocabulary vocabulary;
  private final Filler filler;
  private final int shortest;
  private final int longest;

  /// @param shortest characters of the text that a scene is hidden in; 0 for scenes by themselves
  Scenes(Vocabulary vocabulary, int shortest, int longest) {
    this.vocabulary = vocabulary;
    this.filler = new Filler(vocabulary);
    this.shortest = shortest;
    this.longest = longest;
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    Scene.Told told = scene(draw).told(vocabulary, draw);
    List<String> text = new ArrayList<>(beside(draw));
    text.add(draw.below(text.size() + 1), told.text());
    String between = text.size() < 4 && draw.chance(0.2) ? "\n" : " ";
    List<Exchange> turns = new ArrayList<>();
    for (Scene.Asked asked : draw.shuffled(told.questions())) {
      if (turns.size() < most) {
        String question = draw.any(asked.wordings());
        String prompt =
            turns.isEmpty() ? frames.prompt(String.join(between, text), question, draw) : question;
        String sentence = told.sentence(asked);
        turns.add(new Exchange(prompt, sentence, wrong(sentence, told, draw)));
      }
    }
    return turns;
  }

  private Scene scene(Draw draw) {
    return Objects.requireNonNull(Scene.ALL.get(draw.one(heads)));
  }

  /// What stands around the scene.
  private List<String> beside(Draw draw) {
    if (longest > 0) {
      return filler.pieces(draw.length(shortest, longest), draw);
    }
    if (draw.chance(0.2)) {
      return List.of(scene(draw).told(vocabulary, draw).text());
    }
    return draw.chance(0.25) ? filler.sentences(draw.between(40, MOST_BESIDE), draw) : List.of();
  }

  /// Another sentence of the scene.
  private static String wrong(String sentence, Scene.Told told, Draw draw) {
    String other = draw.any(told.sentences());
    return other.equals(sentence) ? Paragraphs.ABSENT : other;
  }
}
