// The text box: keeps what is typed for each person, sends it, takes a file along.

import { say } from "./base.js";
import { sizeOf } from "./format.js";

const CAPTION = 1024;

export class Composer {
  constructor(form, chat, { fileLimit, onText, onFile, onTrouble }) {
    this.box = form.querySelector("#text");
    this.input = form.querySelector(".file");
    this.chosen = form.querySelector(".chosen");
    this.key = `nhipcau.draft.${chat}`;
    this.file = null;
    Object.assign(this, { fileLimit, onText, onFile, onTrouble });
    this.set(localStorage.getItem(this.key) ?? "");
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    form.querySelector(".attach").addEventListener("click", () => this.input.click());
    form.querySelector(".chosen-drop").addEventListener("click", () => {
      this.choose(null);
      this.box.focus();
    });
    this.input.addEventListener("change", () => this.choose(this.input.files[0] ?? null));
  }

  set(text) {
    this.box.value = text;
    this.changed();
  }

  changed() {
    if (this.box.value) localStorage.setItem(this.key, this.box.value);
    else localStorage.removeItem(this.key);
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  choose(file) {
    if (file && file.size > this.fileLimit) {
      this.onTrouble(say("file_too_large", { size: sizeOf(this.fileLimit) }));
      file = null;
    } else if (file && file.size === 0) {
      this.onTrouble(say("file_empty"));
      file = null;
    }
    this.file = file;
    this.input.value = "";
    this.chosen.hidden = !file;
    this.box.placeholder = say(file ? "caption" : "placeholder");
    if (file) {
      this.chosen.querySelector(".chosen-name").textContent = `📎 ${file.name} · ${sizeOf(file.size)}`;
      this.box.focus();
    }
  }

  send() {
    const text = this.box.value.trim();
    if (this.file && text.length > CAPTION) {
      this.onTrouble(say("caption_long", { limit: CAPTION }));
      return;
    }
    if (!this.file && !text) return;
    const file = this.file;
    this.set("");
    this.choose(null);
    if (file) this.onFile(file, text);
    else this.onText(text);
    this.box.focus();
  }
}
