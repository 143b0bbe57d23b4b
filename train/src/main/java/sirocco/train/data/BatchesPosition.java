package sirocco.train.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import sirocco.json.JsonFields;
import sirocco.lab.data.DataException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Where a stream of batches stands: where the mixture stood before the oldest example that still
/// waits for a batch, and which of the groups since then have left.
///
/// @param mixture before the oldest item with a waiting group
/// @param drawn groups drawn since then, waiting or not
/// @param left the numbers of those that have left, from 0
public record BatchesPosition(MixturePosition mixture, int drawn, BitSet left) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public BatchesPosition {
    left = (BitSet) left.clone();
    if (left.length() > drawn) {
      throw new DataException("position: left: expected numbers below " + drawn);
    }
  }

  @Override
  public BitSet left() {
    return (BitSet) left.clone();
  }

  /// For a checkpoint; [#of] reads it.
  public ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode sources = root.putArray("sources");
    for (SourcePosition source : mixture.sources()) {
      ObjectNode node = sources.addObject();
      node.put("name", source.name());
      node.put("epoch", source.epoch());
      node.put("records", source.records());
      node.put("tokens", source.tokens());
      node.put("unusable", source.unusable());
    }
    root.put("drawn", drawn);
    ArrayNode numbers = root.putArray("left");
    left.stream().forEach(numbers::add);
    return root;
  }

  /// What [#toJson] wrote.
  ///
  /// @throws RuntimeException of the fields' own kind if a member is missing or wrong
  public static BatchesPosition of(JsonFields fields) {
    List<SourcePosition> sources = new ArrayList<>();
    for (JsonFields source : fields.requiredList("sources")) {
      sources.add(
          new SourcePosition(
              source.requiredText("name"),
              count(source, "epoch"),
              count(source, "records"),
              count(source, "tokens"),
              count(source, "unusable")));
    }
    BitSet left = new BitSet();
    for (int number : fields.integers("left")) {
      if (number < 0) {
        throw fields.error("left: expected numbers from 0, found " + number);
      }
      left.set(number);
    }
    return new BatchesPosition(new MixturePosition(sources), fields.requiredInteger("drawn"), left);
  }

  private static long count(JsonFields source, String name) {
    // Exact: counts stay far below 2^53.
    double number = source.requiredReal(name);
    if (number < 0 || number > 1L << 53 || number != Math.rint(number)) {
      throw source.error(name + ": expected a count, found " + number);
    }
    return (long) number;
  }
}
