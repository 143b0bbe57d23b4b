package sirocco.langchain4j;

import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import sirocco.LanguageModel;
import sirocco.engine.EngineException;
import sirocco.engine.QueueFullException;
import sirocco.engine.SchedulerStoppedException;
import sirocco.text.TemplateException;
import sirocco.text.TokenizerException;
import sirocco.text.grammar.GrammarException;

/// Sirocco's exceptions as LangChain4j's, which tell whether to try again.
final class Failures {
  private Failures() {}

  /// What went wrong before the first token: what was asked is to blame, unless the model is busy
  /// or closed.
  static RuntimeException beforeAnswer(RuntimeException e) {
    return switch (e) {
      case LangChain4jException _ -> e;
      case QueueFullException _ -> new RateLimitException(e.getMessage(), e);
      case SchedulerStoppedException _ -> new NonRetriableException(e.getMessage(), e);
      case GrammarException _ -> unsupported(e);
      case TemplateException _,
          TokenizerException _,
          EngineException _,
          IllegalArgumentException _ ->
          new InvalidRequestException(e.getMessage(), e);
      default -> e;
    };
  }

  private static RuntimeException unsupported(RuntimeException e) {
    var told = new UnsupportedFeatureException(e.getMessage() + "; this is not supported");
    told.initCause(e);
    return told;
  }

  /// What broke an answer off.
  static RuntimeException inAnswer(LanguageModel model, RuntimeException e) {
    return switch (e) {
      case LangChain4jException _ -> e;
      case SchedulerStoppedException _ when !model.scheduler().status().accepting() ->
          new NonRetriableException(e.getMessage(), e);
      case SchedulerStoppedException _, EngineException _ ->
          new InternalServerException(e.getMessage(), e);
      default -> e;
    };
  }
}
