import { byId, make, oncePerFrame } from "./elements.mjs";
import { RoutingCounts, baselines, chanceRange } from "./statistics.mjs";
import { percent, visible } from "./words.mjs";

/** So many colours tell experts apart; the number beside them always does. */
const COLOURS = 8;
/** Fewer neighbours than this say little. */
const FEW = 30;

const colour = (expert) => `e${expert % COLOURS}`;
const badge = (expert) => make("span", { class: `badge ${colour(expert)}` }, String(expert));

/**
 * The experts view: tokens in the colours of their experts, one token at all layers, loads and
 * repeats.
 */
export class ExpertsView {
  #experts = 0;
  #chosen = 0;
  #layers = 0;
  #conversation;
  /** The answer that is shown, or null. */
  shown = null;
  /** The tokens that have buttons, in order. */
  #drawn = [];
  #draw = oncePerFrame(() => this.#drawNow());
  #table = null;

  constructor(conversation) {
    this.#conversation = conversation;
    clearInspector();
    byId("layer").addEventListener("input", () => this.#relayer());
    byId("with-prompt").addEventListener("change", () => this.#redraw());
    const tokens = byId("tokens");
    tokens.addEventListener("keydown", (event) => this.#move(event));
    for (const name of ["focusin", "pointerover"]) {
      tokens.addEventListener(name, (event) => this.#inspectTarget(event.target));
    }
  }

  /** Whether the prompt's tokens are wanted. */
  get withPrompt() {
    return byId("with-prompt").checked;
  }

  /** Takes another model, of so many experts and layers, of which each token visits `chosen`. */
  model({ experts, chosen, layers }) {
    this.#experts = experts;
    this.#chosen = chosen;
    this.#layers = layers;
    byId("dense").hidden = experts > 0;
    byId("mixture").hidden = experts === 0;
    if (experts === 0) {
      return;
    }
    byId("lead").textContent =
      `At every layer a router sends each token to ${chosen} of ${experts} experts; a token's ` +
      "colour and small number show the one it trusts most at the layer you choose." +
      (experts > COLOURS ? ` Colours come again after ${COLOURS}, numbers do not.` : "");
    byId("layer").max = String(layers - 1);
    const entries = Array.from({ length: experts }, (_, e) => make("li", {}, badge(e)));
    byId("legend").replaceChildren(...entries);
    this.#table = null;
    this.#redraw();
  }

  get #layer() {
    return byId("layer").valueAsNumber;
  }

  /** Shows the tokens of an answer, or of none. */
  show(answer) {
    if (this.shown !== answer) {
      clearInspector();
    }
    this.shown = answer;
    this.#redraw();
  }

  /** Tells that tokens came, or that answers went. */
  changed() {
    this.#draw();
  }

  #redraw() {
    this.#drawn = [];
    byId("tokens").replaceChildren();
    this.#draw();
  }

  #drawNow() {
    if (this.#experts === 0) {
      return;
    }
    byId("layer-shown").textContent = `${this.#layer} of 0–${this.#layers - 1}`;
    byId("layer").setAttribute("aria-valuetext", `layer ${this.#layer}`);
    this.#drawTokens();
    const all = this.#conversation.answers.map((answer) => answer.trace.counts);
    const counts = RoutingCounts.sum(this.#experts, all);
    this.#drawLoad(counts);
    this.#drawRepeats(counts);
  }

  #drawTokens() {
    const trace = this.shown?.trace;
    const wanted = (trace?.tokens ?? []).filter((t) => this.withPrompt || !trace.isPrompt(t));
    // What was taken for an answer's token may turn out to be the prompt's.
    if (this.#drawn.some((token, i) => token !== wanted[i])) {
      this.#drawn = [];
      byId("tokens").replaceChildren();
    }
    const fresh = wanted.slice(this.#drawn.length);
    byId("tokens").append(...fresh.flatMap((token) => this.#button(token, trace)));
    this.#drawn = wanted;
    byId("tokens-hint").textContent = tokensHint(wanted, trace, this.withPrompt);
    const first = byId("tokens").querySelector("button");
    if (first !== null && byId("tokens").querySelector("[tabindex='0']") === null) {
      first.tabIndex = 0;
    }
  }

  #button(token, trace) {
    const button = make(
      "button",
      { type: "button", tabindex: "-1" },
      make("span", { class: "word" }, visible(token.text)),
      make("span", { class: "number" }),
    );
    button.token = token;
    this.#paint(button, trace);
    if (token.text.endsWith("\n")) {
      return [button, make("br")];
    }
    return token.text.startsWith("\n") ? [make("br"), button] : [button];
  }

  #paint(button, trace) {
    const token = button.token;
    const expert = token.experts[this.#layer][0];
    const prompt = trace.isPrompt(token);
    button.className = `token ${colour(expert)}${prompt ? " prompt" : ""}`;
    button.lastChild.textContent = String(expert);
    const told = token.experts[this.#layer]
      .map((e, rank) => `expert ${e} with ${percent(token.gates[this.#layer][rank])}`)
      .join(", ");
    button.setAttribute("aria-label", `${visible(token.text)}: ${told}`);
  }

  #relayer() {
    for (const button of byId("tokens").querySelectorAll("button")) {
      this.#paint(button, this.shown.trace);
    }
    for (const item of byId("inspector-layers").children) {
      item.classList.toggle("chosen", Number(item.dataset.layer) === this.#layer);
    }
    this.#draw();
  }

  /** One stop of Tab for all tokens; arrows, Home and End go from one to the next. */
  #move(event) {
    const buttons = [...byId("tokens").querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (to !== undefined && buttons[to] !== undefined) {
      event.preventDefault();
      buttons[to].focus();
    }
  }

  #inspectTarget(target) {
    const button = target.closest("button");
    if (button === null) {
      return;
    }
    if (document.activeElement === button) {
      byId("tokens").querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
      button.tabIndex = 0;
    }
    byId("tokens").querySelector(".inspected")?.classList.remove("inspected");
    button.classList.add("inspected");
    this.#inspect(button.token);
  }

  #inspect(token) {
    byId("inspector-text").replaceChildren(
      make("strong", { class: "word" }, visible(token.text)),
      ` is token ${token.id} of the vocabulary, at position ${token.position}.`,
    );
    const items = token.experts.map((chosen, layer) => {
      const rows = chosen.map((expert, rank) =>
        make("span", {}, badge(expert), ` ${percent(token.gates[layer][rank])}`),
      );
      const item = make("li", { "data-layer": String(layer) });
      item.append(make("span", { class: "layer" }, `layer ${layer}`), ...rows);
      item.classList.toggle("chosen", layer === this.#layer);
      return item;
    });
    byId("inspector-layers").replaceChildren(...items);
  }

  /** The rows of both tables are made once and then only filled. */
  #tables() {
    if (this.#table === null) {
      const numbers = Array.from({ length: this.#experts }, (_, e) => badge(e));
      this.#table = {
        load: table(byId("load"), "Share of visits, by layer and expert", numbers, this.#layers),
        repeats: table(
          byId("repeats"),
          "Share of neighbouring tokens, by layer",
          ["Same first choice", "An expert in common"],
          this.#layers,
        ),
      };
    }
    return this.#table;
  }

  #drawLoad(counts) {
    const { load } = this.#tables();
    const even = 1 / this.#experts;
    load.forEach(({ row, cells }, layer) => {
      row.classList.toggle("chosen", layer === this.#layer);
      const shares = counts.visits[layer] ? counts.load(layer) : [];
      cells.forEach((cell, expert) => {
        const share = shares[expert] ?? NaN;
        cell.textContent = Number.isNaN(share) ? "" : String(Math.round(100 * share));
        // Half the colour at an even share, all of it at twice that.
        const heat = Number.isNaN(share) ? 0 : Math.min(1, share / even / 2);
        cell.style.setProperty("--heat", `${(100 * heat).toFixed(1)}%`);
      });
    });
    byId("load-hint").textContent =
      "How the tokens computed for this conversation spread over the experts, in percent of each " +
      `layer's visits; an even spread gives each ${percent(even, 1)}. What was computed again, such ` +
      "as an earlier message that was not in the cache, counts again.";
  }

  #drawRepeats(counts) {
    const { repeats } = this.#tables();
    const chance = baselines(this.#experts, this.#chosen);
    const kinds = [chance.first, chance.any];
    repeats.forEach(({ row, cells }, layer) => {
      row.classList.toggle("chosen", layer === this.#layer);
      const shares = Object.values(counts.repeats(layer));
      cells.forEach((cell, kind) => {
        cell.textContent = percent(shares[kind]);
        cell.style.setProperty("--share", percent(Number.isNaN(shares[kind]) ? 0 : shares[kind], 1));
        cell.style.setProperty("--chance", percent(kinds[kind], 1));
      });
    });
    byId("repeats-hint").textContent = repeatsHint(counts.pairs, chance);
  }
}

function clearInspector() {
  byId("inspector-text").textContent =
    "Point at a token, or move to it with Tab and the arrow keys, to see its experts and gate " +
    "weights at every layer.";
  byId("inspector-layers").replaceChildren();
}

function tokensHint(tokens, trace, withPrompt) {
  if (trace === undefined) {
    return "They appear here with the first answer.";
  }
  if (tokens.length === 0) {
    return "No token was routed yet.";
  }
  const parts = ["The last token of an answer is not fed to the model again, so it has no experts."];
  if (withPrompt && tokens[0].position > 0) {
    parts.push(`The prompt's first ${tokens[0].position} tokens were not computed again.`);
  }
  return parts.join(" ");
}

function repeatsHint(pairs, chance) {
  const lot =
    `By lot ${percent(chance.first, 1)} of neighbouring tokens would share their first choice and ` +
    `${percent(chance.any, 1)} at least one expert (the upright lines).`;
  if (pairs < FEW) {
    return `${lot} ${pairs} pairs of neighbours are too few to say more.`;
  }
  const range = chanceRange(chance.first, pairs);
  return (
    `${lot} Over ${pairs} pairs of neighbours, first choices between ${percent(range.low)} and ` +
    `${percent(range.high)} may still be chance.`
  );
}

/** Fills a table with a head and empty cells; returns the rows of its body. */
function table(element, caption, heads, layers) {
  const head = make("tr", {}, make("th", { scope: "col" }, "Layer"));
  heads.forEach((content) => head.append(make("th", { scope: "col" }, content)));
  const rows = Array.from({ length: layers }, (_, layer) => {
    const cells = heads.map(() => make("td"));
    const row = make("tr", {}, make("th", { scope: "row" }, String(layer)), ...cells);
    return { row, cells };
  });
  element.replaceChildren(
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, head),
    make("tbody", {}, ...rows.map(({ row }) => row)),
  );
  return rows;
}
