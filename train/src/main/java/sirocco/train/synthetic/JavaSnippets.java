package sirocco.train.synthetic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Short pieces of Java, with names and numbers that vary.
final class JavaSnippets implements Kind {
  /// What is asked for, in words that follow "a Java …", and the code.
  private record Snippet(List<String> asked, String code) {}

  private static final List<String> ASKING =
      List.of(
          "Write {a what} in Java.",
          "Write {a what} in Java",
          "Write Java code for {a what}.",
          "Write me {a what} in Java.",
          "Show me {a what} in Java.",
          "Give me {a what} in Java.",
          "Java: {what}",
          "How do I write {a what} in Java?",
          "How does {a what} look in Java?",
          "Can you write {a what} in Java?",
          "Please write {a what} in Java.",
          "I need {a what} in Java.",
          "An example of {a what} in Java, please.",
          "Java code: {what}",
          "What does {a what} look like in Java?");

  private static final List<Snippet> SNIPPETS =
      List.of(
          new Snippet(
              List.of("hello world program", "program that prints hello world", "main method"),
              """
              public class Hello {
                public static void main(String[] args) {
                  System.out.println("Hello, world!");
                }
              }\
              """),
          new Snippet(
              List.of(
                  "for loop from 1 to {n}",
                  "loop that prints the numbers from 1 to {n}",
                  "loop that counts to {n}"),
              """
              for (int i = 1; i <= {n}; i++) {
                System.out.println(i);
              }\
              """),
          new Snippet(
              List.of("while loop from 1 to {n}", "while loop that counts to {n}"),
              """
              int i = 1;
              while (i <= {n}) {
                System.out.println(i);
                i++;
              }\
              """),
          new Snippet(
              List.of(
                  "method that adds two numbers",
                  "method that returns the sum of two numbers",
                  "sum of two integers"),
              """
              static int add(int a, int b) {
                return a + b;
              }\
              """),
          new Snippet(
              List.of(
                  "sum of an array",
                  "method that sums an array",
                  "method that adds up the numbers of an array"),
              """
              static int sum(int[] {numbers}) {
                int sum = 0;
                for (int number : {numbers}) {
                  sum += number;
                }
                return sum;
              }\
              """),
          new Snippet(
              List.of(
                  "maximum of an array",
                  "method that finds the largest number of an array",
                  "method that returns the maximum of an array"),
              """
              static int max(int[] {numbers}) {
                int max = {numbers}[0];
                for (int number : {numbers}) {
                  if (number > max) {
                    max = number;
                  }
                }
                return max;
              }\
              """),
          new Snippet(
              List.of("minimum of an array", "method that finds the smallest number of an array"),
              """
              static int min(int[] {numbers}) {
                int min = {numbers}[0];
                for (int number : {numbers}) {
                  if (number < min) {
                    min = number;
                  }
                }
                return min;
              }\
              """),
          new Snippet(
              List.of("factorial", "factorial method", "method that computes the factorial"),
              """
              static long factorial(int n) {
                return n <= 1 ? 1 : n * factorial(n - 1);
              }\
              """),
          new Snippet(
              List.of(
                  "fibonacci method",
                  "method that computes Fibonacci numbers",
                  "recursive Fibonacci"),
              """
              static int fibonacci(int n) {
                return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
              }\
              """),
          new Snippet(
              List.of(
                  "record for {a thing}",
                  "record called {Thing}",
                  "record {Thing} with a name and a number"),
              "record {Thing}(String name, int number) {}"),
          new Snippet(
              List.of("class for {a thing}", "class called {Thing}", "class {Thing} with a name"),
              """
              class {Thing} {
                private final String name;

                {Thing}(String name) {
                  this.name = name;
                }

                String name() {
                  return name;
                }
              }\
              """),
          new Snippet(
              List.of("interface for {a thing}", "interface called {Thing}"),
              """
              interface {Thing} {
                String name();
              }\
              """),
          new Snippet(
              List.of("enum of colours", "enum with three colours", "simple enum"),
              """
              enum Colour {
                RED,
                GREEN,
                BLUE
              }\
              """),
          new Snippet(
              List.of("method that checks if a number is even", "test for an even number"),
              """
              static boolean isEven(int number) {
                return number % 2 == 0;
              }\
              """),
          new Snippet(
              List.of(
                  "method that reverses a string", "string reversal", "method to reverse a text"),
              """
              static String reverse(String text) {
                return new StringBuilder(text).reverse().toString();
              }\
              """),
          new Snippet(
              List.of(
                  "list of strings",
                  "list with {a thing} and {a other}",
                  "loop over a list of strings"),
              """
              List<String> words = List.of("{thing}", "{other}");
              for (String word : words) {
                System.out.println(word);
              }\
              """),
          new Snippet(
              List.of("map from names to numbers", "map with {a thing}", "map example"),
              """
              Map<String, Integer> counts = new HashMap<>();
              counts.put("{thing}", {n});
              System.out.println(counts.get("{thing}"));\
              """),
          new Snippet(
              List.of(
                  "method that prints a greeting",
                  "method that greets somebody",
                  "greeting method"),
              """
              static void greet(String name) {
                System.out.println("Hello, " + name + "!");
              }\
              """),
          new Snippet(
              List.of(
                  "if statement", "if else statement", "check whether a number is larger than {n}"),
              """
              if (number > {n}) {
                System.out.println("larger");
              } else {
                System.out.println("not larger");
              }\
              """),
          new Snippet(
              List.of(
                  "stream that filters even numbers",
                  "stream example",
                  "filter for even numbers with streams"),
              """
              List<Integer> even = numbers.stream()
                  .filter(number -> number % 2 == 0)
                  .toList();\
              """));

  private final Vocabulary vocabulary;

  JavaSnippets(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  @Override
  public Exchange exchange(Draw draw) {
    Snippet snippet = draw.any(SNIPPETS);
    Snippet other = draw.any(SNIPPETS);
    String thing = vocabulary.word(draw.chance(0.5) ? "fruit" : "vegetable", draw);
    Map<String, String> values = new HashMap<>();
    values.put("n", Integer.toString(draw.between(2, 100)));
    values.put("numbers", draw.any(List.of("numbers", "values", "array", "data")));
    values.put("thing", thing);
    values.put("Thing", English.capital(thing));
    values.put("other", vocabulary.word("vegetable", draw));
    values.put("what", English.fill(draw.any(snippet.asked()), values));
    String wrong = filled(other.equals(snippet) ? "int x = 0;" : other.code(), values);
    return new Exchange(
        English.fill(draw.one(ASKING), values), filled(snippet.code(), values), wrong);
  }

  /// Code has braces of its own: only the places named here are filled.
  private static String filled(String code, Map<String, String> values) {
    String filled = code;
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("{" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }
}
