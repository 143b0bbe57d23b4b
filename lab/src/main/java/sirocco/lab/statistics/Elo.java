package sirocco.lab.statistics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Ratings that follow battles one by one, as LMSYS's arena had them at first (FastChat,
/// `rating_systems.py`): A is expected to get `1 / (1 + 10^((R_B - R_A) / 400))` of a point, and is
/// moved by 4 times what it got beyond that. They depend on the order of the battles; see
/// [BradleyTerry].
public final class Elo {
  /// Where everyone begins.
  public static final double INITIAL = 1000;

  /// Points of rating between ten chances to one.
  static final double SCALE = 400;

  private static final double STEP = 4;

  private Elo() {}

  /// Everyone's rating after all battles, in the order in which they first appear.
  public static Map<String, Double> rate(List<Battle> battles) {
    Map<String, Double> ratings = new LinkedHashMap<>();
    for (Battle battle : battles) {
      double a = ratings.computeIfAbsent(battle.a(), _ -> INITIAL);
      double b = ratings.computeIfAbsent(battle.b(), _ -> INITIAL);
      double moved = STEP * (battle.outcome().score() - expected(a, b));
      ratings.put(battle.a(), a + moved);
      ratings.put(battle.b(), b - moved);
    }
    return ratings;
  }

  /// How likely A is better than B, ties counted half.
  public static double expected(double ratingA, double ratingB) {
    return 1 / (1 + Math.pow(10, (ratingB - ratingA) / SCALE));
  }

  /// Everyone's rating with its interval over battles drawn anew, in a new order.
  public static Map<String, Estimate> rate(List<Battle> battles, Bootstrap bootstrap) {
    return Ratings.estimate(battles, bootstrap, Elo::rate);
  }
}
