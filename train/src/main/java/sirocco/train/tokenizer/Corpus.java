package sirocco.train.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import sirocco.text.Message;
import sirocco.train.data.Dialogue;
import sirocco.train.data.Document;
import sirocco.train.data.Item;
import sirocco.train.data.Pass;
import sirocco.train.data.Preference;
import sirocco.train.data.Source;

/// The texts of sources, one source after the other, each open only while it is read. Every message
/// of a conversation is a text of its own, as it follows a control token.
///
/// What a source holds is met as the texts are asked for, so [#hasNext] throws
/// [sirocco.lab.data.DataException].
public final class Corpus implements Iterator<String>, AutoCloseable {
  private final Deque<Source> sources;
  private final long mostBytes;
  private final Deque<String> texts = new ArrayDeque<>();
  private Optional<Pass> open = Optional.empty();
  private long bytesLeft;

  /// @param mostBytes how much text, in UTF-8, to take from the beginning of each source; the
  ///   record that crosses this is the last
  public Corpus(List<? extends Source> sources, long mostBytes) {
    if (mostBytes < 1) {
      throw new TokenizerTrainingException(
          "bytes of each source: expected at least 1, found " + mostBytes);
    }
    this.sources = new ArrayDeque<>(sources);
    this.mostBytes = mostBytes;
  }

  @Override
  public boolean hasNext() {
    while (texts.isEmpty()) {
      if (open.isPresent() && bytesLeft > 0 && open.get().advance()) {
        open.get().item().ifPresent(this::add);
      } else {
        close();
        if (sources.isEmpty()) {
          return false;
        }
        open = Optional.of(sources.remove().open(0));
        bytesLeft = mostBytes;
      }
    }
    return true;
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return texts.remove();
  }

  private void add(Item item) {
    switch (item) {
      case Document document -> add(document.text());
      case Dialogue dialogue -> add(dialogue.messages());
      case Preference preference -> {
        add(preference.prompt());
        add(preference.chosen());
        add(preference.rejected());
      }
    }
  }

  private void add(List<Message> messages) {
    messages.forEach(message -> add(message.content()));
  }

  private void add(String text) {
    bytesLeft -= utf8Length(text);
    texts.add(text);
  }

  private static long utf8Length(String text) {
    // Half of a pair counts two bytes, so the pair counts its four.
    return text.chars()
        .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate((char) c) ? 2 : 3)
        .sum();
  }

  @Override
  public void close() {
    open.ifPresent(Pass::close);
    open = Optional.empty();
  }
}
