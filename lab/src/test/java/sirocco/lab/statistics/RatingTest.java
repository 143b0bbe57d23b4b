package sirocco.lab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import sirocco.lab.statistics.Battle.Outcome;
import sirocco.lab.statistics.BradleyTerry.Anchor;

class RatingTest {
  private static final Map<String, Double> PLANTED =
      Map.of("one", 1150.0, "two", 1050.0, "three", 950.0, "four", 850.0);

  private static <T> T of(Map<String, T> ratings, String name) {
    return Optional.ofNullable(ratings.get(name)).orElseThrow();
  }

  private static List<Battle> planted(int n, long seed) {
    List<String> names = PLANTED.keySet().stream().sorted().toList();
    Random random = new Random(seed);
    List<Battle> battles = new ArrayList<>();
    while (battles.size() < n) {
      String a = names.get(random.nextInt(4));
      String b = names.get(random.nextInt(4));
      if (!a.equals(b)) {
        double chance = Elo.expected(of(PLANTED, a), of(PLANTED, b));
        battles.add(new Battle(a, b, random.nextDouble() < chance ? Outcome.A : Outcome.B));
      }
    }
    return battles;
  }

  private static List<Battle> battles(int won, int lost, int tied) {
    List<Battle> battles = new ArrayList<>();
    battles.addAll(Collections.nCopies(won, new Battle("a", "b", Outcome.A)));
    battles.addAll(Collections.nCopies(lost, new Battle("b", "a", Outcome.A)));
    battles.addAll(Collections.nCopies(tied, new Battle("a", "b", Outcome.TIE)));
    return battles;
  }

  @Test
  void eloOfTwoBattlesByHand() {
    assertThat(Elo.rate(battles(1, 0, 0))).isEqualTo(Map.of("a", 1002.0, "b", 998.0));
    // After that, a is expected to get 1 / (1 + 10^(-4/400)) = 0.5057560.
    Map<String, Double> second = Elo.rate(battles(1, 1, 0));
    assertThat(of(second, "a")).isCloseTo(1002 - 4 * 0.5057560, within(1e-6));
    assertThat(of(second, "a") + of(second, "b")).isCloseTo(2000, within(1e-9));
  }

  @Test
  void theReportsArenaRatingsGiveItsChanceOfWinning() {
    // Mixtral 8x7B Instruct 1121 against Llama 2 70B chat 1077 (Mixtral paper, figure 6).
    assertThat(Elo.expected(1121, 1077)).isCloseTo(0.563, within(5e-4));
  }

  @Test
  void bradleyTerryOfTwoIsTheLogarithmOfTheirOdds() {
    Map<String, Double> three = BradleyTerry.rate(battles(30, 10, 0), Optional.empty());
    assertThat(of(three, "a") - of(three, "b")).isCloseTo(400 * Math.log10(3), within(1e-6));
    assertThat(of(three, "a") + of(three, "b")).isCloseTo(2000, within(1e-6));
    // A tie is half of each: 20 of 40 points and 40 of 60.
    Map<String, Double> even = BradleyTerry.rate(battles(0, 0, 40), Optional.empty());
    assertThat(even).isEqualTo(Map.of("a", 1000.0, "b", 1000.0));
    Map<String, Double> tied = BradleyTerry.rate(battles(30, 10, 20), Optional.empty());
    assertThat(of(tied, "a") - of(tied, "b")).isCloseTo(400 * Math.log10(2), within(1e-6));
  }

  @Test
  void bradleyTerryDoesNotDependOnTheOrderAndEloDoes() {
    List<Battle> battles = planted(500, 1);
    List<Battle> other = new ArrayList<>(battles);
    Collections.shuffle(other, new Random(2));
    Map<String, Double> first = BradleyTerry.rate(battles, Optional.empty());
    Map<String, Double> second = BradleyTerry.rate(other, Optional.empty());
    assertThat(first.keySet())
        .allSatisfy(name -> assertThat(of(second, name)).isCloseTo(of(first, name), within(1e-6)));
    assertThat(Elo.rate(other)).isNotEqualTo(Elo.rate(battles));
  }

  @Test
  void symmetricBattlesGiveEqualRatings() {
    List<Battle> battles = new ArrayList<>();
    for (Battle battle : planted(200, 3)) {
      battles.add(battle);
      battles.add(new Battle(battle.b(), battle.a(), battle.outcome()));
    }
    assertThat(BradleyTerry.rate(battles, Optional.empty()).values())
        .allSatisfy(rating -> assertThat(rating).isCloseTo(1000, within(1e-6)));
  }

  @Test
  void intervalsHoldThePlantedStrengthsAboutAsOftenAsTheySay() {
    int held = 0;
    for (int seed = 0; seed < 40; seed++) {
      Map<String, Estimate> rated =
          BradleyTerry.rate(
              planted(600, seed), Optional.of(new Anchor("one", 1150)), new Bootstrap(200, seed));
      assertThat(of(rated, "one").high() - of(rated, "one").low()).isLessThan(1e-6);
      for (String name : List.of("two", "three", "four")) {
        Estimate found = of(rated, name);
        assertThat(found.high() - found.low()).as(name).isBetween(40.0, 200.0);
        double planted = of(PLANTED, name);
        held += found.low() < planted && planted < found.high() ? 1 : 0;
      }
    }
    assertThat(held).isBetween(104, 119);
  }

  @Test
  void eloTellsTheBestFromTheWorst() {
    Map<String, Estimate> elo = Elo.rate(planted(4000, 5), new Bootstrap(100, 7));
    assertThat(of(elo, "one").low()).isGreaterThan(of(elo, "four").high());
  }

  @Test
  void whoeverNeverLosesHasNoFiniteRating() {
    assertThat(BradleyTerry.rate(battles(5, 0, 0), Optional.empty())).isEmpty();
    // Two that fought, and two others that fought, but never with each other.
    List<Battle> apart = new ArrayList<>(battles(1, 1, 0));
    apart.add(new Battle("c", "d", Outcome.TIE));
    assertThat(BradleyTerry.rate(apart, Optional.empty())).isEmpty();
    assertThat(BradleyTerry.rate(List.of(), Optional.empty())).isEmpty();
  }

  @Test
  void hostileBattlesAreRefused() {
    assertThatThrownBy(() -> new Battle("a", "a", Outcome.TIE)).hasMessageContaining("a twice");
    assertThatThrownBy(() -> BradleyTerry.rate(battles(1, 1, 0), Optional.of(new Anchor("z", 0))))
        .hasMessageContaining("anchor z");
    Optional<Anchor> stranger = Optional.of(new Anchor("z", 0));
    assertThatThrownBy(() -> BradleyTerry.rate(battles(1, 1, 0), stranger, new Bootstrap(10, 1)))
        .hasMessageContaining("anchor z fought no battle; those who did are [a, b]");
  }
}
