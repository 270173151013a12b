// The switch between people: who has messages that were not looked at.

import { say } from "./base.js";

const key = (chat) => `nhipcau.seen.${chat}`;

export class People {
  constructor(me) {
    this.me = me;
    this.unread = new Map();
    this.title = document.title;
  }

  /** Count from the ids of the bot's latest messages to each; a chat that began anew has smaller ids. */
  count(people) {
    for (const { chat_id: chat, recent } of people) {
      let seen = Number(localStorage.getItem(key(chat)) ?? 0);
      if (seen > Math.max(0, ...recent)) {
        seen = 0;
        localStorage.removeItem(key(chat));
      }
      this.unread.set(chat, recent.filter((id) => id > seen).length);
    }
    this.show();
  }

  /** What they are called now: people join, leave and change their names. */
  call(people) {
    const now = new Map(people.map((one) => [one.chat_id, one]));
    for (const link of document.querySelectorAll(".person")) {
      const one = now.get(link.dataset.chat);
      if (!one) continue;
      link.title = `${one.name} · ${one.caption}`;
      link.querySelector("b").textContent = one.name;
      link.querySelector(".caption").textContent = one.caption;
      if (one.chat_id !== this.me) continue;
      document.querySelector(".with").textContent = say("with", { name: one.name });
      document.querySelector(".talking").textContent = one.caption;
    }
  }

  arrived(chat) {
    this.unread.set(chat, (this.unread.get(chat) ?? 0) + 1);
    this.show();
  }

  /** Everything up to this message of the bot has been on the screen. */
  saw(id) {
    if (id > Number(localStorage.getItem(key(this.me)) ?? 0)) localStorage.setItem(key(this.me), String(id));
    this.unread.set(this.me, 0);
    this.show();
  }

  show() {
    let total = 0;
    for (const link of document.querySelectorAll(".person")) {
      const unread = this.unread.get(link.dataset.chat) ?? 0;
      total += unread;
      const badge = link.querySelector(".badge");
      badge.hidden = unread === 0 || link.dataset.chat === this.me;
      badge.textContent = unread > 9 ? "9+" : String(unread);
      badge.ariaLabel = say("unread", { count: unread });
      badge.role = "img";
    }
    document.title = total ? `(${total}) ${this.title}` : this.title;
  }
}
