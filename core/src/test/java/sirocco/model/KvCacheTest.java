package sirocco.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.ModelConfig;
import sirocco.checkpoint.ModelConfig.Architecture;
import sirocco.checkpoint.Rope;
import sirocco.model.KvCache.Precision;
import sirocco.testkit.Configs;

class KvCacheTest {
  @Test
  void theCacheOfMixtral8x7b() {
    // Keys and values, 32 layers, 8 heads of 128, 2 bytes: 128 KiB a token, 4 GiB when it is full.
    ModelConfig mixtral = published(Architecture.MIXTRAL, OptionalInt.empty());
    assertThat(KvCache.bytes(mixtral, 1, Precision.F16)).isEqualTo(128L << 10);
    assertThat(KvCache.bytes(mixtral, 32768, Precision.F16)).isEqualTo(4L << 30);
    assertThat(KvCache.bytes(mixtral, 32768, Precision.F32)).isEqualTo(8L << 30);
    assertThat(KvCache.bytes(mixtral, 32768, Precision.Q8)).isEqualTo((4L << 30) * 34 / 64);
  }

  @Test
  void aWindowBoundsTheCache() {
    ModelConfig mistral = published(Architecture.MISTRAL, OptionalInt.of(4096));
    assertThat(KvCache.bytes(mistral, 100, Precision.F16)).isEqualTo(100 * (128L << 10));
    assertThat(KvCache.bytes(mistral, 32768, Precision.F16)).isEqualTo(512L << 20);
  }

  /// Two heads of 6 make rows of 12, which Q8_0 stores as one block of 32.
  @Test
  void rowsFillWholeBlocks() {
    ModelConfig odd = Configs.mistral(OptionalInt.empty());
    assertThat(KvCache.bytes(odd, 10, Precision.Q8)).isEqualTo(2 * 2 * 10 * 34);
    assertThat(KvCache.bytes(odd, 10, Precision.F32)).isEqualTo(2 * 2 * 10 * 12 * 4);
  }

  @Test
  void aWindowThatHasRolledCannotGoBack() {
    try (var cache = new KvCache(Configs.mistral(OptionalInt.of(4)), 64, Precision.F32)) {
      cache.reserve(4);
      cache.advance(4);
      assertThat(cache.canTruncate(2)).isTrue();
      cache.reserve(1);
      cache.advance(1);
      assertThat(cache.canTruncate(2)).isFalse();
      assertThat(cache.canTruncate(5)).isTrue();
      assertThatThrownBy(() -> cache.truncate(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot go back to 2 of 5 tokens in 4 slots");
      cache.truncate(0);
      assertThat(cache.length()).isZero();
    }
  }

  /// The sizes of Mixtral 8x7B, or of Mistral 7B.
  private static ModelConfig published(Architecture architecture, OptionalInt window) {
    boolean mixture = architecture == Architecture.MIXTRAL;
    return new ModelConfig(
        architecture,
        32000,
        4096,
        14336,
        32,
        32,
        8,
        128,
        mixture ? 8 : 0,
        mixture ? 2 : 0,
        1e-5f,
        new Rope(1e6, new Rope.Scaling.None()),
        window,
        32768,
        false);
  }
}
