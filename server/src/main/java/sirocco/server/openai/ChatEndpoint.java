package sirocco.server.openai;

import java.util.List;
import sirocco.engine.Request;
import sirocco.json.JsonFields;
import sirocco.server.http.Endpoint;
import sirocco.server.http.Exchange;

/// `POST /v1/chat/completions`.
public record ChatEndpoint(Served served) implements Endpoint {
  @Override
  public void answer(Exchange exchange) {
    JsonFields fields = exchange.json();
    ChatRequest chat = ChatRequest.parse(fields, served);
    int[] prompt =
        ChatRequest.inMessages(
            () -> served.engine().encode(chat.messages(), chat.tools().offered()));
    served.checkLength("messages", prompt.length);
    if (served.logsPrompts()) {
      exchange.note("messages", fields.node().get("messages"));
    }
    List<Request> requests =
        chat.settings().stream()
            .map(settings ->
                chat.held(
                    Request.of(prompt, settings)
                        .answers(true)
                        .topLogprobs(chat.topLogprobs())
                        .adapter(chat.common().adapter())))
            .toList();
    new Answering(
            served, exchange, chat.common(), new ChatShape(chat.logprobs(served)), chat.logprobs())
        .run(requests, () -> chat.tools().reader());
  }
}
