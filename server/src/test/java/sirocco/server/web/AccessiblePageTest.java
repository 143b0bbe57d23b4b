package sirocco.server.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The page for everybody: by keys alone, with names for all that can be used, with contrast, in
/// dark and in light, in a narrow window.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccessiblePageTest {
  private static final String OUTLINE =
      "() => { const e = document.activeElement; const s = getComputedStyle(e);"
          + " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 1; }";

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

  @ParameterizedTest
  @CsvSource({"1280, LIGHT", "1280, DARK", "360, LIGHT", "360, DARK"})
  void everyViewHasNamesAndContrastAndFits(int width, ColorScheme scheme) {
    try (Visit visit = Visit.of(chromium, server, width, scheme)) {
      visit.greedy(60);
      if (width < 600) {
        visit.find("[data-show=chat]").click();
      }
      visit.ask("in the end of the day");
      for (String view : List.of("chat", "experts", "settings")) {
        if (visit.find("[data-show=" + view + "]").isVisible()) {
          visit.find("[data-show=" + view + "]").click();
        }
        if (view.equals("experts")) {
          visit.find("#tokens .token").nth(3).hover();
        }
        assertThat(visit.check("names.js")).as(view).isEmpty();
        assertThat(visit.check("contrast.js")).as(view).isEmpty();
        assertThat(
                visit.page.evaluate(
                    "() => Math.max(...['html', 'aside', '#scroll'].map((s) =>"
                        + " [...document.querySelectorAll(s)].map((e) => e.scrollWidth - e.clientWidth))"
                        + ".flat())"))
            .as("what sticks out of " + view)
            .isEqualTo(0);
      }
    }
  }

  @Test
  void theFailureAndTheEditingHaveContrastToo() {
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      try (Visit visit = Visit.of(chromium, server, 1280, scheme)) {
        visit.greedy(3).ask("hello");
        visit.set("system", "x".repeat(5000)).find(".edit").click();
        visit.find("#message").press("Enter");
        assertThat(visit.find("#trouble")).not().isEmpty();
        assertThat(visit.find("#editing")).isVisible();
        assertThat(visit.check("contrast.js")).isEmpty();
        assertThat(visit.check("names.js")).isEmpty();
        visit.expectComplaint("400");
      }
    }
  }

  @Test
  void keysAloneReachEverything() {
    try (Visit visit = Visit.wide(chromium, server)) {
      Keyboard keys = visit.page.keyboard();
      visit.greedy(20).find("#message").focus();
      keys.type("in the");
      keys.press("Shift+Enter");
      keys.type("end");
      assertThat(visit.find("#message")).hasValue("in the\nend");
      keys.press("Enter");
      visit.awaitAnswer();
      visit.page.evaluate(
          "() => { document.activeElement.blur(); window.getSelection().empty(); }");
      visit.page.evaluate("() => document.querySelector('.skip').focus()");
      StringBuilder walked = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        Object name =
            visit.page.evaluate(
                "() => document.activeElement.id || document.activeElement.className"
                    + " || document.activeElement.dataset.show || document.activeElement.tagName");
        if (name.equals("BODY")) {
          break;
        }
        assertThat(visit.page.evaluate(OUTLINE)).as("focus seen on " + name).isEqualTo(true);
        walked.append(name).append('\n');
        keys.press("Tab");
      }
      assertThat(walked.toString().lines())
          .containsSubsequence(
              "skip",
              "model",
              "experts",
              "settings",
              "theme",
              "scroll",
              "quiet edit",
              "quiet copy",
              "quiet again",
              "quiet show-trace",
              "message",
              "fresh",
              "send",
              "layer",
              "with-prompt",
              "load-scroll");
      visit.find("#layer").focus();
      keys.press("ArrowRight");
      assertThat(visit.find("#layer")).hasAttribute("aria-valuetext", "layer 1");
      assertThat(visit.find("#load tr.chosen th")).hasText("1");
    }
  }

  @Test
  void theThemeIsTheSystemsUntilOneIsChosen() {
    try (Visit visit = Visit.of(chromium, server, 1280, ColorScheme.DARK)) {
      String background = "() => getComputedStyle(document.body).backgroundColor";
      assertThat(visit.page.evaluate(background)).isEqualTo("rgb(21, 24, 27)");
      visit.find("#theme").click();
      assertThat(visit.find("#theme")).hasText("Theme: light");
      assertThat(visit.page.evaluate(background)).isEqualTo("rgb(252, 252, 250)");
      visit.page.reload();
      assertThat(visit.page.evaluate(background)).isEqualTo("rgb(252, 252, 250)");
      visit.find("#theme").click();
      visit.find("#theme").click();
      assertThat(visit.find("#theme")).hasText("Theme: system");
      assertThat(visit.page.evaluate(background)).isEqualTo("rgb(21, 24, 27)");
    }
  }
}
