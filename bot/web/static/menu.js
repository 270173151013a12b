// The list of commands above the text box.

import { say } from "./base.js";
import { make } from "./format.js";

export class Menu {
  constructor(button, panel, onChoose) {
    this.button = button;
    this.panel = panel;
    this.onChoose = onChoose;
    button.addEventListener("click", () => (panel.hidden ? this.open() : this.close(true)));
    button.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      event.preventDefault();
      this.open(event.key === "ArrowUp" ? -1 : 0);
    });
    panel.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("pointerdown", (event) => {
      if (!panel.contains(event.target) && !button.contains(event.target)) this.close(false);
    });
    panel.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !panel.contains(event.relatedTarget) && event.relatedTarget !== button) this.close(false);
    });
  }

  set(menu) {
    const inside = this.panel.contains(document.activeElement);
    this.panel.replaceChildren(...menu.map((entry) => this.item(entry)));
    if (!menu.length) this.panel.append(make("p", "quiet", say("no_commands")));
    if (inside) this.panel.querySelector("button")?.focus();
  }

  item({ command, description }) {
    const node = make("button", "command");
    node.type = "button";
    node.role = "menuitem";
    node.tabIndex = -1;
    node.append(make("span", "", description), make("span", "quiet", `/${command}`));
    node.addEventListener("click", () => {
      this.close(true);
      this.onChoose(`/${command}`);
    });
    return node;
  }

  open(at = 0) {
    this.panel.hidden = false;
    this.button.ariaExpanded = "true";
    [...this.panel.querySelectorAll("button")].at(at)?.focus();
  }

  close(back) {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.button.ariaExpanded = "false";
    if (back) this.button.focus();
  }

  key(event) {
    const items = [...this.panel.querySelectorAll("button")];
    const here = items.indexOf(document.activeElement);
    const target = {
      ArrowDown: items[(here + 1) % items.length],
      ArrowUp: items.at(here - 1),
      Home: items[0],
      End: items.at(-1),
    }[event.key];
    if (event.key === "Escape") this.close(true);
    else if (target) target.focus();
    else return;
    event.preventDefault();
  }
}
