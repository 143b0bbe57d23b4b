package sirocco.langchain4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import sirocco.langchain4j.Script.Line;

/// What one must know to answer the questions of LangChain4j's tests of AI services.
final class AiServiceFacts {
  private static final String RESULT = "[TOOL_RESULTS]";
  private static final String KLAUS =
      json("{'name': 'Klaus', 'age': 37, 'height': 1.78, 'married': false}");
  private static final String FRANNY =
      json("{'name': 'Franny', 'age': 35, 'height': 1.65, 'married': true}");
  private static final String CHILDREN =
      json(
          "{'name': 'Francine', 'children': [{'name': 'Steve', 'children': []}, {'name': 'Hayley',"
              + " 'children': []}]}");
  private static final String REX = json("{'type': 'Dog', 'name': 'Rex', 'breed': 'Labrador'}");

  /// The first that fits counts, so answers to what tools gave come first.
  static final Script SCRIPT = new Script(Stream.concat(tools(), forms()).toList());

  private AiServiceFacts() {}

  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static Line says(String held, String... answers) {
    return new Line(List.of(held), Arrays.stream(answers).map(AiServiceFacts::json).toList());
  }

  private static Line saysAfter(String held, String alsoHeld, String... answers) {
    return new Line(
        List.of(held, alsoHeld), Arrays.stream(answers).map(AiServiceFacts::json).toList());
  }

  private static Line calls(String held, String name, String arguments) {
    return saysAfter(held, "[AVAILABLE_TOOLS]", "[TOOL_CALLS][" + call(name, arguments) + "]");
  }

  private static String call(String name, String arguments) {
    return "{'name': '%s', 'arguments': {%s}}".formatted(name, arguments);
  }

  private static Stream<Line> tools() {
    return Stream.concat(sums(), otherTools());
  }

  private static Stream<Line> sums() {
    return Stream.of(
        calls("Now add 47", "add", "'arg0': 124, 'arg1': 47"),
        saysAfter("73 plus 78", "151", "37 + 87 = 124 and 73 + 78 = 151"),
        says(
            "73 plus 78",
            "[TOOL_CALLS]["
                + call("add", "'arg0': 37, 'arg1': 87")
                + ", "
                + call("add", "'arg0': 73, 'arg1': 78")
                + "]"),
        saysAfter("How much is 37 plus 87?", "124", "37 + 87 = 124"),
        calls("How much is 37 plus 87?", "add", "'arg0': 37, 'arg1': 87"),
        saysAfter("First add 2 and 3", json("'multiply', 'arguments'"), "The result is 20."),
        new Line(
            List.of("First add 2 and 3", json("'add', 'arguments'"), RESULT),
            List.of(json("[TOOL_CALLS][" + call("multiply", "'arg0': 5, 'arg1': 4") + "]"))),
        calls("First add 2 and 3", "add", "'arg0': 2, 'arg1': 3"));
  }

  private static Stream<Line> otherTools() {
    return Stream.of(
        saysAfter("weather in Munich", RESULT, "{'city': 'Munich', 'weather': 'SUNNY'}"),
        calls("weather in Munich", "getWeather", "'arg0': 'Munich'"),
        saysAfter("What is the time now?", RESULT, "17:11:45"),
        calls("What is the time now?", "currentTime", ""),
        saysAfter("What is the date today?", RESULT, "It is a fine day."),
        calls("What is the date today?", "currentDate", ""),
        saysAfter("temperature in Munich in celsius", RESULT, "It is 19 degrees."),
        calls(
            "temperature in Munich in celsius",
            "currentTemperature",
            "'arg0': 'Munich', 'arg1': 'CELSIUS'"),
        saysAfter("What is the username", RESULT, "The user is Alice."),
        calls(
            "What is the username",
            "getUsernameFromId",
            "'arg0': '62dbcc27-aaf3-449a-b12d-5a904271a57f'"),
        says(RESULT, "Done."),
        calls(
            "Use 'process' tool to process the following: Klaus is", "process", "'arg0': " + KLAUS),
        calls(
            "Klaus lives in Langley Falls",
            "process",
            "'arg0': {'name': 'Klaus', 'address': {'city': 'Langley Falls'}}"),
        calls("Francine has 2 children", "process", "'arg0': " + CHILDREN),
        calls("Francine is 47 years old", "process", "'arg0': {'Klaus': 42, 'Francine': 47}"),
        calls("following names", "processNames", "'arg0': ['Klaus', 'Franny']"),
        calls("following colors", "process", "'arg0': ['RED', 'GREEN']"),
        calls("following integers", "processNumbers", "'arg0': [37, 73]"),
        calls("following people", "process", "'arg0': [{'name': 'Klaus'}, {'name': 'Franny'}]"),
        calls("Call tool 'modify'", "modify", "'arg0': 7"),
        calls("Take a photo", "takePhoto", ""));
  }

  private static Stream<Line> forms() {
    return Stream.concat(people(), otherForms());
  }

  private static Stream<Line> people() {
    return Stream.of(
        says("Staniel", "{'values': ['SINGLE', 'MARRIED', 'MARRIED']}"),
        says(
            "Franny is 35 years old",
            "{'value': 2}",
            "{'values': [" + KLAUS + ", " + FRANNY + "]}",
            "{'values': ['Klaus', 'Franny']}"),
        says("1.78m height and single", "{'value': 'SINGLE'}", KLAUS),
        says("is a man:", "{'value': true}"),
        says("Do not include missing fields", "{'name': 'Klaus'}"),
        says(
            "delivery to Langley Falls",
            "{'name': 'Klaus', 'shippingAddress': {'city': 'Langley Falls'}, 'billingAddress':"
                + " {'city': 'New York'}}"),
        says("Klaus is single", "{'name': 'Klaus', 'maritalStatus': 'SINGLE'}"),
        says("orange and green", "{'name': 'Klaus', 'favouriteColors': ['orange', 'green']}"),
        says(
            "Peanut and Muffin",
            "{'name': 'Klaus', 'pets': [{'name': 'Peanut'}, {'name': 'Muffin'}]}"),
        says("groups A and C", "{'name': 'Klaus', 'groups': ['A', 'C']}"),
        says(
            "born at 14:43",
            "{'name': 'Klaus', 'birthDate': {'year': 1976, 'month': 8, 'day': 12}, 'birthTime':"
                + " {'hour': 14, 'minute': 43, 'second': 0, 'nano': 0}, 'birthDateTime': {'date':"
                + " {'year': 1976, 'month': 8, 'day': 12}, 'time': {'hour': 14, 'minute': 43,"
                + " 'second': 0, 'nano': 0}}}"),
        says("Klaus and Francine", "{'values': [{'name': 'Klaus'}, {'name': 'Francine'}]}"),
        says("Francine has 2 children", CHILDREN),
        says("567b229a", "{'id': '567b229a-6b0a-4f1e-9006-448cd9dfbfda', 'name': 'Klaus'}"),
        says("following text: Klaus", "{'name': 'Klaus'}"));
  }

  private static Stream<Line> otherForms() {
    return Stream.of(
        says("temperature in Munich", "{'value': -0.5}"),
        says("weather in Berlin", "{'values': ['SUNNY', 'WINDY', 'RAINY', 'CLOUDY']}"),
        says("Rex is a Labrador dog", "{'value': " + REX + "}"),
        says(
            "Whiskers is an indoor cat",
            "{'values': [" + REX + ", {'type': 'Cat', 'name': 'Whiskers', 'indoor': true}]}"),
        says("Alice owns", "{'name': 'Alice', 'pet': " + REX + "}"),
        says(
            "1+2+3",
            "{'value': {'type': 'Addition', 'left': {'type': 'Addition', 'left': {'type':"
                + " 'Constant', 'value': 1}, 'right': {'type': 'Constant', 'value': 2}}, 'right':"
                + " {'type': 'Constant', 'value': 3}}}"),
        says("capital of Germany", "The capital of Germany is Berlin."));
  }
}
