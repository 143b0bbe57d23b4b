package sirocco.engine;

import java.util.OptionalInt;
import sirocco.text.grammar.Matcher;
import sirocco.text.grammar.TokenAutomaton;

/// Bars every token with which the generated text would leave a grammar. It belongs to one
/// generation, and to be safe it is the last of its filters. The automaton's end tokens must be the
/// engine's.
public final class GrammarFilter implements LogitsFilter {
  private final Matcher matcher;
  private final OptionalInt trigger;
  private boolean begun;

  /// Generated tokens that were read.
  private int read;

  private GrammarFilter(Matcher matcher, OptionalInt trigger) {
    this.matcher = matcher;
    this.trigger = trigger;
    this.begun = trigger.isEmpty();
  }

  /// A filter for all that this request generates.
  ///
  /// @param request says whether the text stands by itself, which decides over a leading space; the
  ///   filter is to be added to it ([Request#filters])
  public static GrammarFilter of(TokenAutomaton automaton, Request request) {
    boolean starts = Generation.startsText(automaton.tokenizer(), request);
    return new GrammarFilter(automaton.matcher(starts), OptionalInt.empty());
  }

  /// A filter for what follows the first token of this id, such as `[TOOL_CALLS]`; before it
  /// anything may be generated. What follows is a text that stands by itself.
  public static GrammarFilter behind(int trigger, TokenAutomaton automaton) {
    return new GrammarFilter(automaton.matcher(true), OptionalInt.of(trigger));
  }

  /// @throws EngineException if a token was generated that this filter barred
  @Override
  public void apply(float[] logits, TokenHistory history) {
    for (; read < history.generatedSize(); read++) {
      int id = history.id(history.promptSize() + read);
      if (!begun) {
        begun = id == trigger.orElse(-1);
      } else if (!matcher.accept(id)) {
        throw new EngineException(
            "step "
                + read
                + ": token "
                + id
                + " leaves the grammar; a filter behind the grammar's let it pass");
      }
    }
    if (begun && !matcher.isEnded()) {
      matcher.allowed().bar(logits);
    }
  }
}
