package sirocco.defaultmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Questions by people and language models that did not know what the model learns from, in
/// `prompts.jsonl`, the `known` ones of former versions, which development has seen since: `kind`,
/// `prompt`, and in `any` words of which an answer should have one. A line with `hidden` asks for
/// something that is said once in a long text.
final class HandWritten {
  private final List<JsonNode> lines =
      read("prompts.jsonl").lines().map(l -> JsonMapper.shared().readTree(l)).toList();
  private final List<String> filler = read("filler.txt").lines().toList();

  /// The questions that need no long text.
  List<Question> questions() {
    return lines.stream()
        .filter(line -> !line.has("hidden"))
        .map(line -> Question.of(kind(line), line.at("/prompt").asString(), expected(line)))
        .toList();
  }

  /// The questions of one kind.
  List<Question> questions(String kind) {
    return questions().stream().filter(question -> question.kind().equals(kind)).toList();
  }

  /// The questions about something hidden, at depths from the text's start to its end.
  ///
  /// @param tokens of the text
  /// @param count how many tokens a sentence has
  List<Question> hidden(int tokens, ToIntFunction<String> count) {
    List<JsonNode> hidden = lines.stream().filter(line -> line.has("hidden")).toList();
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < hidden.size(); i++) {
      JsonNode line = hidden.get(i);
      List<String> sentences = new ArrayList<>(filler(tokens, count, new Random(i)));
      // Spread over the wordings, so that neighbours do not share a depth.
      int depth = i * 7 % hidden.size();
      int place = sentences.size() * depth / (hidden.size() - 1);
      sentences.add(place, line.at("/hidden").asString());
      String prompt = String.join(" ", sentences) + "\n\n" + line.at("/prompt").asString();
      questions.add(Question.of(kind(line) + " " + tokens, prompt, expected(line)));
    }
    return questions;
  }

  private List<String> filler(int tokens, ToIntFunction<String> count, Random random) {
    List<String> sentences = new ArrayList<>();
    int left = tokens;
    while (left > 0) {
      List<String> shuffled = new ArrayList<>(filler);
      Collections.shuffle(shuffled, random);
      for (String sentence : shuffled) {
        left -= count.applyAsInt(sentence);
        if (left <= 0) {
          break;
        }
        sentences.add(sentence);
      }
    }
    return sentences;
  }

  private static String kind(JsonNode line) {
    return line.at("/kind").asString();
  }

  private static List<String> expected(JsonNode line) {
    return line.at("/any").valueStream().map(JsonNode::asString).toList();
  }

  private static String read(String name) {
    try (InputStream in = Objects.requireNonNull(HandWritten.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
