package sirocco.train.synthetic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import sirocco.text.Message;
import sirocco.text.Message.ToolCall;
import sirocco.text.SpelledTools;

/// Questions that a tool answers: the tools and how to call them, as the runtime tells them to
/// models whose format has no place for tools; the call; and what is said of what it gives back.
final class Calling implements Kind {
  private static final int FEWEST_CHOICES = 3;
  private static final int MOST_CHOICES = 6;

  private final Lists lists = Lists.ofLines("calling.txt");
  private final Vocabulary vocabulary;

  Calling(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  /// @param values sort of the words that its argument may be
  private record Tool(
      String name,
      String description,
      String argument,
      String values,
      List<String> questions,
      String result,
      List<String> findings) {
    static Tool of(String line) {
      String[] fields = line.split(" \\| ", -1);
      return new Tool(
          fields[0],
          fields[1],
          fields[2],
          fields[3],
          List.of(fields[4].split(" ; ", -1)),
          fields[5],
          List.of(fields[6].split(", ", -1)));
    }
  }

  @Override
  public Exchange exchange(Draw draw) {
    return turns(draw, 1).getFirst();
  }

  @Override
  public List<Exchange> turns(Draw draw, int most) {
    Tool tool = Tool.of(draw.any(lists.of("tools")));
    List<String> choices = choices(tool, draw);
    String value = draw.any(choices);
    String question = filled(draw.any(tool.questions()), value, "");
    String call = call(tool, value);
    String other = choices.get((choices.indexOf(value) + 1) % choices.size());
    String wrong = call(tool, other.equals(value) ? "" : other);
    List<Exchange> turns = new ArrayList<>();
    turns.add(new Exchange(manual(tool, choices, draw) + "\n\n" + question, call, wrong));
    if (most > 1) {
      String finding = draw.any(tool.findings());
      String result = filled(tool.result(), value, finding);
      turns.add(
          new Exchange(
              SpelledTools.result(tool.name(), result),
              result,
              filled(tool.result(), value, "lost")));
    }
    return turns;
  }

  private static String filled(String wording, String value, String finding) {
    return English.capital(English.fill(wording, Map.of("v", value, "w", finding)));
  }

  private List<String> choices(Tool tool, Draw draw) {
    int count = draw.between(FEWEST_CHOICES, MOST_CHOICES);
    return draw.several(count, () -> vocabulary.word(tool.values(), draw));
  }

  private static String call(Tool tool, String value) {
    String arguments = "{\"%s\":\"%s\"}".formatted(tool.argument(), value);
    return SpelledTools.calls(List.of(new ToolCall("", tool.name(), arguments)));
  }

  private String manual(Tool tool, List<String> choices, Draw draw) {
    List<Message.Tool> tools = new ArrayList<>();
    tools.add(told(tool, choices, draw));
    for (String other : draw.several(draw.below(3), lists.of("other"))) {
      String[] fields = other.split(" \\| ", -1);
      tools.add(new Message.Tool(fields[0], fields[1], ""));
    }
    return SpelledTools.manual(draw.shuffled(tools));
  }

  private static Message.Tool told(Tool tool, List<String> choices, Draw draw) {
    String among =
        draw.chance(0.3)
            ? ""
            : choices.stream().collect(Collectors.joining("\",\"", ",\"enum\":[\"", "\"]"));
    String parameters =
        "{\"type\":\"object\",\"properties\":{\"%s\":{\"type\":\"string\"%s}},\"required\":[\"%s\"]}"
            .formatted(tool.argument(), among, tool.argument());
    return new Message.Tool(tool.name(), tool.description(), parameters);
  }
}
