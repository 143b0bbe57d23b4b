package sirocco.train.data;

import sirocco.lab.data.DataException;

/// Divides items into those to train on and those held out, by a hash of what they say: where an
/// item stands, and what else there is, changes nothing.
///
/// @param fraction of the items that are held out, 0 to 1
/// @param salt another one holds out others
public record Split(double fraction, long salt) {
  public Split {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new DataException("validation: expected a share from 0 to below 1, found " + fraction);
    }
  }

  /// Whether an item is held out.
  public boolean holdsOut(Item item) {
    long hash = ItemText.hash(ItemText.of(item), salt);
    return (hash >>> 11) * 0x1.0p-53 < fraction;
  }

  /// What of a source is trained on.
  public Source training(Source source) {
    return fraction == 0 ? source : new FilteredSource(source, (record, item) -> !holdsOut(item));
  }

  /// What of a source is held out.
  public Source heldOut(Source source) {
    return new FilteredSource(source, (record, item) -> holdsOut(item));
  }
}
