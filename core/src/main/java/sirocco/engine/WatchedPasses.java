package sirocco.engine;

import java.util.List;
import java.util.Optional;
import sirocco.model.Batch;
import sirocco.model.Output;
import sirocco.model.Routing;
import sirocco.tensor.Kernels.Phase;

/// Tells Java's flight recorder of an engine's passes. While there has been no recording, a pass
/// costs one question and no memory. Used under the lock of the engine's workspace.
final class WatchedPasses {
  private final String model;
  private long number;

  WatchedPasses(String model) {
    this.model = model;
  }

  /// A pass that is recorded.
  final class Watched {
    private final Phase phase;
    private final FlightEvents.Pass event;
    private final boolean routed = new FlightEvents.Routing().isEnabled();
    private final List<Generation> live;
    private final int before;

    private Watched(Phase phase, List<Generation> live) {
      this.phase = phase;
      this.event =
          switch (phase) {
            case STEP -> new FlightEvents.Step();
            case PROMPT -> new FlightEvents.Prompt();
          };
      this.live = live;
      this.before = generated(live);
      event.begin();
    }

    boolean isRecorded() {
      return routed || event.isEnabled();
    }

    /// It went well.
    void end(Batch batch, Output output) {
      event.end();
      if (event.shouldCommit()) {
        event.model = model;
        event.pass = number;
        event.sessions = batch.parts().size();
        int made = generated(live) - before;
        switch (event) {
          case FlightEvents.Step step -> {
            step.tokens = made;
            step.rows = batch.rows();
          }
          case FlightEvents.Prompt prompt -> {
            prompt.tokens = batch.rows();
            prompt.firstTokens = made;
          }
        }
        event.commit();
      }
      if (routed) {
        for (int layer = 0; layer < output.routings().size(); layer++) {
          tell(layer, output.routings().get(layer));
        }
      }
    }

    private void tell(int layer, Routing routing) {
      int[] chosen = new int[routing.experts()];
      double entropy = 0;
      for (int row = 0; row < routing.rows(); row++) {
        for (int rank = 0; rank < routing.chosen(); rank++) {
          chosen[routing.expert(row, rank)]++;
        }
        entropy += routing.entropy(row);
      }
      int touched = 0;
      int busiest = 0;
      for (int expert = 0; expert < chosen.length; expert++) {
        touched += chosen[expert] > 0 ? 1 : 0;
        busiest = chosen[expert] > chosen[busiest] ? expert : busiest;
      }
      var told = new FlightEvents.Routing();
      told.model = model;
      told.pass = number;
      told.step = phase == Phase.STEP;
      told.layer = layer;
      told.rows = routing.rows();
      told.touched = touched;
      told.busiest = busiest;
      told.share = (double) chosen[busiest] / (routing.rows() * routing.chosen());
      told.imbalance = told.share * chosen.length;
      told.entropy = entropy / routing.rows();
      told.commit();
    }
  }

  /// Begins a pass.
  ///
  /// @param live who make tokens in it, if any do
  /// @return nothing if nobody records it
  Optional<Watched> begin(Phase phase, List<Generation> live) {
    number++;
    return FlightEvents.awake()
        ? Optional.of(new Watched(phase, live)).filter(Watched::isRecorded)
        : Optional.empty();
  }

  private static int generated(List<Generation> generations) {
    return generations.stream().mapToInt(g -> g.usage().generatedTokens()).sum();
  }
}
