import { Trouble, chat, models } from "./api.mjs";
import { Conversation, Trace } from "./conversation.mjs";
import { byId, oncePerFrame } from "./elements.mjs";
import { ExpertsView } from "./experts.mjs";
import { Sampling, apiKey, keepApiKey, themeButton } from "./settings.mjs";
import { Transcript } from "./transcript.mjs";
import { Sentences } from "./words.mjs";

const UNAUTHORIZED = 401;

const conversation = new Conversation();
const sampling = new Sampling(byId("sampling"));
const experts = new ExpertsView(conversation);
const transcript = new Transcript(byId("transcript"), byId("scroll"), {
  edit: startEditing,
  copy,
  again: (message) => answer(conversation.messages.slice(0, conversation.messages.indexOf(message))),
  trace: (message) => {
    showTrace(message);
    showView("experts");
  },
});

/** What `meta` of /v1/models says, by model. */
const metas = new Map();
/** Ends the answer under way; null while there is none. */
let underWay = null;
/** The message whose place the next one takes, or null. */
let edited = null;

// --- views ---------------------------------------------------------------------------------------

function showView(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === name));
  }
}

function showTrace(message) {
  experts.show(message);
  transcript.mark(message);
}

function showMessages() {
  transcript.show(conversation.messages);
  byId("empty").hidden = conversation.messages.length > 0;
  const last = conversation.answers.at(-1) ?? null;
  showTrace(conversation.messages.includes(experts.shown) ? experts.shown : last);
}

function showTrouble(trouble) {
  byId("trouble").textContent = trouble?.message ?? "";
  const needsKey = trouble?.status === UNAUTHORIZED;
  byId("key-form").hidden = !needsKey;
  if (needsKey) {
    byId("key").focus();
  }
}

// --- models --------------------------------------------------------------------------------------

async function loadModels() {
  try {
    const list = await models(apiKey());
    list.forEach((model) => metas.set(model.id, model.meta));
    byId("model").replaceChildren(...list.map((model) => new Option(model.id)));
    showTrouble(null);
    chooseModel();
  } catch (trouble) {
    showTrouble(trouble);
  }
}

function chooseModel() {
  const meta = metas.get(byId("model").value);
  experts.model({ experts: meta.experts, chosen: meta.experts_per_token, layers: meta.layers });
}

// --- asking --------------------------------------------------------------------------------------

async function send() {
  if (metas.size === 0) {
    await loadModels(); // the server may be there by now
  }
  const text = byId("message").value.trim();
  if (text === "" || underWay !== null || metas.size === 0) {
    return;
  }
  if (!sampling.valid) {
    showView("settings"); // a field that is hidden cannot be pointed at
    sampling.point();
    return;
  }
  const kept = edited === null ? conversation.messages.length : conversation.messages.indexOf(edited);
  byId("message").value = "";
  stopEditing();
  answer([...conversation.messages.slice(0, kept), { role: "user", text }]);
}

/** Asks for an answer to messages. If none comes, all is as it was, and the text to send again. */
async function answer(messages) {
  if (underWay !== null) {
    return;
  }
  const before = conversation.messages;
  const meta = metas.get(byId("model").value);
  const message = { role: "assistant", text: "", trace: new Trace(meta.experts) };
  conversation.messages = messages;
  const request = {
    model: byId("model").value,
    messages: conversation.forServer(sampling.system),
    ...sampling.members,
    ...(meta.experts > 0 ? { routing: experts.withPrompt ? "all" : true } : {}),
  };
  conversation.messages = [...messages, message];
  begin(message);
  let trouble = null;
  const receiver = new Receiver(message, request.routing === "all");
  try {
    await chat(request, apiKey(), underWay.signal, (piece) => receiver.take(piece));
  } catch (e) {
    trouble = e.name === "AbortError" ? null : e;
    receiver.ending = trouble === null ? "stopped" : "broken off";
  }
  receiver.finish();
  end(trouble);
  if (message.text === "" && message.figures.tokens === 0 && conversation.messages.includes(message)) {
    takeBack(before, messages);
  }
}

function begin(message) {
  underWay = new AbortController();
  showTrouble(null);
  byId("send").hidden = true;
  byId("stop").hidden = false;
  byId("spoken").replaceChildren();
  byId("message").focus();
  showMessages();
  showTrace(message);
  byId("scroll").scrollTop = byId("scroll").scrollHeight;
}

function end(trouble) {
  underWay = null;
  byId("send").hidden = false;
  const focused = document.activeElement === byId("stop");
  byId("stop").hidden = true;
  if (focused) {
    byId("message").focus();
  }
  showTrouble(trouble);
  showMessages();
}

/** Makes the conversation what it was before something was asked in vain. */
function takeBack(before, asked) {
  conversation.messages = before;
  showMessages();
  const last = asked.at(-1);
  if (before.includes(last) || byId("message").value !== "") {
    return;
  }
  const replaced = before[asked.length - 1];
  if (replaced !== undefined) {
    startEditing(replaced);
  }
  byId("message").value = last.text;
}

/** Puts an answer's pieces into its message, onto the page, and before the reader's ear. */
class Receiver {
  #message;
  #sent = performance.now();
  #first = 0;
  #last = 0;
  #tokens = 0;
  #sentences = new Sentences();
  #draw;
  #withPrompt;
  ending = "";

  constructor(message, withPrompt) {
    this.#message = message;
    this.#withPrompt = withPrompt;
    this.#draw = oncePerFrame(() => {
      transcript.update(message);
      speak(this.#sentences.next(message.text));
    });
  }

  take(piece) {
    const [choice] = piece.choices;
    if (piece.usage) {
      this.#tokens = piece.usage.completion_tokens;
      this.#message.trace.answerFrom = piece.usage.prompt_tokens;
      experts.changed();
    }
    if (choice === undefined) {
      return;
    }
    this.ending = choice.finish_reason ?? this.ending;
    this.#route(choice.routing?.tokens ?? []);
    if (choice.delta.content) {
      this.#last = performance.now();
      this.#first ||= this.#last;
      this.#tokens++;
      this.#message.text += choice.delta.content;
      this.#draw();
    }
  }

  /** The first tokens that come are the prompt's, as far as those were asked for. */
  #route(tokens) {
    const trace = this.#message.trace;
    if (tokens.length > 0 && trace.answerFrom === Infinity) {
      trace.answerFrom = this.#withPrompt ? tokens.at(-1).position + 1 : tokens[0].position;
    }
    tokens.forEach((token) => trace.add(token));
    if (tokens.length > 0) {
      experts.changed();
    }
  }

  finish() {
    this.#message.figures = {
      tokens: this.#tokens,
      firstToken: ((this.#first || performance.now()) - this.#sent) / 1000,
      seconds: (this.#last - this.#first) / 1000,
      ending: this.ending,
    };
    transcript.update(this.#message);
    speak(this.#sentences.last(this.#message.text));
  }
}

/** Has a text read out by those who listen. */
function speak(text) {
  if (text !== "") {
    const sentence = document.createElement("p");
    sentence.textContent = text;
    byId("spoken").append(sentence);
  }
}

// --- single messages -----------------------------------------------------------------------------

function startEditing(message) {
  if (underWay !== null) {
    return;
  }
  edited = message;
  byId("message").value = message.text;
  byId("editing").hidden = false;
  byId("message").focus();
}

function stopEditing() {
  edited = null;
  byId("editing").hidden = true;
}

function keep() {
  byId("message").value = "";
  stopEditing();
  byId("message").focus();
}

async function copy(message, button) {
  try {
    await navigator.clipboard.writeText(message.text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  } catch {
    showTrouble(new Trouble("The browser does not let this page copy; select the text instead."));
  }
}

function fresh() {
  underWay?.abort();
  conversation.messages = [];
  stopEditing();
  showTrouble(null);
  showMessages();
  byId("message").focus();
}

// --- wiring --------------------------------------------------------------------------------------

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("message").addEventListener("keydown", (event) => {
  // Enter that ends the composition of a character is no wish to send.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepApiKey(byId("key").value.trim());
  byId("key").value = "";
  showTrouble(null);
  byId("message").focus();
  loadModels();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && underWay !== null) {
    underWay.abort();
  } else if (event.key === "Escape" && edited !== null) {
    keep();
  }
});
byId("stop").addEventListener("click", () => underWay?.abort());
byId("keep").addEventListener("click", keep);
byId("fresh").addEventListener("click", fresh);
byId("model").addEventListener("change", chooseModel);
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => showView(button.dataset.show));
}
themeButton(byId("theme"));

// Where there is room for two, the chat is always there, and something stands beside it.
const room = matchMedia("(min-width: 60rem)");
const makeRoom = () => {
  if (room.matches && document.body.dataset.view === "chat") {
    showView("experts");
  }
};
room.addEventListener("change", makeRoom);
showView("chat");
makeRoom();
loadModels();
