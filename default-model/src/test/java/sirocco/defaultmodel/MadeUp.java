package sirocco.defaultmodel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.ItemGenerator;
import sirocco.train.data.Preference;
import sirocco.train.synthetic.Generators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Questions from outside: plain sums, what the trainer's generators keep for evaluation, and the
/// published wording of the passkey task.
final class MadeUp {
  private MadeUp() {}

  /// Sums of two numbers of two digits.
  static List<Question> sums(int count) {
    Random random = new Random(11);
    return Stream.generate(() -> sum(random.nextInt(10, 100), random.nextInt(10, 100)))
        .limit(count)
        .toList();
  }

  private static Question sum(int a, int b) {
    return Question.of(
        "plain sum", "What is " + a + " + " + b + "?", List.of(String.valueOf(a + b)));
  }

  /// Questions of words, wordings and numbers that training never showed. Only the very answer of
  /// the generator counts.
  static List<Question> heldOut(String generator, int count) {
    ItemGenerator items = Generators.named(generator + "-evaluation").orElseThrow();
    RandomGenerator random = new Random(12);
    return Stream.generate(() -> question(generator, items.generate(random))).limit(count).toList();
  }

  private static Question question(String kind, Item item) {
    return switch (item) {
      case Dialogue(List<Message> messages, _) ->
          new Question(
              "held-out " + kind,
              messages.subList(0, messages.size() - 1),
              List.of(messages.getLast().content()),
              true);
      case Document _, Preference _ -> throw new IllegalArgumentException(kind + " asks nothing");
    };
  }

  /// The passkey task as published (Mohtashami and Jaggi 2023), up to a length.
  ///
  /// @param file JSON lines, gzip, with `approx_tokens`, `prompt` and `answer`
  static List<Question> publishedPasskeys(Path file, int tokens) throws IOException {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> JsonMapper.shared().readTree(line))
          .filter(line -> line.at("/approx_tokens").asInt() <= tokens)
          .map(MadeUp::passkey)
          .toList();
    }
  }

  private static Question passkey(JsonNode line) {
    return Question.of(
        "published passkey " + line.at("/approx_tokens").asInt(),
        line.at("/prompt").asString(),
        List.of(line.at("/answer").asString()));
  }
}
