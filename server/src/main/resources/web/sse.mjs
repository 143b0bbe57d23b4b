/**
 * Reads server-sent events (WHATWG HTML, section 9.2) from text that arrives in pieces of any size.
 * Only the data of unnamed events is told, which is all that OpenAI's API sends.
 */
export class EventParser {
  #onData;
  #line = "";
  #data = [];
  #started = false;
  #afterReturn = false;

  /** @param {(data: string) => void} onData called once for each event */
  constructor(onData) {
    this.#onData = onData;
  }

  /** Takes the next piece. An event that has not ended with an empty line is not told. */
  push(piece) {
    let text = piece;
    if (!this.#started && text.length > 0) {
      this.#started = true;
      text = text.replace(/^\uFEFF/, "");
    }
    // A line may end with CR LF, and a piece between the two.
    if (this.#afterReturn && text.length > 0) {
      this.#afterReturn = false;
      text = text.replace(/^\n/, "");
    }
    this.#afterReturn = text.endsWith("\r") || (text === "" && this.#afterReturn);
    const lines = text.split(/\r\n|\r|\n/);
    lines[0] = this.#line + lines[0];
    this.#line = lines.pop();
    lines.forEach((line) => this.#take(line));
  }

  #take(line) {
    if (line === "") {
      const data = this.#data;
      this.#data = [];
      if (data.length > 0) {
        this.#onData(data.join("\n"));
      }
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === "data") {
      this.#data.push(value);
    }
  }
}
