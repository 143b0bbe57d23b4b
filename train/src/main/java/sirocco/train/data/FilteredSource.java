package sirocco.train.data;

import java.util.Optional;

/// A source of which some items are left out.
record FilteredSource(Source source, Filter filter) implements Source {
  /// Which items stay.
  @FunctionalInterface
  interface Filter {
    /// Whether an item stays.
    ///
    /// @param record its number in the source
    boolean keeps(long record, Item item);
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Pass open(long epoch) {
    return new FilteredPass(source.open(epoch), filter);
  }

  private record FilteredPass(Pass pass, Filter filter) implements Pass {
    @Override
    public boolean advance() {
      return pass.advance();
    }

    @Override
    public boolean skip(long records) {
      return pass.skip(records);
    }

    @Override
    public long record() {
      return pass.record();
    }

    @Override
    public Optional<Item> item() {
      return pass.item().filter(item -> filter.keeps(pass.record(), item));
    }

    @Override
    public void close() {
      pass.close();
    }
  }
}
