package sirocco.lab.preference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import sirocco.lab.data.DataException;
import sirocco.lab.data.LineReader;
import sirocco.lab.data.RawRecord;
import sirocco.lab.eval.DataFolder;
import sirocco.lab.eval.Task;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The questions of MT-Bench and the words of its judge (Zheng et al. 2023, "Judging LLM-as-a-Judge
/// with MT-Bench and Chatbot Arena"; files of FastChat's `llm_judge`).
///
/// @param questions of two turns each
/// @param prompts of the judge, by name
record MtBench(List<Asked> questions, Map<String, JudgePrompt> prompts) {
  static final Task.Files FILES =
      new Task.Files(
          "mt-bench",
          "put question.jsonl, judge_prompts.jsonl and reference_answer/gpt-4.jsonl of FastChat's"
              + " fastchat/llm_judge/data there");

  static final String SOURCE = "MT-Bench (Zheng et al. 2023), FastChat's llm_judge";

  /// A question.
  ///
  /// @param turns what the user says, twice
  /// @param reference right answers to both; empty where there is nothing to be right about
  record Asked(int id, String category, List<String> turns, List<String> reference) {
    Asked {
      turns = List.copyOf(turns);
      reference = List.copyOf(reference);
    }

    /// Freer where invention is asked for, as FastChat has it.
    double temperature() {
      return switch (category) {
        case "writing", "roleplay" -> 0.7;
        case "stem", "humanities" -> 0.1;
        default -> 0;
      };
    }
  }

  /// Reads the files.
  ///
  /// @throws DataException naming file and line of what cannot be used, or what to download
  static MtBench read(DataFolder source) {
    Map<Integer, List<String>> references = new HashMap<>();
    lines(
        source.file(FILES, "reference_answer/gpt-4.jsonl"),
        line ->
            references.put(
                line.required("question_id").intValue(),
                twoTurns(line.required("choices").required(0).required("turns"))));
    List<Asked> questions = new ArrayList<>();
    lines(
        source.file(FILES, "question.jsonl"),
        line -> {
          int id = line.required("question_id").intValue();
          questions.add(
              new Asked(
                  id,
                  line.required("category").stringValue(),
                  twoTurns(line.required("turns")),
                  Optional.ofNullable(references.get(id)).orElse(List.of())));
        });
    Map<String, JudgePrompt> prompts = new HashMap<>();
    lines(
        source.file(FILES, "judge_prompts.jsonl"),
        line ->
            prompts.put(
                line.required("name").stringValue(),
                new JudgePrompt(
                    line.required("system_prompt").stringValue(),
                    line.required("prompt_template").stringValue())));
    return new MtBench(List.copyOf(questions), Map.copyOf(prompts));
  }

  static List<String> twoTurns(JsonNode turns) {
    List<String> texts = turns.valueStream().map(JsonNode::stringValue).toList();
    if (texts.size() != 2) {
      throw new IllegalArgumentException("expected 2 turns, found " + texts.size());
    }
    return texts;
  }

  private static void lines(Path file, Consumer<JsonNode> use) {
    try (var lines = new LineReader(file)) {
      for (RawRecord line = lines.next(); line != null; line = lines.next()) {
        try {
          use.accept(JsonMapper.shared().readTree(line.bytes()));
        } catch (RuntimeException e) {
          throw new DataException(file + ":" + line.number() + ": " + e.getMessage(), e);
        }
      }
    }
  }

  /// What the judge is asked, and by which words.
  ///
  /// @param kind `single` or `pair`
  /// @param turn 0 or 1
  JudgePrompt prompt(String kind, Asked question, int turn) {
    String general = kind.equals("single") ? "single-v1" : "pair-v2";
    String name =
        (question.reference().isEmpty() ? general : kind + "-math-v1")
            + (turn == 0 ? "" : "-multi-turn");
    JudgePrompt prompt = prompts.get(name);
    if (prompt == null) {
      throw new DataException(
          "judge_prompts.jsonl: no prompt named " + name + "; " + FILES.download());
    }
    return prompt;
  }
}
