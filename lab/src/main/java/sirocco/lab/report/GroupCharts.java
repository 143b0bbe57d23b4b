package sirocco.lab.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import sirocco.lab.eval.Result;
import sirocco.lab.eval.Result.Group;
import sirocco.lab.report.LineChart.Line;
import sirocco.lab.report.LineChart.Look;
import sirocco.lab.statistics.Estimate;

/// Shows groups that lie on axes: on one as a curve with its interval, on two as a heat map.
final class GroupCharts {
  /// Of lengths that differ by more, equal distances are equal factors.
  private static final double WIDE = 8;

  private GroupCharts() {}

  /// The first statistic of results of the same task; empty if its groups lie on no axes.
  static Optional<Block> of(List<Result> results) {
    List<Axes> axes = results.stream().flatMap(r -> Axes.of(r.groups()).stream()).toList();
    if (axes.size() < results.size() || axes.stream().map(Axes::isGrid).distinct().count() > 1) {
      return Optional.empty();
    }
    if (!axes.getFirst().isGrid()) {
      return Optional.of(new Block.Row(List.of(new Block.Figure(curves(results, axes)))));
    }
    List<Block> maps = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      maps.add(heatMap(results.get(i), axes.get(i)));
    }
    return Optional.of(new Block.Row(maps));
  }

  private static Block heatMap(Result result, Axes axes) {
    double[] rows = sorted(axes, Axes.Place::second);
    double[] columns = sorted(axes, Axes.Place::first);
    double[][] values = new double[rows.length][columns.length];
    Arrays.stream(values).forEach(row -> Arrays.fill(row, Double.NaN));
    for (int g = 0; g < result.groups().size(); g++) {
      Axes.Place place = axes.places().get(g);
      values[Arrays.binarySearch(rows, place.second())][
              Arrays.binarySearch(columns, place.first())] =
          first(result.groups().get(g)).value();
    }
    return new Block.HeatMap(
        result.subject() + ": " + result.scores().getFirst().statistic(),
        axes.second(),
        shown(rows),
        axes.first(),
        shown(columns),
        values);
  }

  private static double[] sorted(Axes axes, ToDoubleFunction<Axes.Place> of) {
    return axes.places().stream().mapToDouble(of).distinct().sorted().toArray();
  }

  private static List<String> shown(double[] places) {
    return Arrays.stream(places).mapToObj(Scale::show).toList();
  }

  private static Estimate first(Group group) {
    return group.scores().getFirst().estimate();
  }

  private static LineChart curves(List<Result> results, List<Axes> axes) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      double[] x = axes.get(i).places().stream().mapToDouble(Axes.Place::first).toArray();
      lines.add(new Line(series(result.subject(), result, x, Estimate::value), i, Look.MARKED));
      for (ToDoubleFunction<Estimate> end :
          List.<ToDoubleFunction<Estimate>>of(Estimate::low, Estimate::high)) {
        lines.add(new Line(series("", result, x, end), i, Look.THIN));
      }
    }
    double[] all =
        axes.stream().flatMap(a -> a.places().stream()).mapToDouble(Axes.Place::first).toArray();
    double least = Arrays.stream(all).min().orElse(0);
    boolean wide = least > 0 && Arrays.stream(all).max().orElse(0) / least >= WIDE;
    return new LineChart(
        results.getFirst().scores().getFirst().statistic(),
        "with its interval",
        false,
        new LineChart.Axis(axes.getFirst().first(), wide, all),
        lines);
  }

  /// By place, so that the curve does not turn back.
  private static Series series(
      String name, Result result, double[] x, ToDoubleFunction<Estimate> of) {
    record Point(double x, double y) {}
    List<Point> points =
        Stream.iterate(0, g -> g < x.length, g -> g + 1)
            .map(g -> new Point(x[g], of.applyAsDouble(first(result.groups().get(g)))))
            .sorted((a, b) -> Double.compare(a.x(), b.x()))
            .toList();
    return new Series(
        name,
        points.stream().mapToDouble(Point::x).toArray(),
        points.stream().mapToDouble(Point::y).toArray());
  }
}
