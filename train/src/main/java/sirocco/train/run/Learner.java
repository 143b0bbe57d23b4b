package sirocco.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.tensor.DType;
import sirocco.text.TokenizerFolder;
import sirocco.train.adapter.Lora;
import sirocco.train.model.CheckpointFolder;
import sirocco.train.model.Parameter;
import sirocco.train.model.TrainableModel;
import sirocco.train.model.Weights;

/// What a run changes, and the files it becomes.
public sealed interface Learner {
  /// The model that the batches go through.
  TrainableModel model();

  /// What the optimizer changes.
  List<Parameter> parameters();

  /// Writes every number exactly.
  void save(Path folder);

  /// Reads what [#save] wrote.
  void restore(Path folder);

  /// The name of the result in the run's folder.
  String name();

  /// Writes the result for use.
  void export(Path folder);

  /// All weights of the model.
  ///
  /// @param tokenizer a folder whose tokenizer files go with the model
  record Whole(TrainableModel model, Path tokenizer, OptionalInt bos, Set<Integer> eos)
      implements Learner {
    @Override
    public List<Parameter> parameters() {
      return model.parameters();
    }

    @Override
    public void save(Path folder) {
      CheckpointFolder.write(model, folder, DType.F32, bos, eos);
      TokenizerFolder.copy(tokenizer, folder);
    }

    @Override
    public void restore(Path folder) {
      try (Checkpoint checkpoint = Checkpoints.open(folder)) {
        Weights.read(checkpoint, model);
      }
    }

    @Override
    public String name() {
      return "model";
    }

    @Override
    public void export(Path folder) {
      save(folder);
    }
  }

  /// An adapter beside frozen weights.
  ///
  /// @param base the checkpoint of the weights
  record Adapted(TrainableModel model, Lora lora, Path base) implements Learner {
    @Override
    public List<Parameter> parameters() {
      return lora.parameters();
    }

    @Override
    public void save(Path folder) {
      lora.save(folder, base.toString());
    }

    @Override
    public void restore(Path folder) {
      try (Checkpoint checkpoint = Checkpoints.open(base)) {
        lora.read(folder, checkpoint);
      }
    }

    @Override
    public String name() {
      return "adapter";
    }

    @Override
    public void export(Path folder) {
      lora.write(folder, base.toString());
    }
  }
}
