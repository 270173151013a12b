// Where this chat is served: the path before all others.

export const BASE = JSON.parse(document.querySelector("#start").textContent).base;
