// What the server gave with the page: where the chat is served, and its texts.

export const START = JSON.parse(document.querySelector("#start").textContent);
export const BASE = START.base;

/** A text of the catalogue with its values. */
export function say(key, values = {}) {
  return START.words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
