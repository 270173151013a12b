// The live connection: opened, watched, opened again. A page nobody looks at lets go of it.

import { BASE } from "./base.js";

const UNSEEN = 60_000;
const AGAIN = 1500;
const PATIENCE = 1000;

export class Live {
  constructor(chat, handlers) {
    this.address = `${BASE}/api/chats/${encodeURIComponent(chat)}/events`;
    this.handlers = handlers;
    document.addEventListener("visibilitychange", () => this.seen(!document.hidden));
    window.addEventListener("pagehide", () => this.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.open());
    this.open();
  }

  open() {
    this.close();
    this.source = new EventSource(this.address);
    this.source.addEventListener("hello", (event) => {
      this.trouble(false);
      this.handlers.hello(JSON.parse(event.data));
    });
    for (const name of ["message", "menu", "toast", "elsewhere"]) {
      this.source.addEventListener(name, (event) => this.handlers[name](JSON.parse(event.data)));
    }
    this.source.addEventListener("error", () => {
      this.trouble(true);
      if (this.source?.readyState === EventSource.CLOSED) this.retry();
    });
  }

  retry() {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.open(), AGAIN);
  }

  close() {
    clearTimeout(this.again);
    this.source?.close();
    this.source = null;
  }

  seen(visible) {
    clearTimeout(this.leave);
    if (!visible) this.leave = setTimeout(() => this.close(), UNSEEN);
    else if (!this.source) this.open();
  }

  /** A break shorter than a second is nobody's business. */
  trouble(broken) {
    if (!broken) {
      clearTimeout(this.worry);
      this.worry = null;
      this.handlers.offline(false);
    } else if (!this.worry) {
      this.worry = setTimeout(() => this.handlers.offline(true), PATIENCE);
    }
  }
}
