package sirocco.server.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import sirocco.engine.GrammarFilter;
import sirocco.engine.LogitsFilter;
import sirocco.engine.Request;
import sirocco.engine.SamplingSettings;
import sirocco.json.JsonFields;
import sirocco.server.http.Endpoint;
import sirocco.server.http.Exchange;
import sirocco.server.http.ProblemException;
import sirocco.text.grammar.TokenAutomaton;

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
    List<Request> requests =
        requests(prompts, common, TextForm.parse(fields, served)).stream()
            .map(request ->
                request.topLogprobs(top).scoredFrom(scores ? 0 : request.prompt().length))
            .toList();
    new Answering(served, exchange, common, shape(shown, requests, echo, scores), logprobs)
        .run(requests, AnswerReader::text);
  }

  private CompletionShape shape(
      Logprobs shown, List<Request> requests, boolean echo, boolean scores) {
    List<int[]> prompts = requests.stream().map(Request::prompt).toList();
    return new CompletionShape(
        shown,
        prompts,
        prompts.stream().map(prompt -> echo ? served.tokenizer().decode(prompt) : "").toList(),
        scores);
  }

  private static List<Request> requests(
      List<int[]> prompts, CommonFields common, Optional<TokenAutomaton> form) {
    List<Request> requests = new ArrayList<>();
    for (int[] prompt : prompts) {
      for (SamplingSettings settings : common.settingsOfChoices()) {
        Request request = Request.of(prompt, settings).adapter(common.adapter());
        List<LogitsFilter> filters =
            form.<LogitsFilter>map(f -> GrammarFilter.of(f, request)).stream().toList();
        requests.add(request.filters(filters));
      }
    }
    return requests;
  }
}
