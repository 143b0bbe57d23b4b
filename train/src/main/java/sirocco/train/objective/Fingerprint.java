package sirocco.train.objective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import org.bytedeco.javacpp.PointerScope;
import sirocco.train.data.Batch;
import sirocco.train.model.Parameter;
import sirocco.train.model.TrainableModel;
import sirocco.train.torch.Torch;

/// SHA-256 of what reference log-probabilities depend on, in hexadecimal.
final class Fingerprint {
  private static final int PIECE = 1 << 20;

  private Fingerprint() {}

  /// Of a model's weights, without adapter.
  static String of(TrainableModel model) {
    MessageDigest digest = sha256();
    digest.update(model.config().toString().getBytes(StandardCharsets.UTF_8));
    for (Parameter parameter : model.parameters()) {
      digest.update(parameter.name().getBytes(StandardCharsets.UTF_8));
      try (var _ = new PointerScope()) {
        var memory = Torch.memory(parameter.value().detach().cpu().contiguous());
        for (long at = 0; at < memory.byteSize(); at += PIECE) {
          long size = Math.min(PIECE, memory.byteSize() - at);
          digest.update(memory.asSlice(at, size).asByteBuffer());
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Of the pair whose chosen answer is segment `chosen`: its ids and targets.
  static String ofPair(Batch batch, int chosen) {
    MessageDigest digest = sha256();
    for (int s = chosen; s < chosen + 2; s++) {
      int from = batch.starts()[s];
      int to = batch.starts()[s + 1];
      ByteBuffer bytes =
          ByteBuffer.allocate(Integer.BYTES * (1 + 2 * (to - from))).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putInt(to - from);
      Arrays.stream(batch.ids(), from, to).forEach(bytes::putInt);
      Arrays.stream(batch.targets(), from, to).forEach(bytes::putInt);
      digest.update(bytes.flip());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Of many, in any order.
  static String ofAll(Collection<String> pairs) {
    MessageDigest digest = sha256();
    pairs.stream()
        .sorted()
        .forEach(pair -> digest.update(pair.getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
