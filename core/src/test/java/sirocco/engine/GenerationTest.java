package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import sirocco.model.TableModel;
import sirocco.text.Message;
import sirocco.text.Tokenizer;

final class GenerationTest {
  private static final Tokenizer TOKENIZER = Letters.tokenizer();

  @Test
  void aTextIsContinuedUntilTheModelEndsIt() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 1, 2, 2), 8)) {
      List<String> pieces = new ArrayList<>();
      Completion completion = engine.generate("a", SamplingSettings.greedy(), pieces::add);
      assertThat(pieces).containsExactly("b", "c", "");
      assertThat(completion.text()).isEqualTo("bc");
      assertThat(completion.tokens()).containsExactly(3, 4, 1);
      assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(completion.usage()).isEqualTo(new Completion.Usage(2, 0, 3));
    }
  }

  @Test
  void theLengthAndTheContextEndIt() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 2, 2), 8);
        Session session = engine.newSession(5)) {
      var settings = SamplingSettings.greedy();
      Completion three = run(session, settings.toBuilder().maxTokens(3).build(), 0, 2);
      assertThat(three.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(three.text()).isEqualTo("bca");
      Completion full = run(session, settings, 0, 2);
      assertThat(full.finishReason()).isEqualTo(FinishReason.CONTEXT);
      // five tokens fit, and the one that comes after them is known
      assertThat(full.text()).isEqualTo("bcab");
      assertThatThrownBy(() -> run(session, settings, 2, 2, 2, 2, 2, 2))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("6 tokens does not fit the context of 5");
    }
  }

  @Test
  void aStopTextAcrossTokensEndsItAndIsNotShown() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 2, 2), 8)) {
      List<String> pieces = new ArrayList<>();
      var settings = SamplingSettings.greedy().toBuilder().stop("cab").build();
      Completion completion = engine.generate("a", settings, pieces::add);
      assertThat(completion.text()).isEqualTo("b");
      assertThat(pieces).containsExactly("b", "", "", "");
      assertThat(completion.tokens()).containsExactly(3, 4, 2, 3);
      assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void textHeldForAStopComesAtTheEnd() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 2, 2), 8)) {
      List<String> pieces = new ArrayList<>();
      var settings = SamplingSettings.greedy().toBuilder().stop("cax").maxTokens(3).build();
      assertThat(engine.generate("a", settings, pieces::add).text()).isEqualTo("bca");
      assertThat(pieces).containsExactly("b", "", "ca");
    }
  }

  @Test
  void halfACharacterIsNeverShown() {
    try (Engine engine = engine(TableModel.chain(2, 2, 5, 4, 1, 6, 5), 8)) {
      List<String> pieces = new ArrayList<>();
      var settings = SamplingSettings.greedy().toBuilder().maxTokens(5).build();
      Completion completion = engine.generate("a", settings, pieces::add);
      assertThat(pieces).containsExactly("", "é", "", "é", "\uFFFD");
      assertThat(completion.text()).isEqualTo("éé\uFFFD");
    }
  }

  @Test
  void thePromptIsReadInChunks() {
    TableModel model = TableModel.chain(2, 2, 3, 4, 1, 2, 2);
    try (Engine engine = engine(model, 2);
        Session session = engine.newSession(16)) {
      run(session, SamplingSettings.greedy(), 0, 2, 3, 4, 2);
      assertThat(model.passes).containsExactly(one(2), one(2), one(1), one(1), one(1));
    }
  }

  @Test
  void aPromptThatContinuesTheSessionIsNotReadAgain() {
    TableModel model = TableModel.chain(2, 2, 3, 4, 1, 2, 2);
    try (Engine engine = engine(model, 8);
        Session session = engine.newSession(16)) {
      run(session, SamplingSettings.greedy(), 0, 2, 2);
      assertThat(session.length()).isEqualTo(5); // the end token was not fed
      model.passes.clear();
      Completion next = run(session, SamplingSettings.greedy(), 0, 2, 2, 3, 4, 1, 2);
      assertThat(next.usage()).isEqualTo(new Completion.Usage(7, 5, 3));
      assertThat(model.passes).containsExactly(one(2), one(1), one(1));
      // one that differs goes back to where it does
      model.passes.clear();
      assertThat(run(session, SamplingSettings.greedy(), 0, 2, 4).usage().cachedTokens())
          .isEqualTo(2);
      // the same again needs its last token to be read
      assertThat(run(session, SamplingSettings.greedy(), 0, 2, 4).usage().cachedTokens())
          .isEqualTo(2);
      session.clear();
      assertThat(run(session, SamplingSettings.greedy(), 0, 2, 4).usage().cachedTokens()).isZero();
    }
  }

  @Test
  void severalAreSteppedTogether() {
    TableModel model = TableModel.chain(2, 2, 3, 4, 1, 2, 2);
    try (Engine engine = engine(model, 3);
        Session first = engine.newSession(16);
        Session second = engine.newSession(16)) {
      Generation a = first.start(Request.of(new int[] {0, 2, 2, 2}, SamplingSettings.greedy()));
      Generation b = second.start(Request.of(new int[] {0, 3}, SamplingSettings.greedy()));
      while (!(a.isDone() && b.isDone())) {
        engine.step(List.of(a, b));
      }
      assertThat(model.passes).containsExactly(List.of(3, 2), one(1), one(1), one(1), one(1));
      assertThat(a.completion().text()).isEqualTo("bc");
      assertThat(b.completion().text()).isEqualTo("c");
    }
  }

  @Test
  void cancellingEndsItAndKeepsTheSession() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 2, 2), 8);
        Session session = engine.newSession(60)) {
      List<String> pieces = new ArrayList<>();
      List<Generation> self = new ArrayList<>();
      Generation generation =
          session.start(
              Request.of(new int[] {0, 2}, SamplingSettings.greedy())
                  .onToken(token -> {
                    pieces.add(token.text());
                    if (pieces.size() == 4) {
                      self.getFirst().cancel();
                    }
                  }));
      self.add(generation);
      Completion completion = generation.run();
      assertThat(completion.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(completion.text()).isEqualTo("bcab");
      assertThat(run(session, SamplingSettings.greedy(), 0, 2, 3).usage().cachedTokens())
          .isEqualTo(2);
    }
  }

  @Test
  void routingsOfEveryTokenFedAreTold() {
    float[][] table = new float[7][7];
    for (float[] row : table) {
      row[4] = 9;
    }
    try (Engine engine = engine(new TableModel(table, 4), 2);
        Session session = engine.newSession(16)) {
      List<List<Integer>> seen = new ArrayList<>();
      session
          .start(
              Request.of(
                      new int[] {0, 2, 3},
                      SamplingSettings.greedy().toBuilder().maxTokens(2).build())
                  .onRouting(routed -> {
                    for (int i = 0; i < routed.count(); i++) {
                      seen.add(
                          List.of(
                              routed.position(i),
                              routed.id(i),
                              routed.expert(0, i, 0),
                              routed.expert(1, i, 1)));
                    }
                  }))
          .run();
      assertThat(seen)
          .containsExactly(
              List.of(0, 0, 0, 2), List.of(1, 2, 2, 0), List.of(2, 3, 3, 1), List.of(3, 4, 0, 2));
    }
  }

  @Test
  void tokensThatTheTokenizerLacksAreNeverMade() {
    float[][] table = new float[9][9];
    for (float[] row : table) {
      row[8] = 9;
      row[3] = 5;
    }
    try (Engine engine = engine(new TableModel(table, 0), 8)) {
      var settings = SamplingSettings.greedy().toBuilder().maxTokens(2).build();
      assertThat(engine.generate("a", settings, text -> {}).text()).isEqualTo("bb");
    }
  }

  @Test
  void aBrokenPassClearsItsSessions() {
    float[][] table = new float[7][7];
    table[2][2] = Float.NaN;
    try (Engine engine = engine(new TableModel(table, 0), 8);
        Session session = engine.newSession(16)) {
      assertThatThrownBy(() -> run(session, SamplingSettings.greedy(), 0, 2))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("step 0");
      assertThat(session.length()).isZero();
    }
  }

  @Test
  void promptsOutsideTheVocabularyAreRefused() {
    try (Engine engine = engine(TableModel.chain(0, 0), 8);
        Session session = engine.newSession(4)) {
      assertThatThrownBy(() -> run(session, SamplingSettings.greedy(), 1, 2))
          .hasMessage("prompt token 1 is 2, but the model's vocabulary has 2 tokens");
      assertThatThrownBy(() -> run(session, SamplingSettings.greedy()))
          .hasMessageContaining("no tokens");
    }
  }

  @Test
  void scoresAreNegativeLogLikelihoods() {
    float[][] table = {{0, 0}, {(float) Math.log(3), 0}};
    for (int chunk : new int[] {1, 2, 3, 9}) {
      try (Engine engine = engine(new TableModel(table, 0), chunk);
          Session session = engine.newSession(6)) {
        double[] scores = session.score(new int[] {0, 1, 0, 1, 1});
        assertThat(scores)
            .containsExactly(
                new double[] {Math.log(2), Math.log(4 / 3.0), Math.log(2), Math.log(4)},
                within(1e-6));
      }
    }
  }

  @Test
  void chatsNeedAPromptFormatAndTextATokenizer() {
    List<Message> conversation = List.of(Message.of("user", "a"));
    try (Engine engine = engine(TableModel.chain(0, 0), 8)) {
      assertThatThrownBy(() -> engine.encode(conversation)).hasMessageContaining("prompt format");
    }
    try (Engine engine =
        Engine.of(
            TableModel.chain(0, 0),
            Optional.empty(),
            Optional.empty(),
            Set.of(),
            EngineOptions.DEFAULT)) {
      assertThatThrownBy(() -> engine.encode("a")).hasMessageContaining("no tokenizer");
    }
  }

  private static List<Integer> one(int tokens) {
    return List.of(tokens);
  }

  private static Completion run(Session session, SamplingSettings settings, int... prompt) {
    return session.start(Request.of(prompt, settings)).run();
  }

  private static Engine engine(TableModel model, int chunk) {
    var options = EngineOptions.builder().chunk(chunk).weights(WeightMemory.MAPPED).build();
    return Engine.of(model, Optional.of(TOKENIZER), Optional.empty(), Set.of(1), options);
  }
}
