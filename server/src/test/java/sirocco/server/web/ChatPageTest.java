package sirocco.server.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import sirocco.server.access.Allowance;
import sirocco.server.access.ApiKey;

/// Talking to the model on the page.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChatPageTest {
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

  @Test
  void anAnswerComesInPiecesWithItsFigures() {
    try (Visit visit = Visit.wide(chromium, server)) {
      visit.slowLine().greedy(600).find("#message").fill("in the end");
      // Every text that the answer ever had.
      visit.page.evaluate(
          "() => { window.seen = []; new MutationObserver(() =>"
              + " window.seen.push(document.querySelector('.assistant .said')?.textContent))"
              + ".observe(document.getElementById('transcript'),"
              + " {subtree: true, childList: true, characterData: true}); }");
      visit.find("#message").press("Enter");
      visit.awaitAnswer();
      assertThat(visit.find("#transcript > .user .said")).hasText("in the end");
      assertThat(visit.find(".figures"))
          .hasText(
              Pattern.compile(
                  "600 tokens · [0-9.]+ tokens/s · first after [0-9.]+ s"
                      + " · stopped at the token limit"));
      List<?> seen = (List<?>) visit.page.evaluate("() => window.seen.filter((t) => t)");
      assertThat(seen.stream().distinct().count()).isGreaterThan(5);
      assertThat(seen).allMatch(text -> visit.answer().startsWith(String.valueOf(text)));
      // Those who listen get portions, not tokens; all of it at the end.
      assertThat(visit.find("#spoken")).hasText(visit.answer().strip());
      assertThat(visit.find("#spoken p").count()).isLessThan(10);
    }
  }

  @Test
  void anAnswerIsStoppedByButtonAndByKey() {
    try (Visit visit = Visit.wide(chromium, server)) {
      visit.greedy(4000).slowLine();
      for (boolean key : new boolean[] {false, true}) {
        visit.find("#message").fill("another");
        visit.find("#message").press("Enter");
        Locator last = visit.find("#transcript > .assistant:last-child .said");
        assertThat(last).hasText(Pattern.compile(".{20}"));
        if (key) {
          visit.page.keyboard().press("Escape");
        } else {
          visit.find("#stop").click();
        }
        visit.awaitAnswer();
        assertThat(visit.find(".figures").last()).hasText(Pattern.compile(" · stopped by you$"));
        assertThat(visit.find("#trouble")).isEmpty();
        assertThat(visit.find("#message")).isFocused();
        visit.find("#fresh").click();
      }
    }
  }

  @Test
  void anAnswerIsMadeAgainAndAMessageEdited() {
    try (Visit visit = Visit.wide(chromium, server)) {
      visit.greedy(30).ask("in the end");
      String first = visit.answer();
      visit.ask("and then");
      assertThat(visit.find("#transcript > li")).hasCount(4);
      String second = visit.answer();

      visit.find(".again").last().click();
      visit.awaitAnswer();
      assertThat(visit.answer()).isEqualTo(second);
      assertThat(visit.find("#transcript > li")).hasCount(4);

      visit.find(".edit").first().click();
      assertThat(visit.find("#editing")).isVisible();
      assertThat(visit.find("#message")).hasValue("in the end");
      visit.page.keyboard().press("Escape");
      assertThat(visit.find("#editing")).isHidden();
      visit.find(".edit").first().click();
      visit.ask("something else");
      assertThat(visit.find("#transcript > li")).hasCount(2);
      assertThat(visit.answer()).isNotEqualTo(first);

      visit.find(".copy").click();
      assertThat(visit.find(".copy")).hasText("Copied");
      assertThat(visit.page.evaluate("() => navigator.clipboard.readText()"))
          .isEqualTo(visit.answer());
      visit.find("#fresh").click();
      assertThat(visit.find("#transcript > li")).hasCount(0);
    }
  }

  @Test
  void whatIsSetIsSent() {
    try (Visit visit = Visit.wide(chromium, server)) {
      visit.set("system", "be brief").set("seed", "7").set("top_k", "5").greedy(3);
      String[] body = new String[1];
      visit.page.onRequest(request -> {
        if (request.method().equals("POST")) {
          body[0] = request.postData();
        }
      });
      visit.ask("hello");
      assertThat(body[0])
          .contains("{\"role\":\"system\",\"content\":\"be brief\"}")
          .contains("\"temperature\":0,\"top_k\":5,\"max_tokens\":3,\"seed\":7")
          .doesNotContain("top_p");
      // A value that makes no sense is pointed at, and nothing is sent.
      visit.set("top_p", "3").find("#message").fill("again");
      visit.find("#message").press("Enter");
      assertThat(visit.find("#top_p")).isFocused();
      assertThat(visit.find("#transcript > li")).hasCount(2);
      // The server refuses what only it can know.
      visit.set("top_p", "").set("system", "x".repeat(5000));
      visit.find("#message").press("Enter");
      assertThat(visit.find("#trouble")).containsText("The server did not accept this. It says:");
      assertThat(visit.find("#message")).hasValue("again");
      assertThat(visit.find("#transcript > li")).hasCount(2);
      visit.expectComplaint("400");
    }
  }

  @Test
  void markupIsText() {
    try (Visit visit = Visit.wide(chromium, server)) {
      String message = "<img src=x onerror=alert(1)> & <b>bold</b>";
      visit.greedy(3).ask(message);
      assertThat(visit.find("#transcript > .user .said")).hasText(message);
      assertThat(visit.find("#transcript img")).hasCount(0);
    }
  }

  @Test
  void aKeyIsAskedForAndKeptByTheTab() {
    ApiKey key = new ApiKey("page", "sesame-open-sesame", Allowance.UNLIMITED);
    try (PageServer locked = new PageServer(options -> options.keys(List.of(key)));
        Visit visit = Visit.wide(chromium, locked)) {
      assertThat(visit.find("#trouble")).containsText("needs an API key");
      assertThat(visit.find("#key")).isFocused();
      visit.find("#key").fill("wrong");
      visit.find("#key").press("Enter");
      assertThat(visit.find("#trouble")).containsText("needs an API key");
      visit.find("#key").fill("sesame-open-sesame");
      visit.find("#key").press("Enter");
      assertThat(visit.find("#key-form")).isHidden();
      visit.greedy(5).ask("hello");
      visit.page.reload();
      assertThat(visit.find("#model")).hasValue("tiny");
      assertThat(visit.page.evaluate("() => Object.values(localStorage)")).isEqualTo(List.of());
      visit.expectComplaint("401");
    }
  }

  @Test
  void aServerThatIsGoneIsToldInWords() {
    try (PageServer leaving = new PageServer(options -> options);
        Visit visit = Visit.wide(chromium, leaving)) {
      visit.greedy(5).ask("hello");
      leaving.hangUp();
      visit.find("#message").fill("still there?");
      visit.find("#message").press("Enter");
      assertThat(visit.find("#trouble")).containsText("does not answer");
      assertThat(visit.find("#message")).hasValue("still there?");
      assertThat(visit.find("#transcript > li")).hasCount(2);
      visit.expectComplaint("ERR_");
    }
  }

  @Test
  void aDenseModelHasNoExpertsToShow() {
    try (PageServer dense = new PageServer(options -> options, 0);
        Visit visit = Visit.wide(chromium, dense)) {
      visit.greedy(5).ask("hello");
      assertThat(visit.find("#dense")).isVisible();
      assertThat(visit.find("#mixture")).isHidden();
      assertThat(visit.find(".show-trace")).isHidden();
    }
  }
}
