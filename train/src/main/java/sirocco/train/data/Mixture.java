package sirocco.train.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sirocco.lab.data.DataException;
import sirocco.text.TemplateException;
import sirocco.text.TokenizerException;

/// Sources mixed in fixed shares of tokens, without end: a source that ends begins anew. The next
/// item always comes from the source that is furthest behind its share, so the shares hold at every
/// moment to within one item, and what comes depends on nothing but the parts.
public final class Mixture implements AutoCloseable {
  /// A generator that gives nothing usable so often gives nothing at all.
  private static final int MOST_FRUITLESS = 100_000;

  private final List<Flow> flows;

  /// A source and its share.
  ///
  /// @param weight its share of the tokens, beside the weights of the others
  /// @param tokenization of its items
  public record Part(Source source, double weight, Tokenization tokenization) {
    public Part {
      if (!(weight > 0) || Double.isInfinite(weight)) {
        throw new DataException(
            source.name() + ": weight: expected a positive number, found " + weight);
      }
    }

    /// The examples of an item.
    ///
    /// @param record its number in the source
    /// @throws DataException naming source and record if the item has no place in the format
    List<Group> encode(Item item, long record) {
      try {
        return tokenization.encode(item);
      } catch (TemplateException | TokenizerException e) {
        throw new DataException(source.name() + ": record " + record + ": " + e.getMessage(), e);
      }
    }
  }

  /// A mixture from its start.
  ///
  /// @throws DataException if there is no part or two have one name
  public Mixture(List<Part> parts) {
    this(parts, Optional.empty());
  }

  private Mixture(List<Part> parts, Optional<MixturePosition> position) {
    Set<String> names = new HashSet<>();
    if (parts.isEmpty()) {
      throw new DataException("sources: expected at least one, found none");
    }
    flows = new ArrayList<>();
    for (Part part : parts) {
      String name = part.source().name();
      if (!names.add(name)) {
        throw new DataException("sources: expected different names, found '" + name + "' twice");
      }
      flows.add(
          new Flow(
              part, position.map(p -> p.of(name)).orElseGet(() -> SourcePosition.start(name))));
    }
  }

  /// The mixture that goes on exactly where another of the same parts stood.
  ///
  /// @throws DataException if the position is not one of these sources
  public static Mixture resume(List<Part> parts, MixturePosition position) {
    if (parts.size() != position.sources().size()) {
      throw new DataException(
          "sources: expected the "
              + position.sources().size()
              + " of the interrupted run, found "
              + parts.size());
    }
    return new Mixture(parts, Optional.of(position));
  }

  public MixturePosition position() {
    return new MixturePosition(flows.stream().map(Flow::position).toList());
  }

  /// The examples of the next item; at least one group.
  ///
  /// @throws DataException naming a source that cannot be read or has nothing usable
  public List<Group> next() {
    Flow behind = flows.getFirst();
    for (Flow flow : flows) {
      if (flow.progress() < behind.progress()) {
        behind = flow;
      }
    }
    return behind.next();
  }

  @Override
  public void close() {
    flows.forEach(Flow::close);
  }

  /// One source and where it stands.
  private static final class Flow {
    private final Part part;
    private final String name;
    private @Nullable Pass pass;
    private long epoch;
    private long records;
    private long tokens;
    private long unusable;

    /// Whether this epoch gave something, as far as is known.
    private boolean fruitful;

    Flow(Part part, SourcePosition from) {
      this.part = part;
      name = from.name();
      epoch = from.epoch();
      records = from.records();
      tokens = from.tokens();
      unusable = from.unusable();
      fruitful = records > 0;
    }

    double progress() {
      return tokens / part.weight();
    }

    SourcePosition position() {
      return new SourcePosition(name, epoch, records, tokens, unusable);
    }

    List<Group> next() {
      for (int tries = 0; tries < MOST_FRUITLESS; tries++) {
        Pass at = nextRecord();
        Optional<Item> item = at.item();
        List<Group> groups = item.map(found -> part.encode(found, at.record())).orElse(List.of());
        if (!groups.isEmpty()) {
          fruitful = true;
          tokens += groups.stream().mapToLong(Group::tokens).sum();
          return groups;
        }
        unusable += item.isPresent() ? 1 : 0;
      }
      throw fruitless(MOST_FRUITLESS + " records in a row");
    }

    private DataException fruitless(String where) {
      return new DataException(
          name
              + ": expected items to learn from, found none in "
              + where
              + " ("
              + unusable
              + " too long, or without an answer)");
    }

    private Pass nextRecord() {
      Pass open = pass == null ? open() : pass;
      if (!open.advance()) {
        close();
        if (!fruitful) {
          throw fruitless("the whole source");
        }
        epoch++;
        records = 0;
        fruitful = false;
        open = open();
        if (!open.advance()) {
          throw fruitless("the whole source");
        }
      }
      records++;
      return open;
    }

    private Pass open() {
      Pass opened = part.source().open(epoch);
      pass = opened;
      if (!opened.skip(records)) {
        throw new DataException(
            name + ": expected at least " + records + " records, as before; found fewer");
      }
      return opened;
    }

    void close() {
      if (pass != null) {
        pass.close();
        pass = null;
      }
    }
  }
}
