package sirocco.train.data;

import java.util.Optional;

/// Endless items out of a generator. The i-th depends on seed and i only, so that a pass goes to
/// any of them at no cost.
public record GeneratedSource(String name, long seed, ItemGenerator generator) implements Source {
  @Override
  public Pass open(long epoch) {
    return new GeneratedPass(Hash.mix(seed, epoch));
  }

  private final class GeneratedPass implements Pass {
    private final long passSeed;
    private long present = -1;

    GeneratedPass(long passSeed) {
      this.passSeed = passSeed;
    }

    @Override
    public boolean advance() {
      present++;
      return true;
    }

    @Override
    public boolean skip(long records) {
      present += records;
      return true;
    }

    @Override
    public long record() {
      return present;
    }

    @Override
    public Optional<Item> item() {
      Item item = generator.generate(Hash.random(passSeed, present));
      return Optional.of(
          switch (item) {
            case Document d -> new Document(d.text(), name);
            case Dialogue d -> new Dialogue(d.messages(), name);
            case Preference p -> new Preference(p.prompt(), p.chosen(), p.rejected(), name);
          });
    }

    @Override
    public void close() {}
  }
}
