// The list of messages: in order, by days, at the place where the reader is.

import { dayKey, dayOf, make } from "./format.js";
import { fill } from "./message.js";

const NEAR = 64; // px
const GAP = 8;

export class Log {
  constructor(box, onBottom) {
    this.box = box;
    this.list = box.querySelector(".messages");
    this.entries = new Map();
    this.items = new Map();
    this.pending = new Map();
    this.atBottom = true;
    box.addEventListener("scroll", () => {
      this.atBottom = this.end() - box.scrollTop < NEAR;
      if (this.atBottom) onBottom();
    }, { passive: true });
    const grown = new ResizeObserver(() => this.atBottom && this.toBottom());
    grown.observe(box);
    grown.observe(this.list);
  }

  get oldest() {
    return Math.min(...this.entries.keys());
  }

  get newest() {
    return Math.max(0, ...this.entries.keys());
  }

  has(id) {
    return this.entries.has(id);
  }

  /** Where the newest message is read from: the bottom, or its beginning where it is taller than the box. */
  end() {
    const bottom = this.box.scrollHeight - this.box.clientHeight;
    const newest = this.list.lastElementChild?.getBoundingClientRect();
    if (!newest) return bottom;
    const beginning = this.box.scrollTop + newest.top - this.box.getBoundingClientRect().top;
    return Math.min(bottom, beginning - GAP);
  }

  toBottom() {
    this.box.scrollTop = this.end();
    this.atBottom = true;
  }

  /** Change the list; the reader stays at the bottom or keeps the message they see in its place. */
  keeping(change) {
    const anchor = this.atBottom ? null : this.firstSeen();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (this.atBottom) this.toBottom();
    else if (anchor?.isConnected) this.box.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  firstSeen() {
    const top = this.box.getBoundingClientRect().top;
    return [...this.list.querySelectorAll(".message")].find((item) => item.getBoundingClientRect().bottom > top);
  }

  /** Add or refresh messages. An older revision never replaces a newer one. */
  put(entries) {
    const changed = entries.filter((entry) => {
      const known = this.entries.get(entry.id);
      return !known || entry.revision > known.revision;
    });
    if (!changed.length) return;
    this.keeping(() => {
      for (const entry of changed) this.putOne(entry);
      this.separate();
    });
  }

  putOne(entry) {
    let item = this.items.get(entry.id);
    const fresh = !item;
    if (fresh) {
      item = this.pending.get(entry.client_id) ?? make("li");
      this.pending.delete(entry.client_id);
    }
    const focused = item.contains(document.activeElement) ? document.activeElement : null;
    fill(item, entry);
    item.dataset.id = entry.id;
    item.dataset.day = dayKey(entry.at);
    item.dataset.label = dayOf(entry.at);
    this.entries.set(entry.id, entry);
    this.items.set(entry.id, item);
    if (fresh) this.place(item, entry.id);
    if (focused) this.refocus(item, focused);
  }

  place(item, id) {
    const later = [...this.list.querySelectorAll(".message")].find(
      (other) => other !== item && (!other.dataset.id || Number(other.dataset.id) > id),
    );
    if (later) later.before(item);
    else this.list.append(item);
  }

  /** A message was drawn again under the focus: go to the same button, else to the message itself. */
  refocus(item, focused) {
    const same = focused.dataset.data && item.querySelector(`[data-data="${CSS.escape(focused.dataset.data)}"]`);
    item.tabIndex = -1;
    (same || item.querySelector("button.choice") || item).focus({ preventScroll: true });
  }

  /** A line with the day before the first message of each. */
  separate() {
    for (const line of this.list.querySelectorAll(".day")) line.remove();
    let day = null;
    for (const item of this.list.querySelectorAll(".message[data-day]")) {
      if (item.dataset.day !== day) {
        day = item.dataset.day;
        item.before(make("li", "day", item.dataset.label));
      }
    }
  }

  /** A message of ours that the server does not have yet. */
  putPending(clientId, entry) {
    const item = make("li");
    fill(item, entry);
    item.classList.add("sending");
    this.pending.set(clientId, item);
    this.list.append(item);
    this.toBottom();
    return item;
  }

  dropPending(clientId) {
    const item = this.pending.get(clientId);
    this.pending.delete(clientId);
    if (item) this.keeping(() => item.remove());
  }
}
