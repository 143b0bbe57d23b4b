/** Texts: of answers, of figures, and of what went wrong. */

/**
 * Cuts an answer into what is shown: paragraphs, and code between lines of three backticks. A block
 * of code that is still open runs to the end.
 *
 * @returns {{kind: "text" | "code", text: string}[]}
 */
export function blocks(answer) {
  const found = [];
  let kind = "text";
  let lines = [];
  const close = () => {
    const text = kind === "code" ? lines.join("\n") : lines.join("\n").trim();
    if (text !== "" || kind === "code") {
      found.push({ kind, text });
    }
    lines = [];
  };
  for (const line of answer.split("\n")) {
    if (/^\s*```/.test(line)) {
      close();
      kind = kind === "code" ? "text" : "code";
    } else if (kind === "text" && line.trim() === "") {
      close();
    } else {
      lines.push(line);
    }
  }
  if (lines.length > 0 || kind === "code") {
    close();
  }
  return found;
}

/**
 * Gives a text that grows in portions worth reading out: whole sentences, never single tokens.
 */
export class Sentences {
  #taken = 0;

  /** What of the text so far is complete and was not given yet; "" if there is nothing. */
  next(text) {
    const rest = text.slice(this.#taken);
    const end = Math.max(
      ...[...rest.matchAll(/[.!?…:](?=\s)|\n|[。！？]/g)].map((m) => m.index + 1),
      0,
    );
    this.#taken += end;
    return rest.slice(0, end).trim();
  }

  /** What is left of the whole text. */
  last(text) {
    const rest = text.slice(this.#taken);
    this.#taken = text.length;
    return rest.trim();
  }
}

/** A share as a percentage. */
export function percent(share, digits = 0) {
  return Number.isNaN(share) ? "–" : `${(100 * share).toFixed(digits)}%`;
}

const ENDINGS = new Map([
  ["stop", ""],
  ["length", "stopped at the token limit"],
  ["context", "stopped: the context is full"],
  ["timeout", "stopped: it took too long"],
  ["cancelled", "stopped by the server"],
  ["stopped", "stopped by you"],
]);

/**
 * How an answer came about, in a line.
 *
 * @param {{tokens: number, firstToken: number, seconds: number, ending: string}} figures
 *     firstToken: seconds until it came; seconds: from the first token to the last
 */
export function figuresLine({ tokens, firstToken, seconds, ending }) {
  const parts = [tokens === 1 ? "1 token" : `${tokens} tokens`];
  if (tokens > 1 && seconds > 0) {
    parts.push(`${((tokens - 1) / seconds).toFixed(1)} tokens/s`);
  }
  parts.push(`first after ${firstToken.toFixed(2)} s`);
  parts.push(ENDINGS.get(ending) ?? ending);
  return parts.filter((part) => part !== "").join(" · ");
}

/**
 * What an answer of HTTP that is not 200 means for the reader.
 *
 * @param {object} error of OpenAI's API, `{message, param, …}`; {} where the body was none
 * @param {string | null} retryAfter seconds, as the header says
 */
export function explain(status, error, retryAfter) {
  const message = error.message ?? "";
  const said = message === "" ? "" : ` It says: ${message}`;
  const later = retryAfter === null ? "Try again soon." : `Try again in ${retryAfter} s.`;
  switch (status) {
    case 401:
      return "This server needs an API key, and the one given is missing or not known.";
    case 403:
      return `The server does not let this page in.${said}`;
    case 404:
      return `The server does not know what was asked for.${said}`;
    case 413:
      return "The conversation is larger than the server takes. Start a new one.";
    case 429:
      return `The server is busy, or you ask too often. ${later}`;
    case 503:
      return `The server cannot answer now. ${later}${said}`;
    default:
      return status >= 500
        ? `Something broke in the server (HTTP ${status}).${said}`
        : `The server did not accept this.${said}`;
  }
}

/** A token's text with what cannot be seen made visible. */
export function visible(text) {
  if (text === "") {
    return "∅";
  }
  return text.replaceAll("\r", "␍").replaceAll("\n", "↵").replaceAll("\t", "⇥");
}
