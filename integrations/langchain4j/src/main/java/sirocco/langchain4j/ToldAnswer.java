package sirocco.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import java.lang.System.Logger;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import sirocco.AnswerStream;
import sirocco.Event;
import sirocco.LanguageModel;
import sirocco.text.Message.ToolCall;

/// Tells a handler of one answer, on the thread that runs this.
final class ToldAnswer implements Runnable, StreamingHandle {
  private final LanguageModel model;
  private final ChatRequest request;
  private final StreamingChatResponseHandler handler;
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private volatile Optional<AnswerStream> stream = Optional.empty();

  ToldAnswer(LanguageModel model, ChatRequest request, StreamingChatResponseHandler handler) {
    this.model = model;
    this.request = request;
    this.handler = handler;
  }

  @Override
  public void run() {
    try (AnswerStream events = Asking.stream(model, request)) {
      stream = Optional.of(events);
      while (!cancelled.get() && events.hasNext()) {
        Event event = events.next();
        // what ends a cancelled answer may be what was waited for
        if (!cancelled.get()) {
          tell(event);
        }
      }
    } catch (RuntimeException e) {
      if (!cancelled.get()) {
        tellError(Failures.inAnswer(model, e));
      }
    }
  }

  private void tell(Event event) {
    switch (event) {
      case Event.Text(String text) ->
          tell(() ->
              handler.onPartialResponse(
                  new PartialResponse(text), new PartialResponseContext(this)));
      case Event.Call(int index, ToolCall call) -> tell(index, call);
      case Event.Done(var answer) ->
          tell(() -> handler.onCompleteResponse(Answers.response(model, request, answer)));
      case Event.Token _, Event.Routing _ -> {}
    }
  }

  /// All of a call is known at once, so its only part is the whole.
  private void tell(int index, ToolCall call) {
    PartialToolCall part =
        PartialToolCall.builder()
            .index(index)
            .id(call.id())
            .name(call.name())
            .partialArguments(call.arguments())
            .build();
    tell(() -> handler.onPartialToolCall(part, new PartialToolCallContext(this)));
    if (!cancelled.get()) {
      var whole = new CompleteToolCall(index, Answers.request(call));
      tell(() -> handler.onCompleteToolCall(whole));
    }
  }

  private void tell(Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      tellError(e);
    }
  }

  private void tellError(RuntimeException error) {
    try {
      handler.onError(error);
    } catch (RuntimeException e) {
      System.getLogger(ToldAnswer.class.getName())
          .log(Logger.Level.WARNING, "what a handler's onError threw is ignored", e);
    }
  }

  @Override
  public void cancel() {
    cancelled.set(true);
    stream.ifPresent(AnswerStream::cancel);
  }

  @Override
  public boolean isCancelled() {
    return cancelled.get();
  }
}
