package sirocco.langchain4j;

import static sirocco.langchain4j.Script.line;

import java.util.List;

/// What one must know to answer the questions of LangChain4j's conformance tests.
final class Facts {
  private static final String MUNICH =
      "[TOOL_CALLS][{\"name\": \"getWeather\", \"arguments\": {\"city\": \"Munich\"}}]";

  /// In falling order of how much a line asks for: the first that fits counts.
  static final Script SCRIPT =
      new Script(
          List.of(
              line(
                  List.of("weather in Munich and time in France", "14:35"),
                  List.of("It is sunny in Munich, and 14:35 in France.")),
              line(
                  "weather in Munich and time in France",
                  List.of(
                      "[TOOL_CALLS][{\"name\": \"getWeather\", \"arguments\": {\"city\":"
                          + " \"Munich\"}}, {\"name\": \"getTime\", \"arguments\": {\"country\":"
                          + " \"France\"}}]")),
              line(
                  List.of("What is the weather in Munich?", "sunny"),
                  List.of("It is sunny in Munich.", "{\"weather\": \"sunny\"}")),
              line("What is the weather in Munich?", List.of(MUNICH)),
              line("I live in Munich", List.of("Munich is a fine town.", MUNICH)),
              line(List.of("What is the time now?", "10:14"), List.of("It is 10:14 now.")),
              line(
                  "What is the time now?",
                  List.of("[TOOL_CALLS][{\"name\": \"get_current_time\", \"arguments\": {}}]")),
              line("Answer with a JSON object", List.of("{\"city\": \"Berlin\"}")),
              line("How much is 2 + 2?", List.of("It is Berlin, and 2 + 2 is 4.")),
              line(
                  "capital of Germany",
                  List.of("The capital of Germany is Berlin.", "{\"city\": \"Berlin\"}")),
              line(List.of("into German", "I love you"), List.of("Ich liebe dich.")),
              line("my favorite color is green", List.of("Your favorite color is green.")),
              line("Say 'Hello World'", List.of("Hello World")),
              line(
                  "long story",
                  List.of("Once there were animals." + " They lived in a wood.".repeat(40)))));

  private Facts() {}
}
