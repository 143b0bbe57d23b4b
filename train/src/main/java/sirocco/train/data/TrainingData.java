package sirocco.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import sirocco.text.Tokenizer;
import sirocco.train.data.SourceSettings.FromFile;
import sirocco.train.data.SourceSettings.Generated;

/// What a recipe's `data` stands for: its sources, found, without duplicates, and divided.
///
/// @param training what is mixed, for [Batches]
/// @param heldOut what is held out of each source, as far as something is
/// @param duplicates what was left out of each file; empty if nothing was looked for
public record TrainingData(
    List<Mixture.Part> training,
    List<Mixture.Part> heldOut,
    List<Deduplication.Result> duplicates) {
  public TrainingData {
    training = List.copyOf(training);
    heldOut = List.copyOf(heldOut);
    duplicates = List.copyOf(duplicates);
  }

  /// Opens the sources; reads all files if duplicates are looked for.
  ///
  /// @param folder where relative paths start
  /// @param generators by name
  /// @param format of conversations
  /// @param context most tokens of an example
  /// @throws DataException if a source is not there or cannot be read
  public static TrainingData open(
      DataSettings settings,
      Path folder,
      Function<String, Optional<ItemGenerator>> generators,
      Tokenizer tokenizer,
      Optional<DialogueFormat> format,
      int context) {
    Deduplication deduplication = new Deduplication(settings.deduplicate());
    Split split = new Split(settings.validation(), settings.seed());
    List<Mixture.Part> training = new ArrayList<>();
    List<Mixture.Part> heldOut = new ArrayList<>();
    List<Deduplication.Result> duplicates = new ArrayList<>();
    for (int i = 0; i < settings.sources().size(); i++) {
      SourceSettings source = settings.sources().get(i);
      Tokenization tokenization = new Tokenization(tokenizer, format, context, source.learn());
      Function<Source, Mixture.Part> part =
          items -> new Mixture.Part(items, source.weight(), tokenization);
      long seed = Hash.mix(settings.seed(), i);
      Source whole =
          switch (source.origin()) {
            case Generated generated -> generated(source, generated, generators, seed);
            case FromFile file -> {
              FileSource plain = file(source, file, folder.resolve(file.path()), seed);
              if (settings.deduplicate() == Deduplication.Kind.NONE) {
                yield plain;
              }
              Deduplication.Result result = deduplication.apply(plain);
              duplicates.add(result);
              yield result.source();
            }
          };
      Optional<Path> apart =
          source.origin() instanceof FromFile file
              ? file.validation().map(folder::resolve)
              : Optional.empty();
      if (apart.isPresent() && source.origin() instanceof FromFile file) {
        training.add(part.apply(whole));
        heldOut.add(part.apply(file(source, file, apart.get(), seed)));
      } else {
        training.add(part.apply(split.training(whole)));
        if (split.fraction() > 0) {
          heldOut.add(part.apply(split.heldOut(whole)));
        }
      }
    }
    return new TrainingData(training, heldOut, duplicates);
  }

  private static FileSource file(SourceSettings source, FromFile file, Path path, long seed) {
    return new FileSource(source.name(), path, file.fields(), file.shuffle(), seed);
  }

  private static Source generated(
      SourceSettings source,
      Generated generated,
      Function<String, Optional<ItemGenerator>> generators,
      long seed) {
    ItemGenerator generator =
        generators
            .apply(generated.generator())
            .orElseThrow(() ->
                new DataException(
                    source.name()
                        + ": generate: there is no generator '"
                        + generated.generator()
                        + "'"));
    return new GeneratedSource(source.name(), seed, generator);
  }

  /// What is held out of each source, in batches, always the same.
  ///
  /// @param size most tokens of a batch: at least the context
  /// @param most about how many tokens are taken from each source
  /// @return by the names of the sources, those with nothing left out
  public Map<String, List<Batch>> heldOut(int size, long most) {
    Map<String, List<Batch>> batches = new LinkedHashMap<>();
    for (Mixture.Part part : heldOut) {
      List<Batch> found = HeldOut.batches(part, size, most);
      if (!found.isEmpty()) {
        batches.put(part.source().name(), found);
      }
    }
    return batches;
  }
}
