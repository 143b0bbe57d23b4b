package sirocco.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sirocco.model.TableModel;
import sirocco.text.Tokenizer;
import sirocco.text.grammar.Grammar;
import sirocco.text.grammar.TokenAutomaton;
import sirocco.text.grammar.TokenTrie;

final class GrammarFilterTest {
  private static final Tokenizer TOKENIZER = Letters.tokenizer();
  private static final TokenTrie TRIE = new TokenTrie(TOKENIZER);

  private static TokenAutomaton automaton(String regex) {
    return new TokenAutomaton(Grammar.regex(regex), TRIE, Set.of(1));
  }

  private static Engine engine(TableModel model, int guesses) {
    var options =
        EngineOptions.builder().chunk(8).guesses(guesses).weights(WeightMemory.MAPPED).build();
    return Engine.of(model, Optional.of(TOKENIZER), Optional.empty(), Set.of(1), options);
  }

  /// The model would say abcabc… for ever; prompt lookup guesses as much.
  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void theTextStaysInTheGrammar(int guesses) {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 6, 2), guesses);
        Session session = engine.newSession(64)) {
      for (String regex : List.of("bcabcb", "(bca){3}bé", "b(c|é)(é|a)[bc]{9}")) {
        Request request = Request.of(new int[] {0, 2, 3, 4, 2, 3, 4, 2}, SamplingSettings.greedy());
        Completion completion =
            session
                .start(request.filters(List.of(GrammarFilter.of(automaton(regex), request))))
                .run();
        assertThat(completion.text()).matches(regex);
        assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
      }
    }
  }

  @Test
  void aTriggerBeginsIt() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 6, 2), 0);
        Session session = engine.newSession(64)) {
      Request request = Request.of(new int[] {0, 2}, SamplingSettings.greedy());
      Completion completion =
          session.start(request.filters(List.of(GrammarFilter.behind(4, automaton("bb"))))).run();
      assertThat(completion.text()).isEqualTo("bcbb");
    }
  }

  @Test
  void aTokenThatALaterFilterLetsPassIsAnError() {
    try (Engine engine = engine(TableModel.chain(2, 2, 3, 4, 2, 6, 2), 0);
        Session session = engine.newSession(64)) {
      Request request = Request.of(new int[] {0, 2}, SamplingSettings.greedy());
      LogitsFilter meddling = (logits, history) -> logits[2] = 99;
      Generation generation =
          session.start(
              request.filters(List.of(GrammarFilter.of(automaton("bb"), request), meddling)));
      assertThatThrownBy(generation::run)
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "step 0: token 2 leaves the grammar; a filter behind the grammar's let it pass");
    }
  }
}
