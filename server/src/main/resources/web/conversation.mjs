import { RoutingCounts } from "./statistics.mjs";

/** Which experts the tokens of one request went to: of what was new in its prompt, and its answer. */
export class Trace {
  /** @type {object[]} tokens in order */
  tokens = [];

  /** @param {number} experts of a layer; 0 for a dense model */
  constructor(experts) {
    this.counts = new RoutingCounts(experts);
    /** Where the answer starts; known when the first piece of it comes. */
    this.answerFrom = Infinity;
  }

  add(token) {
    this.tokens.push(token);
    this.counts.add(token);
  }

  /** Whether a token is the prompt's. */
  isPrompt(token) {
    return token.position < this.answerFrom;
  }
}

/**
 * What was said. A message is `{role, text}`; an answer also has its `trace` and, once it is over,
 * its `figures`.
 */
export class Conversation {
  messages = [];

  /** What the server gets, under a system prompt or "". */
  forServer(system) {
    const opening = system === "" ? [] : [{ role: "system", content: system }];
    return [...opening, ...this.messages.map(({ role, text }) => ({ role, content: text }))];
  }

  /** All answers. */
  get answers() {
    return this.messages.filter((message) => message.role === "assistant");
  }
}
