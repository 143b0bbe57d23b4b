/** The element of an id that the page has. */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. Texts become text nodes, never markup: what a model says is not trusted.
 *
 * @param {Record<string, string>} attributes
 */
export function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...content);
  return element;
}

/** Calls `draw` once before the next frame, however often it is asked to. */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        draw();
      });
    }
  };
}
