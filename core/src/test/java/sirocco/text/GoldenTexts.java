package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lines of `{"text", "ids", "decoded"}` made by an independent tokenizer.
record GoldenTexts(List<Case> cases) {
  record Case(String category, String text, List<Integer> ids, String decoded) {}

  static GoldenTexts read(Path file) throws Exception {
    JsonMapper json = JsonMapper.shared();
    return new GoldenTexts(
        Files.readAllLines(file).stream().map(json::readTree).map(GoldenTexts::read).toList());
  }

  private static Case read(JsonNode line) {
    JsonNode ids = line.get("ids");
    return new Case(
        line.path("category").asString(""),
        line.get("text").asString(),
        ids.values().stream().map(JsonNode::intValue).toList(),
        line.get("decoded").asString());
  }

  /// Every text gives its ids, every list of ids its text.
  void check(Tokenizer tokenizer) {
    assertThat(cases).isNotEmpty();
    for (Case c : cases) {
      int[] ids = c.ids().stream().mapToInt(Integer::intValue).toArray();
      assertThat(tokenizer.encode(c.text())).as(c.text()).isEqualTo(ids);
      assertThat(tokenizer.decode(ids)).as(c.text()).isEqualTo(c.decoded());
    }
  }
}
