package sirocco.defaultmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import sirocco.checkpoint.Checkpoint;
import sirocco.checkpoint.Checkpoints;
import sirocco.checkpoint.ModelConfig;
import sirocco.engine.Engine;
import sirocco.engine.FinishReason;
import sirocco.text.Message;

/// The file that comes with Sirocco is what the pages say. Where it is missing, every test fails
/// and says so.
final class DefaultModelTest {
  private static final long MOST_BYTES = 30L << 20;

  @Test
  void theFileIsWholeAndSmall() throws IOException, NoSuchAlgorithmException {
    Path file = DefaultModel.path();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    assertThat(HexFormat.of().formatHex(hash)).isEqualTo(DefaultModel.sha256());
    assertThat(file).hasFileName(DefaultModel.FILE);
    assertThat(Files.size(file)).isLessThanOrEqualTo(MOST_BYTES);
  }

  @Test
  void itIsAMixtralWithATokenizerAndAChatFormat() {
    try (Checkpoint checkpoint = Checkpoints.open(DefaultModel.path())) {
      ModelConfig config = checkpoint.config();
      assertThat(config.numLocalExperts()).isEqualTo(8);
      assertThat(config.numExpertsPerTok()).isEqualTo(2);
      assertThat(config.numKeyValueHeads()).isLessThan(config.numAttentionHeads());
      assertThat(config.maxPositionEmbeddings()).isGreaterThanOrEqualTo(4096);
      assertThat(checkpoint.vocabulary()).isPresent();
      assertThat(checkpoint.chatTemplate()).isPresent();
      assertThat(checkpoint.eosTokens()).isNotEmpty();
    }
  }

  @Test
  void itAnswersWithTheSettingsThatShowItAtItsBest() {
    try (var engine = Engine.open(DefaultModel.path())) {
      assertThat(engine.promptComplaint()).isEmpty();
      var question = List.<Message>of(new Message.User("What is 47 + 38?"));
      var settings = DefaultModel.sampling().toBuilder().maxTokens(64).build();
      var answer = engine.chat(question, settings, _ -> {});
      assertThat(answer.text()).isNotBlank();
      assertThat(answer.finishReason()).isIn(FinishReason.STOP, FinishReason.LENGTH);
    }
  }
}
