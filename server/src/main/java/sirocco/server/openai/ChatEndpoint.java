package sirocco.server.openai;

import java.util.List;
import sirocco.PreparedPrompt;
import sirocco.json.JsonFields;
import sirocco.server.http.Endpoint;
import sirocco.server.http.Exchange;

/// `POST /v1/chat/completions`.
public record ChatEndpoint(Served served) implements Endpoint {
  @Override
  public void answer(Exchange exchange) {
    JsonFields fields = exchange.json();
    ChatRequest chat = ChatRequest.parse(fields, served);
    List<PreparedPrompt> prompts =
        ChatRequest.inMessages(() -> served.prepare(chat.prompt(), chat.common()));
    served.checkLength("messages", prompts.getFirst().request().prompt().length);
    if (served.logsPrompts()) {
      exchange.note("messages", fields.node().get("messages"));
    }
    new Answering(
            served, exchange, chat.common(), new ChatShape(chat.logprobs(served)), chat.logprobs())
        .run(prompts);
  }
}
