package sirocco.server.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the page shows of experts, against what the server said of them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExpertsPageTest {
  private Chromium chromium;
  private PageServer server;

  @BeforeAll
  void start() {
    chromium = Chromium.start();
    server = new PageServer(options -> options);
  }

  @AfterAll
  void end() {
    if (server != null) {
      server.close();
      chromium.close();
    }
  }

  /// Asks, and gives the routed tokens that came.
  private static List<JsonNode> ask(Visit visit, String message) {
    List<String> bodies = new CopyOnWriteArrayList<>();
    visit.page.onRequestFinished(request -> {
      if (request.method().equals("POST")) {
        bodies.add(request.response().text());
      }
    });
    visit.ask(message);
    return bodies
        .getLast()
        .lines()
        .filter(line -> line.startsWith("data: {"))
        .map(line -> JsonMapper.shared().readTree(line.substring("data: ".length())))
        .flatMap(event -> event.at("/choices/0/routing/tokens").valueStream())
        .toList();
  }

  private static List<String> numbers(Stream<JsonNode> tokens, int layer) {
    return tokens.map(token -> token.at("/experts/" + layer + "/0").asString()).toList();
  }

  @Test
  void tokensHaveTheColourAndNumberOfTheirFirstChoice() {
    try (Visit visit = Visit.wide(chromium, server)) {
      assertThat(visit.find("#lead")).containsText("2 of 8 experts");
      List<JsonNode> tokens = ask(visit.greedy(40), "in the end");
      Locator numbers = visit.find("#tokens .number");
      assertThat(numbers).hasText(numbers(tokens.stream(), 0).toArray(String[]::new));
      visit.find("#layer").fill("2");
      List<String> third = numbers(tokens.stream(), 2);
      assertThat(numbers).hasText(third.toArray(String[]::new));
      assertThat(visit.find("#tokens .token").first())
          .hasClass(Pattern.compile("\\be" + third.getFirst() + "\\b.*\\bprompt\\b"));
      // Without the prompt only what was generated is left; the last token is never fed.
      visit.find("#with-prompt").uncheck();
      assertThat(numbers).hasCount(39);
      int from = tokens.size() - 39;
      assertThat(numbers).hasText(numbers(tokens.stream().skip(from), 2).toArray(String[]::new));
      assertThat(visit.find("#tokens .prompt")).hasCount(0);
    }
  }

  @Test
  void aTokenTellsItsExpertsByPointerAndByKeys() {
    try (Visit visit = Visit.wide(chromium, server)) {
      List<JsonNode> tokens = ask(visit.greedy(20), "in the end");
      visit.find("#tokens .token").nth(4).hover();
      Locator layers = visit.find("#inspector-layers li");
      assertThat(layers).hasCount(PageServer.LAYERS);
      assertThat(layers).hasText(layers(tokens.get(4)));
      assertThat(visit.find("#inspector-text"))
          .containsText(
              "is token " + tokens.get(4).get("id") + " of the vocabulary, at position 4");
      // All tokens are one stop of Tab.
      visit.find("#with-prompt").focus();
      visit.page.keyboard().press("Tab");
      assertThat(visit.find("#tokens .token").first()).isFocused();
      assertThat(layers).hasText(layers(tokens.get(0)));
      visit.page.keyboard().press("ArrowRight");
      visit.page.keyboard().press("ArrowRight");
      assertThat(visit.find("#tokens .token").nth(2)).isFocused();
      assertThat(layers).hasText(layers(tokens.get(2)));
      visit.page.keyboard().press("End");
      assertThat(visit.find("#tokens .token").last()).isFocused();
      assertThat(visit.find("#tokens .token").last())
          .hasAttribute("aria-label", Pattern.compile("expert [0-7] with [0-9]+%, expert "));
      visit.page.keyboard().press("Tab");
      assertThat(visit.find("#load-scroll")).isFocused();
    }
  }

  /// The texts of one token's layers.
  private static Pattern[] layers(JsonNode token) {
    List<Pattern> texts = new ArrayList<>();
    for (int layer = 0; layer < PageServer.LAYERS; layer++) {
      StringBuilder text = new StringBuilder("layer " + layer);
      for (int rank = 0; rank < 2; rank++) {
        double gate = token.at("/gates/" + layer + "/" + rank).asDouble();
        text.append("\\s*").append(token.at("/experts/" + layer + "/" + rank).asInt());
        text.append("\\s*").append(Math.round(100 * gate)).append("%");
      }
      texts.add(Pattern.compile(text.toString()));
    }
    return texts.toArray(Pattern[]::new);
  }

  @Test
  void loadsAndRepeatsAreThoseOfTheTokens() {
    try (Visit visit = Visit.wide(chromium, server)) {
      List<JsonNode> tokens = ask(visit.greedy(300), "in the end");
      assertThat(visit.find("#load thead th")).hasCount(1 + PageServer.EXPERTS);
      assertThat(visit.find("#load tbody tr")).hasCount(PageServer.LAYERS);
      for (int layer = 0; layer < PageServer.LAYERS; layer++) {
        int[] visits = new int[PageServer.EXPERTS];
        int same = 0;
        for (int i = 0; i < tokens.size(); i++) {
          JsonNode chosen = tokens.get(i).get("experts").get(layer);
          visits[chosen.get(0).asInt()]++;
          visits[chosen.get(1).asInt()]++;
          same +=
              i > 0 && chosen.get(0).equals(tokens.get(i - 1).at("/experts/" + layer + "/0"))
                  ? 1
                  : 0;
        }
        Locator cells = visit.find("#load tbody tr").nth(layer).locator("td");
        for (int expert = 0; expert < PageServer.EXPERTS; expert++) {
          double shown = Double.parseDouble(cells.nth(expert).textContent());
          assertThat(shown).isCloseTo(50.0 * visits[expert] / tokens.size(), within(0.51));
        }
        String repeats =
            visit.find("#repeats tbody tr").nth(layer).locator("td").first().textContent();
        assertThat(Double.parseDouble(repeats.replace("%", "")))
            .isCloseTo(100.0 * same / (tokens.size() - 1), within(0.51));
      }
      assertThat(visit.find("#repeats-hint")).containsText("12.5%");
      assertThat(visit.find("#repeats-hint")).containsText("46.4%");
      assertThat(visit.find("#repeats-hint")).containsText((tokens.size() - 1) + " pairs");
    }
  }

  @Test
  void theMapFillsWhileTheAnswerComes() {
    try (Visit visit = Visit.wide(chromium, server)) {
      visit.greedy(4000).slowLine().find("#message").fill("another");
      visit.find("#message").press("Enter");
      assertThat(visit.find("#load tbody td").first()).hasText(Pattern.compile("[0-9]+"));
      assertThat(visit.find("#stop")).isVisible();
      visit.find("#stop").click();
      visit.awaitAnswer();
    }
  }

  @Test
  void anEarlierAnswerIsShownAgain() {
    try (Visit visit = Visit.wide(chromium, server)) {
      List<JsonNode> first = ask(visit.greedy(10), "in the end");
      List<JsonNode> second = ask(visit, "and then another one");
      assertThat(visit.find("#tokens .token")).hasCount(second.size());
      visit.find(".show-trace").first().click();
      assertThat(visit.find("#tokens .token")).hasCount(first.size());
      assertThat(visit.find(".show-trace").first()).hasAttribute("aria-pressed", "true");
      assertThat(visit.find(".show-trace").last()).hasAttribute("aria-pressed", "false");
      // What the cache held was not computed again, and is not shown as if it were.
      if (second.getFirst().get("position").asInt() > 0) {
        visit.find(".show-trace").last().click();
        assertThat(visit.find("#tokens-hint")).containsText("were not computed again");
      }
    }
  }
}
