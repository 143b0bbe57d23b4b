package sirocco.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Lines of `{"text", "ids", "decoded"}` made by an independent tokenizer.
record GoldenTexts(List<Case> cases) {
  record Case(String category, String text, int[] ids, String decoded) {}

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
        IntStream.range(0, ids.size()).map(i -> ids.get(i).intValue()).toArray(),
        line.get("decoded").asString());
  }

  /// Every text gives its ids, every list of ids its text.
  void check(Tokenizer tokenizer) {
    assertThat(cases).isNotEmpty();
    for (Case c : cases) {
      assertThat(tokenizer.encode(c.text())).as(c.text()).isEqualTo(c.ids());
      assertThat(tokenizer.decode(c.ids())).as(c.text()).isEqualTo(c.decoded());
    }
  }
}
