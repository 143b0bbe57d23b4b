// What a screen reader would miss on the page, as a list of complaints.
() => {
  const complaints = [];
  const shown = (element) => element.checkVisibility();
  const texts = (ids) =>
    ids.split(" ").map((id) => document.getElementById(id)?.textContent ?? `(no element ${id})`);
  const name = (element) =>
    element.getAttribute("aria-label") ??
    (element.hasAttribute("aria-labelledby")
      ? texts(element.getAttribute("aria-labelledby")).join(" ")
      : element.labels?.length > 0
        ? [...element.labels].map((label) => label.textContent).join(" ")
        : element.matches("input, select, textarea, [role], aside, nav")
          ? ""
          : element.textContent);
  const tell = (element) => element.outerHTML.slice(0, 120);
  const named = "button, input, select, textarea, a, [tabindex='0'], aside, nav, [role='group']";
  for (const element of document.querySelectorAll(named)) {
    if (shown(element) && name(element).trim() === "") {
      complaints.push(`no name: ${tell(element)}`);
    }
  }
  for (const element of document.querySelectorAll("[id]")) {
    if (document.querySelectorAll(`[id="${element.id}"]`).length > 1) {
      complaints.push(`id twice: ${element.id}`);
    }
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "for"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(" ")) {
        if (document.getElementById(id) === null) {
          complaints.push(`${attribute} of nothing: ${tell(element)}`);
        }
      }
    }
  }
  for (const [selector, count] of [["main", 1], ["header", 1], ["h1", 1], ["nav", 1]]) {
    if (document.querySelectorAll(selector).length !== count) {
      complaints.push(`not ${count} ${selector}`);
    }
  }
  for (const table of document.querySelectorAll("table")) {
    if (shown(table) && (table.caption === null || table.querySelector("th:not([scope])"))) {
      complaints.push(`a table without caption or scopes: ${table.id}`);
    }
  }
  if (document.documentElement.lang === "" || document.title === "") {
    complaints.push("no language or title");
  }
  return complaints;
}
