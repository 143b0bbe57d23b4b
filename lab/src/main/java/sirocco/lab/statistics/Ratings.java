package sirocco.lab.statistics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Intervals of ratings.
final class Ratings {
  private Ratings() {}

  /// @param rate leaves out whom it cannot rate
  static Map<String, Estimate> estimate(
      List<Battle> battles, Bootstrap bootstrap, Function<List<Battle>, Map<String, Double>> rate) {
    List<String> names = List.copyOf(rate.apply(battles).keySet());
    List<Estimate> estimates =
        bootstrap.estimates(
            battles,
            drawn -> {
              Map<String, Double> ratings = rate.apply(drawn);
              return names.stream()
                  .mapToDouble(name -> ratings.getOrDefault(name, Double.NaN))
                  .toArray();
            });
    Map<String, Estimate> rated = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      rated.put(names.get(i), estimates.get(i));
    }
    return rated;
  }
}
