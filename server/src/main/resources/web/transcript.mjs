import { make } from "./elements.mjs";
import { blocks, figuresLine } from "./words.mjs";

/** How close to its end a text is still being followed, in CSS pixels. */
const NEAR = 60;

/** The messages on the page. */
export class Transcript {
  #list;
  #scroll;
  #actions;
  #items = new Map();

  /**
   * @param {HTMLElement} list holds the messages
   * @param {HTMLElement} scroll what scrolls them
   * @param {{edit, copy, again, trace}} actions called with a message
   */
  constructor(list, scroll, actions) {
    this.#list = list;
    this.#scroll = scroll;
    this.#actions = actions;
  }

  /** Shows these messages; what stays is not touched, so a selection or the focus in it lives. */
  show(messages) {
    for (const [message, item] of this.#items) {
      if (!messages.includes(message)) {
        item.remove();
        this.#items.delete(message);
      }
    }
    messages.forEach((message, i) => {
      if (!this.#items.has(message)) {
        const item = this.#item(message);
        this.#items.set(message, item);
        this.#list.insertBefore(item, this.#list.children[i] ?? null);
      }
      this.update(message);
    });
  }

  /** Shows what has become of a message. */
  update(message) {
    const follow =
      this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < NEAR;
    const item = this.#items.get(message);
    fill(item.querySelector(".said"), message.role === "user" ? plain(message) : blocks(message.text));
    const figures = item.querySelector(".figures");
    if (figures !== null) {
      figures.textContent = message.figures ? figuresLine(message.figures) : "";
      item.classList.toggle("waiting", !message.figures && message.text === "");
      item.querySelector(".actions").hidden = !message.figures;
    }
    if (follow) {
      this.#scroll.scrollTop = this.#scroll.scrollHeight;
    }
  }

  /** Marks the answer whose experts are shown. */
  mark(chosen) {
    for (const [message, item] of this.#items) {
      const button = item.querySelector(".show-trace");
      button?.setAttribute("aria-pressed", String(message === chosen));
      if (button !== null) {
        button.hidden = message.trace === undefined || message.trace.tokens.length === 0;
      }
    }
  }

  #item(message) {
    const own = message.role === "user";
    const action = (name, label, shown) => {
      const button = make("button", { type: "button", class: `quiet ${name}` }, label);
      button.addEventListener("click", () => shown(message, button));
      return button;
    };
    const actions = own
      ? [action("edit", "Edit", this.#actions.edit)]
      : [
          action("copy", "Copy", this.#actions.copy),
          action("again", "Regenerate", this.#actions.again),
          action("show-trace", "Experts", this.#actions.trace),
        ];
    return make(
      "li",
      { class: message.role },
      make("h2", { class: "unseen" }, own ? "You" : "Answer"),
      make("div", { class: "said" }),
      make(
        "div",
        { class: "foot" },
        ...(own ? [] : [make("p", { class: "figures" })]),
        make("div", { class: "actions" }, ...actions),
      ),
    );
  }
}

function plain(message) {
  return [{ kind: "text", text: message.text }];
}

/** Makes the blocks' elements, and leaves those that are as they should be. */
function fill(place, wanted) {
  wanted.forEach(({ kind, text }, i) => {
    const name = kind === "code" ? "PRE" : "P";
    let element = place.children[i];
    if (element?.tagName !== name) {
      element = make(name.toLowerCase());
      if (kind === "code") {
        element.append(make("code"));
        // Long lines scroll, and what scrolls must be reachable by keys.
        element.tabIndex = 0;
        element.setAttribute("role", "region");
        element.setAttribute("aria-label", "Code");
      }
      place.children[i]?.remove();
      place.insertBefore(element, place.children[i] ?? null);
    }
    const holder = element.firstElementChild ?? element;
    if (holder.textContent !== text) {
      holder.textContent = text;
    }
  });
  while (place.children.length > wanted.length) {
    place.lastElementChild.remove();
  }
}
