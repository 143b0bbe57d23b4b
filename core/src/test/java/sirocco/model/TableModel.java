package sirocco.model;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Rope;
import sirocco.tensor.Shape;
import sirocco.tensor.Tensor;

/// A model whose logits are a table: row i of it after token i, whatever came before. With experts,
/// token i chooses expert (i + layer) mod E first and the next one second.
public final class TableModel implements Model {
  private final float[][] table;
  private final ModelConfig config;

  /// The sizes of the batches that were run: one list a pass, one number a part.
  public final List<List<Integer>> passes = new ArrayList<>();

  public TableModel(float[][] table, int experts) {
    this.table = table;
    this.config =
        new ModelConfig(
            experts > 0 ? ModelConfig.Architecture.MIXTRAL : ModelConfig.Architecture.LLAMA,
            table[0].length,
            4,
            4,
            2,
            1,
            1,
            2,
            experts,
            experts > 0 ? 2 : 0,
            1e-5f,
            new Rope(1e4, new Rope.Scaling.None()),
            OptionalInt.empty(),
            64,
            false);
  }

  /// A model after whose token i comes `next[i]` for certain.
  public static TableModel chain(int... next) {
    float[][] table = new float[next.length][next.length];
    for (int i = 0; i < next.length; i++) {
      table[i][next[i]] = 50;
    }
    return new TableModel(table, 0);
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Output forward(Batch batch, Workspace workspace) {
    passes.add(batch.parts().stream().map(p -> p.tokens().length).toList());
    List<float[]> rows = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>();
    for (Batch.Part part : batch.parts()) {
      if (part.cache().length() + part.tokens().length > part.cache().capacity()) {
        throw new ModelException("the cache is full");
      }
      for (int i = 0; i < part.tokens().length; i++) {
        tokens.add(part.tokens()[i]);
        boolean wanted =
            switch (part.logits()) {
              case NONE, STATES -> false;
              case LAST -> i == part.tokens().length - 1;
              case ALL -> true;
            };
        if (wanted) {
          rows.add(table[part.tokens()[i]]);
        }
      }
      part.cache().reserve(part.tokens().length);
      part.cache().advance(part.tokens().length);
    }
    return new Output(stack(rows), stack(List.of()), routings(tokens));
  }

  private Tensor stack(List<float[]> rows) {
    int width = config.vocabSize();
    float[] all = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return Tensor.copyOf(all, Shape.of(rows.size(), width), Arena.ofAuto());
  }

  private List<Routing> routings(List<Integer> tokens) {
    int experts = config.numLocalExperts();
    List<Routing> routings = new ArrayList<>();
    for (int layer = 0; experts > 0 && layer < config.numHiddenLayers(); layer++) {
      float[] logits = new float[tokens.size() * experts];
      float[] gates = new float[tokens.size() * 2];
      int[] ids = new int[tokens.size() * 2];
      for (int row = 0; row < tokens.size(); row++) {
        ids[2 * row] = (tokens.get(row) + layer) % experts;
        ids[2 * row + 1] = (tokens.get(row) + layer + 1) % experts;
        gates[2 * row] = 0.75f;
        gates[2 * row + 1] = 0.25f;
      }
      routings.add(new Routing(experts, 2, logits, ids, gates));
    }
    return routings;
  }
}
