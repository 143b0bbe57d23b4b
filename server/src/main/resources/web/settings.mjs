/** What the reader chose: how tokens are drawn, the key, the theme. */

// Other programs may use the same address at other times, and leave things under plain names.
const SAMPLING = "sirocco.sampling";
const KEY = "sirocco.key";
const THEME = "sirocco.theme";
const THEMES = ["system", "light", "dark"];

/** The form of sampling fields; what it holds outlives a reload, not the tab. */
export class Sampling {
  #form;

  constructor(form) {
    this.#form = form;
    for (const [name, value] of Object.entries(JSON.parse(sessionStorage.getItem(SAMPLING)) ?? {})) {
      form.elements[name].value = value;
    }
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      sessionStorage.setItem(SAMPLING, JSON.stringify(Object.fromEntries(new FormData(form))));
    });
    for (const field of form.querySelectorAll("input")) {
      field.placeholder = "server's choice";
      field.setAttribute("aria-describedby", `${field.id}-hint`);
    }
  }

  /** Whether every field makes sense. */
  get valid() {
    return this.#form.checkValidity();
  }

  /** Shows the first field that makes no sense. */
  point() {
    this.#form.reportValidity();
  }

  /** The system prompt, or "". */
  get system() {
    return this.#form.elements.system.value.trim();
  }

  /** The members of a request that are not left to the server. */
  get members() {
    const members = {};
    for (const field of this.#form.querySelectorAll("input")) {
      if (field.value !== "") {
        members[field.name] = field.valueAsNumber;
      }
    }
    return members;
  }
}

/** The API key, or ""; kept by the tab only. */
export function apiKey() {
  return sessionStorage.getItem(KEY) ?? "";
}

/** Keeps a key. */
export function keepApiKey(key) {
  sessionStorage.setItem(KEY, key);
}

/** Lets a button go through the themes. */
export function themeButton(button) {
  const show = () => {
    button.textContent = `Theme: ${document.documentElement.dataset.theme ?? THEMES[0]}`;
  };
  button.addEventListener("click", () => {
    const now = THEMES.indexOf(document.documentElement.dataset.theme ?? THEMES[0]);
    const next = THEMES[(now + 1) % THEMES.length];
    if (next === THEMES[0]) {
      delete document.documentElement.dataset.theme;
      localStorage.removeItem(THEME);
    } else {
      document.documentElement.dataset.theme = next;
      localStorage.setItem(THEME, next);
    }
    show();
  });
  show();
}
