package sirocco.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import sirocco.lab.data.DataException;
import sirocco.text.Tokenizer;
import sirocco.train.data.SourceSettings.FromFile;
import sirocco.train.data.SourceSettings.Generated;

/// What a recipe's `data` stands for: its sources, found, without duplicates, and divided.
///
/// @param training what is mixed, for [Batches]
/// @param heldOut what is held out of each source, as far as something is
/// @param duplicates what was left out of each file, those to validate with first; empty if nothing
///   was looked for
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
  /// @param generators by name, and with the passages that they may use
  /// @param format of conversations
  /// @param context most tokens of an example
  /// @throws DataException if a source is not there or cannot be read
  public static TrainingData open(
      DataSettings settings,
      Path folder,
      BiFunction<String, List<String>, Optional<ItemGenerator>> generators,
      Tokenizer tokenizer,
      Optional<DialogueFormat> format,
      int context) {
    Opening opening = new Opening(settings, folder, generators);
    settings.sources().forEach(opening::keepApart);
    for (int i = 0; i < settings.sources().size(); i++) {
      SourceSettings source = settings.sources().get(i);
      opening.add(
          source,
          new Tokenization(tokenizer, format, context, source.learn()),
          Hash.mix(settings.seed(), i));
    }
    return new TrainingData(opening.training, opening.heldOut, opening.duplicates);
  }

  /// The sources found so far.
  private static final class Opening {
    private final Path folder;
    private final BiFunction<String, List<String>, Optional<ItemGenerator>> generators;
    private final Split split;
    private final Optional<Deduplication> deduplication;
    private final Map<String, Source> apart = new HashMap<>();
    private final List<Mixture.Part> training = new ArrayList<>();
    private final List<Mixture.Part> heldOut = new ArrayList<>();
    private final List<Deduplication.Result> duplicates = new ArrayList<>();

    Opening(
        DataSettings settings,
        Path folder,
        BiFunction<String, List<String>, Optional<ItemGenerator>> generators) {
      this.folder = folder;
      this.generators = generators;
      split = new Split(settings.validation(), settings.seed());
      deduplication =
          settings.deduplicate() == Deduplication.Kind.NONE
              ? Optional.empty()
              : Optional.of(new Deduplication(settings.deduplicate()));
    }

    /// Files to validate with come first, so that training texts that resemble theirs are left out.
    void keepApart(SourceSettings settings) {
      if (settings.origin() instanceof FromFile file) {
        file.validation()
            .map(path -> source(settings.name(), file, path, 0))
            .ifPresent(source -> apart.put(source.name(), distinct(source)));
      }
    }

    void add(SourceSettings settings, Tokenization tokenization, long seed) {
      String name = settings.name();
      Function<Source, Mixture.Part> part =
          source -> new Mixture.Part(source, settings.weight(), tokenization);
      switch (settings.origin()) {
        case Generated generated ->
            divide(new GeneratedSource(name, seed, generator(name, generated)), part);
        case FromFile file -> {
          Source whole = distinct(source(name, file, file.path(), seed));
          Source validation = apart.get(name);
          if (validation == null) {
            divide(whole, part);
          } else {
            training.add(part.apply(whole));
            heldOut.add(part.apply(validation));
          }
        }
      }
    }

    private void divide(Source whole, Function<Source, Mixture.Part> part) {
      training.add(part.apply(split.training(whole)));
      if (split.fraction() > 0) {
        heldOut.add(part.apply(split.heldOut(whole)));
      }
    }

    private FileSource source(String name, FromFile file, String path, long seed) {
      return new FileSource(name, folder.resolve(path), file.fields(), file.shuffle(), seed);
    }

    private Source distinct(FileSource file) {
      if (deduplication.isEmpty()) {
        return file;
      }
      Deduplication.Result result = deduplication.get().apply(file);
      duplicates.add(result);
      return result.source();
    }

    private ItemGenerator generator(String name, Generated generated) {
      return generators
          .apply(generated.generator(), Passages.of(name, generated.passages(), folder))
          .orElseThrow(() ->
              new DataException(
                  name + ": generate: there is no generator '" + generated.generator() + "'"));
    }
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

  /// What is trained on, once, in batches: for what is computed before the training, such as
  /// reference log-probabilities.
  ///
  /// @param size most tokens of a batch: at least the context
  /// @param most about how many tokens are taken from each source: generators never end
  public List<Batch> once(int size, long most) {
    return training.stream().flatMap(part -> HeldOut.batches(part, size, most).stream()).toList();
  }
}
