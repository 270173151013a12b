// What we send: kept until the server has it, shown at once, and sent again without doubling.

import { say } from "./base.js";
import { make } from "./format.js";

export class Outbox {
  constructor(api, log, chat, { onSending, onTrouble, onEdit, onDropped }) {
    this.api = api;
    this.log = log;
    this.key = `nhipcau.unsent.${chat}`;
    this.onSending = onSending;
    this.onTrouble = onTrouble;
    this.onEdit = onEdit;
    this.onDropped = onDropped;
    this.underway = new Set();
  }

  stored() {
    try {
      const letters = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(letters) ? letters : [];
    } catch {
      return [];
    }
  }

  store(letters) {
    if (letters.length) localStorage.setItem(this.key, JSON.stringify(letters));
    else localStorage.removeItem(this.key);
  }

  /** Show what an earlier visit could not send; what the server has after all is forgotten. */
  restore(known) {
    const letters = this.stored().filter((letter) => !known.has(letter.clientId));
    this.store(letters);
    for (const letter of letters) {
      this.show(letter);
      this.failed(letter, say("not_sent"));
    }
  }

  say(text) {
    const letter = { clientId: crypto.randomUUID(), text, at: Date.now() };
    this.store([...this.stored(), letter]);
    this.show(letter);
    return this.send(letter);
  }

  /** A file cannot be kept over a reload: only this page can send it again. */
  share(file, text) {
    const letter = { clientId: crypto.randomUUID(), text, at: Date.now(), file };
    this.show(letter);
    return this.send(letter);
  }

  show(letter) {
    const text = letter.file ? `📎 ${letter.file.name}${letter.text ? `\n${letter.text}` : ""}` : letter.text;
    this.log.putPending(letter.clientId, { side: "user", at: letter.at, text });
  }

  async send(letter) {
    if (this.underway.has(letter.clientId)) return;
    this.underway.add(letter.clientId);
    this.mark(letter, "sending");
    this.onSending();
    try {
      const entry = letter.file
        ? await this.api.share(letter.file, letter.text, letter.clientId)
        : await this.api.say(letter.text, letter.clientId);
      this.forget(letter);
      this.log.put([entry]);
    } catch (failure) {
      this.failed(letter, failure.message);
      this.onTrouble(failure.message);
    } finally {
      this.underway.delete(letter.clientId);
    }
  }

  forget(letter) {
    this.store(this.stored().filter((other) => other.clientId !== letter.clientId));
  }

  mark(letter, state) {
    const item = this.log.pending.get(letter.clientId);
    if (!item) return null;
    item.classList.remove("sending", "failed");
    item.classList.add(state);
    item.querySelector(".again")?.remove();
    return item;
  }

  failed(letter, why) {
    const item = this.mark(letter, "failed");
    if (!item) return;
    const bar = make("div", "again");
    const add = (key, style, act) => {
      const button = make("button", `again-button ${style}`, say(key));
      button.type = "button";
      button.addEventListener("click", act);
      bar.append(button);
    };
    const drop = () => {
      this.forget(letter);
      this.log.dropPending(letter.clientId);
      this.onDropped();
    };
    bar.append(make("span", "again-why", why));
    add("again", "", () => this.send(letter));
    if (!letter.file) {
      add("mend", "quiet-button", () => {
        drop();
        this.onEdit(letter.text);
      });
    }
    add("drop", "quiet-button", drop);
    this.log.keeping(() => item.querySelector(".stack").append(bar));
  }
}
