package sirocco.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.text.TemplateException;

/// Templates that want too much, and damaged ones: an error in bounded time, never anything else.
class TemplateHostileTest {
  private static final int MUTANTS = 20_000;
  private static final List<String> SNIPPETS =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "-",
          "+",
          "'",
          "\"",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "|",
          "~",
          "**",
          "9223372036854775807",
          "-1",
          "1e308",
          " if ",
          " else ",
          " in ",
          " is ",
          " not ",
          "loop",
          "none",
          "|tojson",
          "|sort",
          "|map('upper')",
          "[::-1]",
          "[-9:9:3]",
          ".items()",
          "{% for x in messages %}",
          "{% endfor %}",
          "{% set ns.x = ns %}",
          "* 99999999",
          "\\u12",
          "\uD83D",
          "\0",
          ".split('')",
          "|batch(2)",
          "range(99999)",
          "|replace('', 'xx')",
          "%");

  private static Stream<String> greedy() {
    return Stream.of(
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=1) %}{% for i in range(999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{{ 'x' * 999999999999 }}",
        "{{ [1] * 999999999999 }}",
        "{{ range(999999999) }}",
        "{{ range(-9223372036854775807, 9223372036854775807) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{% if x %}{% if x %}{{ m(x) ~ m(x) }}{% endif %}{% endif %}{% endmacro %}{{ m(1) }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}",
        "{% set s = 'a' * 4000000 %}{{ (s ~ 'b') in (s ~ s) }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ 2 ** 63 }}",
        "{{ 99999999999999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'a'.join(range(9)) }}",
        "(".repeat(1).concat("{{ ") + "(".repeat(100_000),
        "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}",
        "{{ " + "not ".repeat(50_000) + "1 }}",
        "{{ " + "-".repeat(50_000) + "1 }}",
        "{{ x" + "[0]".repeat(50_000) + " }}",
        "{% if 1 %}".repeat(50_000),
        "{{ 1" + " + 1".repeat(50_000) + " }}",
        "{{ x" + "|list".repeat(50_000) + " }}",
        "{% if 1 %}".repeat(20_000),
        "{{ 1 if 1 else ".repeat(20_000),
        "{% raw %}" + "{% ".repeat(20_000),
        "{# " + "x".repeat(2_000_000),
        "{% for " + "(".repeat(20_000));
  }

  @ParameterizedTest
  @MethodSource("greedy")
  void greedyTemplatesEndInAnError(String source) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThatThrownBy(() -> Template.parse(source).render(Map.of(), JinjaGolden.NOW))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith("template"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block b %}{% endblock %}",
        "{% do x %}",
        "{% autoescape true %}{% endautoescape %}",
        "{{ lipsum() }}",
        "{{ f(*x) }}",
        "{{ x|urlencode }}",
        "{{ 1 is filter }}",
        "{{ 'x'.zfill(3) }}",
        "{{ 'x'.format(1) }}",
        "{{ strftime_now('%Q') }}",
        "{{ '\\N{DASH}' }}"
      })
  void whatIsNotKnownIsRefusedWithItsPlace(String source) {
    assertThatThrownBy(() -> Template.parse(source).render(Map.of(), JinjaGolden.NOW))
        .isInstanceOf(TemplateException.class)
        .hasMessageMatching("template:1:\\d+: .+");
  }

  @Test
  void mutantsGiveTextOrATemplateException() {
    SplittableRandom random = new SplittableRandom(20_261_122);
    List<String> sources = JinjaGolden.sources();
    Map<String, Value> variables =
        new java.util.HashMap<>(JinjaGolden.variables(JinjaGolden.FILE.get("variables")));
    variables.put("messages", Json.read(JinjaGolden.FILE.get("chats").get("tools").toString()));
    variables.put("tools", Json.read(JinjaGolden.FILE.get("tools").toString()));
    int rendered = 0;
    for (int i = 0; i < MUTANTS; i++) {
      String mutant = mutant(sources, random);
      try {
        Template.parse(mutant).render(variables, JinjaGolden.NOW);
        rendered++;
      } catch (TemplateException expected) {
        assertThat(expected).hasMessageStartingWith("template");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("mutant " + i + ": " + mutant, e);
      }
    }
    assertThat(rendered).isBetween(MUTANTS / 20, MUTANTS);
  }

  private static String mutant(List<String> sources, SplittableRandom random) {
    StringBuilder text = new StringBuilder(sources.get(random.nextInt(sources.size())));
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, SNIPPETS.get(random.nextInt(SNIPPETS.size())));
        case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
        default -> {
          String other = sources.get(random.nextInt(sources.size()));
          int from = random.nextInt(other.length());
          text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(40)));
        }
      }
    }
    return text.toString();
  }
}
