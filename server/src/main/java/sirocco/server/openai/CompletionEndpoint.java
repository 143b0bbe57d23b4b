package sirocco.server.openai;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import sirocco.Form;
import sirocco.PreparedPrompt;
import sirocco.Prompt;
import sirocco.json.JsonFields;
import sirocco.server.http.Endpoint;
import sirocco.server.http.Exchange;
import sirocco.server.http.ProblemException;

/// `POST /v1/completions`.
public record CompletionEndpoint(Served served) implements Endpoint {
  /// What OpenAI's API makes where a request does not say.
  private static final int MAX_TOKENS = 16;

  private static final int TOP = 20;

  private static final FieldRules FIELDS =
      new FieldRules(
          CommonFields.NAMES,
          Set.of("prompt", "logprobs", "echo", "best_of", "response_format", "regex", "grammar"));

  @Override
  public void answer(Exchange exchange) {
    JsonFields fields = exchange.json();
    FIELDS.check(fields);
    CommonFields common = CommonFields.parse(fields, served, MAX_TOKENS);
    if (fields.integer("best_of", common.n()) != common.n()) {
      throw ProblemException.invalid("best_of: only as many as n are made; take it out");
    }
    boolean logprobs = fields.has("logprobs");
    boolean echo = fields.flag("echo", false);
    boolean scores = echo && logprobs;
    if (scores && common.stream()) {
      throw ProblemException.invalid(
          "echo: the prompt's own probabilities come with the whole answer; take stream out");
    }
    int top = CommonFields.count(fields, "logprobs", 0, 0, TOP);
    List<int[]> prompts = Inputs.parse(fields, "prompt", served);
    if (prompts.size() * common.n() > Served.CHOICES) {
      throw ProblemException.invalid(
          "n: at most " + Served.CHOICES + " answers a request, over all prompts");
    }
    if (served.logsPrompts()) {
      exchange.note("prompt", fields.node().get("prompt"));
    }
    TokenTexts texts = new TokenTexts(served.tokenizer());
    Logprobs shown = new Logprobs(logprobs, top, texts, served.engine().eosTokens());
    Form form = TextForm.parse(fields);
    List<PreparedPrompt> prepared =
        prompts.stream()
            .map(ids ->
                Prompt.of(new Prompt.Content.Ids(IntStream.of(ids).boxed().toList())).form(form))
            .flatMap(prompt -> served.prepare(prompt.topLogprobs(top), common).stream())
            .map(prompt -> scores ? prompt.scoredFrom(0) : prompt)
            .toList();
    new Answering(served, exchange, common, shape(shown, prepared, echo, scores), logprobs)
        .run(prepared);
  }

  private CompletionShape shape(
      Logprobs shown, List<PreparedPrompt> prepared, boolean echo, boolean scores) {
    List<int[]> prompts = prepared.stream().map(prompt -> prompt.request().prompt()).toList();
    return new CompletionShape(
        shown,
        prompts,
        prompts.stream().map(prompt -> echo ? served.tokenizer().decode(prompt) : "").toList(),
        scores);
  }
}
