package sirocco.train.merge;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.Role;
import sirocco.checkpoint.Roles;
import sirocco.tensor.DType;
import sirocco.text.Vocabulary;

/// A model made of others' weights. All else (tokenizer, template, ends of texts) is the first
/// model's. It owns the models: closing it closes them.
abstract sealed class DerivedModel implements Checkpoint
    permits DerivedMixtral, DeepenedModel, AveragedModel {
  private final List<Checkpoint> models;
  private final ModelConfig config;

  DerivedModel(List<Checkpoint> models, ModelConfig config) {
    this.models = List.copyOf(models);
    this.config = config;
  }

  final Checkpoint first() {
    return models.getFirst();
  }

  final List<Checkpoint> models() {
    return models;
  }

  /// The type that a weight has once it is computed with: quantised ones are written as F32.
  static DType plain(DType dtype) {
    return dtype.isQuantized() ? DType.F32 : dtype;
  }

  @Override
  public final boolean has(Role role) {
    return Roles.of(config).anyMatch(role::equals);
  }

  @Override
  public final ModelConfig config() {
    return config;
  }

  @Override
  public final Path path() {
    return first().path();
  }

  /// None: it is in no file.
  @Override
  public final SortedMap<String, Entry> tensors() {
    return Collections.emptySortedMap();
  }

  @Override
  public final Optional<Vocabulary> vocabulary() {
    return first().vocabulary();
  }

  @Override
  public final Optional<String> chatTemplate() {
    return first().chatTemplate();
  }

  @Override
  public final OptionalInt bosToken() {
    return first().bosToken();
  }

  @Override
  public final Set<Integer> eosTokens() {
    return first().eosTokens();
  }

  @Override
  public final long fileBytes() {
    return models.stream().mapToLong(Checkpoint::fileBytes).sum();
  }

  @Override
  public final List<Path> files() {
    return models.stream().flatMap(model -> model.files().stream()).toList();
  }

  @Override
  public final void close() {
    models.forEach(Checkpoint::close);
  }
}
