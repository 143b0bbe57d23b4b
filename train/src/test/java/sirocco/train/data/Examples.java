package sirocco.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import sirocco.testkit.TinyTokenizer;
import sirocco.text.Message;
import sirocco.text.MistralPrompt.Version;
import sirocco.text.Tokenizer;
import sirocco.text.Tokenizers;
import sirocco.train.data.Tokenization.Learn;

/// Small sources for the tests of this package.
final class Examples {
  private Examples() {}

  static Tokenizer tokenizer(Path folder) {
    return Tokenizers.of(Tokenizers.read(TinyTokenizer.write(folder)));
  }

  static Tokenization tokenization(Path folder, int context) {
    Tokenizer tokenizer = tokenizer(folder);
    return new Tokenization(
        tokenizer,
        Optional.of(DialogueFormat.mistral(tokenizer, Version.V1)),
        context,
        Learn.ANSWERS);
  }

  static String words(RandomGenerator random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ");
      for (int c = random.nextInt(2, 9); c > 0; c--) {
        text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  /// A file of documents with random words; each has other ones.
  static Path documents(Path folder, String name, int count, int seed) {
    RandomGenerator random = Hash.random(seed, 0);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("{\"text\": \"" + words(random, random.nextInt(1, 60)) + "\"}");
    }
    return write(folder.resolve(name), lines);
  }

  static Path write(Path file, List<String> lines) {
    try {
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static FileSource source(Path file, int window) {
    return new FileSource("test", file, FieldNames.USUAL, window, 7);
  }

  /// What one pass gives.
  static List<Item> items(Source source) {
    return items(source, 0);
  }

  static List<Item> items(Source source, long epoch) {
    List<Item> items = new ArrayList<>();
    try (Pass pass = source.open(epoch)) {
      while (pass.advance()) {
        pass.item().ifPresent(items::add);
      }
    }
    return items;
  }

  static ItemGenerator echoes() {
    return random -> {
      String said = words(random, random.nextInt(1, 6));
      return new Dialogue(
          List.of(new Message.User("say " + said), new Message.Assistant(said)), "");
    };
  }
}
