import { EventParser } from "./sse.mjs";
import { explain } from "./words.mjs";

/** Why a request failed, in words for the reader. `status` is 0 where no answer came. */
export class Trouble extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const SILENT = "The server does not answer. Is it still running?";
const BROKEN = "The connection broke off before the answer was complete.";

async function ask(path, key, options = {}) {
  const headers = { ...options.headers };
  if (key !== "") {
    headers.Authorization = `Bearer ${key}`;
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (e) {
    throw e.name === "AbortError" ? e : new Trouble(SILENT);
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    const retryAfter = response.headers.get("retry-after");
    throw new Trouble(explain(response.status, body.error ?? {}, retryAfter), response.status);
  }
  return response;
}

/** The models that are served, each with what is told of it in `meta`. */
export async function models(key) {
  const response = await ask("v1/models", key);
  return (await response.json()).data;
}

/**
 * Asks for an answer in pieces.
 *
 * @param {object} request of /v1/chat/completions
 * @param {AbortSignal} signal ends it
 * @param {(piece: object) => void} onPiece gets each chunk
 * @throws {Trouble} if it fails, before or midway
 * @throws {DOMException} AbortError if the signal ended it
 */
export async function chat(request, key, signal, onPiece) {
  const response = await ask("v1/chat/completions", key, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  let done = false;
  const parser = new EventParser((data) => {
    if (data === "[DONE]") {
      done = true;
      return;
    }
    const piece = JSON.parse(data);
    if (piece.error) {
      throw new Trouble(`The answer broke off. The server says: ${piece.error.message}`, 500);
    }
    onPiece(piece);
  });
  const decoder = new TextDecoder();
  for await (const bytes of chunks(response.body)) {
    parser.push(decoder.decode(bytes, { stream: true }));
  }
  if (!done) {
    throw new Trouble(BROKEN);
  }
}

/** A stream's pieces; not every browser iterates over streams itself. */
async function* chunks(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read().catch((e) => {
      throw e.name === "AbortError" ? e : new Trouble(BROKEN);
    });
    if (done) {
      return;
    }
    yield value;
  }
}
