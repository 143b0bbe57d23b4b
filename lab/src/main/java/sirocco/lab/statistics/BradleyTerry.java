package sirocco.lab.statistics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Stream;

/// Ratings under which all battles together are likeliest, whatever their order (Bradley and Terry
/// 1952), on Elo's scale: `400 / ln 10` points for a natural logarithm of the odds. A tie is half a
/// battle won and half a battle lost.
///
/// They exist only where nobody, and no set of players, won or lost all battles against the rest
/// (Ford 1957): such ratings would be infinite.
public final class BradleyTerry {
  private static final double POINTS = Elo.SCALE / Math.log(10);
  private static final double PRECISION = 1e-11;
  private static final int MOST_ROUNDS = 100_000;

  private BradleyTerry() {}

  /// Whose rating is held where; only differences of ratings mean something.
  public record Anchor(String name, double rating) {}

  /// Everyone's rating, in the order in which they first appear. Their mean is [Elo#INITIAL] unless
  /// an anchor holds them.
  ///
  /// @return empty where no finite ratings exist
  public static Map<String, Double> rate(List<Battle> battles, Optional<Anchor> anchor) {
    anchor.ifPresent(held -> requireBattle(battles, held.name()));
    SequencedSet<String> names = new LinkedHashSet<>();
    battles.forEach(battle -> names.addAll(List.of(battle.a(), battle.b())));
    List<String> players = new ArrayList<>(names);
    double[][] won = wins(battles, players);
    if (!isConnected(won)) {
      return Map.of();
    }
    double[] ratings = logStrengths(won);
    double mean = Arrays.stream(ratings).average().orElse(0);
    double shift =
        anchor
            .map(held -> held.rating() - POINTS * ratings[players.indexOf(held.name())])
            .orElse(Elo.INITIAL - POINTS * mean);
    Map<String, Double> rated = new LinkedHashMap<>();
    for (int i = 0; i < ratings.length; i++) {
      rated.put(players.get(i), POINTS * ratings[i] + shift);
    }
    return rated;
  }

  /// Everyone's rating with its interval over battles drawn anew; the anchor's has no width.
  ///
  /// @return empty where no finite ratings exist
  public static Map<String, Estimate> rate(
      List<Battle> battles, Optional<Anchor> anchor, Bootstrap bootstrap) {
    anchor.ifPresent(held -> requireBattle(battles, held.name()));
    return Ratings.estimate(
        battles,
        bootstrap,
        drawn ->
            anchor.isPresent() && !fights(drawn, anchor.get().name())
                ? Map.of()
                : rate(drawn, anchor));
  }

  private static boolean fights(List<Battle> battles, String name) {
    return battles.stream().anyMatch(b -> b.a().equals(name) || b.b().equals(name));
  }

  private static void requireBattle(List<Battle> battles, String anchor) {
    if (!fights(battles, anchor)) {
      List<String> players =
          battles.stream().flatMap(b -> Stream.of(b.a(), b.b())).distinct().sorted().toList();
      throw new IllegalArgumentException(
          "the anchor " + anchor + " fought no battle; those who did are " + players);
    }
  }

  /// [i][j] points that i got of battles with j.
  private static double[][] wins(List<Battle> battles, List<String> players) {
    Map<String, Integer> index = new LinkedHashMap<>();
    players.forEach(name -> index.put(name, index.size()));
    double[][] won = new double[players.size()][players.size()];
    for (Battle battle : battles) {
      int a = index.getOrDefault(battle.a(), -1);
      int b = index.getOrDefault(battle.b(), -1);
      won[a][b] += battle.outcome().score();
      won[b][a] += 1 - battle.outcome().score();
    }
    return won;
  }

  /// Whether a way of points leads from everyone to everyone.
  private static boolean isConnected(double[][] won) {
    double[][] lost = new double[won.length][won.length];
    for (int i = 0; i < won.length; i++) {
      for (int j = 0; j < won.length; j++) {
        lost[j][i] = won[i][j];
      }
    }
    return reached(won) == won.length && reached(lost) == won.length;
  }

  private static int reached(double[][] points) {
    boolean[] seen = new boolean[points.length];
    Deque<Integer> open = new ArrayDeque<>();
    int count = 0;
    if (points.length > 0) {
      open.add(0);
      seen[0] = true;
    }
    while (!open.isEmpty()) {
      int from = open.remove();
      count++;
      for (int to = 0; to < points.length; to++) {
        if (points[from][to] > 0 && !seen[to]) {
          seen[to] = true;
          open.add(to);
        }
      }
    }
    return count;
  }

  /// Rises to the maximum, which is the only one (Hunter 2004, "MM algorithms for generalized
  /// Bradley-Terry models", equation 3): each strength becomes the points won over the sum of
  /// battles by the sum of both strengths.
  private static double[] logStrengths(double[][] won) {
    int n = won.length;
    double[] strength = new double[n];
    Arrays.fill(strength, 1);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double change = 0;
      for (int i = 0; i < n; i++) {
        double points = 0;
        double weights = 0;
        for (int j = 0; j < n; j++) {
          if (i != j) {
            points += won[i][j];
            weights += (won[i][j] + won[j][i]) / (strength[i] + strength[j]);
          }
        }
        double next = points / weights;
        change = Math.max(change, Math.abs(Math.log(next / strength[i])));
        strength[i] = next;
      }
      if (change < PRECISION) {
        break;
      }
    }
    return Arrays.stream(strength).map(Math::log).toArray();
  }
}
