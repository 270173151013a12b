// The local chat's page: puts its parts together.

import { Api } from "./api.js";
import { START as start, BASE, say } from "./base.js";
import { Composer } from "./composer.js";
import { setTimezone } from "./format.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { spoken } from "./message.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";

const TYPING = 10_000;
const TOAST = 5000;
const TAP = 8000;
const TOUR = "nhipcau.tour";

const $ = (selector) => document.querySelector(selector);
setTimezone(start.timezone);

const api = new Api(start.me);
const people = new People(start.me);
const log = new Log($(".log"), looked);
const outbox = new Outbox(api, log, start.me, {
  onSending: waiting,
  onTrouble: (text) => {
    answered();
    announce(text);
  },
  onEdit: (text) => mend(text),
  onDropped: () => {
    show([]);
    composer.box.focus();
  },
});
const menu = new Menu($(".menu"), $(".commands"), (command) => outbox.say(command));
const composer = new Composer($(".composer"), start.me, {
  fileLimit: start.file_limit,
  onText: (text) => outbox.say(text),
  onFile: (file, text) => outbox.share(file, text),
  onTrouble: toast,
});
const taps = new Map();
let typing, toasting, follows;

function mend(text) {
  composer.set([composer.box.value, text].filter(Boolean).join("\n"));
  composer.box.focus();
}

/** Wait for an answer, visibly, but not for ever. */
function waiting() {
  clearTimeout(typing);
  untoast();
  $(".head").classList.add("waiting");
  $(".typing").textContent = say("answering");
  typing = setTimeout(answered, TYPING);
}

function answered() {
  clearTimeout(typing);
  $(".head").classList.remove("waiting");
  $(".typing").textContent = "";
}

function toast(text) {
  if (!text) return;
  clearTimeout(toasting);
  $(".toast").textContent = text;
  toasting = setTimeout(untoast, TOAST);
}

/** It was about what was on the screen before. */
function untoast() {
  clearTimeout(toasting);
  $(".toast").textContent = "";
}

function announce(text) {
  const line = document.createElement("p");
  line.textContent = text;
  $(".announcer").append(line);
  while ($(".announcer").childElementCount > 3) $(".announcer").firstElementChild.remove();
}

/** The newest messages are on the screen, and somebody is there to see them. */
function looked() {
  $(".latest").hidden = true;
  const last = Math.max(0, ...[...log.entries.values()].filter((entry) => entry.side === "bot").map((entry) => entry.id));
  if (!document.hidden && last) people.saw(last);
}

function show(entries) {
  log.put(entries);
  $(".empty").hidden = log.entries.size + log.pending.size > 0 || Boolean(start.join);
}

function received(entry) {
  const known = log.entries.get(entry.id);
  show([entry]);
  if (entry.side !== "bot") return;
  answered();
  settle(entry.id);
  if (known) {
    followed();
    const labels = (entry.buttons ?? []).flat().map((choice) => choice.label);
    announce(known.html === entry.html ? say("buttons", { labels: labels.join(", ") }) : spoken(entry));
    return;
  }
  announce(`${say("from_bot")} ${spoken(entry)}`);
  if (!document.hidden && (log.atBottom || follows)) {
    followed();
    log.toBottom();
    looked();
  } else {
    people.arrived(start.me);
    $(".latest").hidden = log.atBottom;
  }
}

/** Read again what may have changed while we were away; a history that began anew needs a new page. */
async function catchUp() {
  const oldest = log.oldest;
  let before;
  do {
    const { messages, more } = await api.messages(before);
    if (!before && log.newest > (messages.at(-1)?.id ?? 0)) return location.reload();
    const news = messages.filter((entry) => !log.has(entry.id) || entry.revision > log.entries.get(entry.id).revision);
    show(messages);
    if (news.some((entry) => entry.side === "bot")) answered();
    before = more ? messages[0].id : 0;
  } while (before > oldest && Number.isFinite(oldest));
  if (log.atBottom) looked();
  people.count(await meet());
}

/** Whoever may do something else may be called something else, too. */
async function meet() {
  const { people: all } = await api.people();
  people.call(all);
  return all;
}

function settle(messageId) {
  const tap = taps.get(messageId);
  if (!tap) return;
  taps.delete(messageId);
  clearTimeout(tap.timer);
  for (const node of tap.item.querySelectorAll(".choice")) {
    node.removeAttribute("aria-disabled");
    node.classList.remove("pressed");
  }
}

/** A press was answered: the next message to come moves nobody who reads further up. */
function followed() {
  clearTimeout(follows);
  follows = 0;
}

async function press(node) {
  const item = node.closest(".message");
  const id = Number(item.dataset.id);
  if (taps.has(id)) return;
  for (const other of item.querySelectorAll("button.choice")) other.setAttribute("aria-disabled", "true");
  node.classList.add("pressed");
  taps.set(id, { item, timer: setTimeout(() => settle(id), TAP) });
  clearTimeout(follows);
  follows = setTimeout(followed, TAP);
  waiting();
  try {
    await api.tap(id, node.dataset.data);
  } catch (failure) {
    settle(id);
    answered();
    toast(failure.message);
  }
}

async function earlier() {
  const button = $(".earlier");
  button.setAttribute("aria-disabled", "true");
  try {
    const { messages, more } = await api.messages(log.oldest);
    const first = log.firstSeen();
    log.atBottom = false;
    log.keeping(() => {
      button.hidden = !more;
      show(messages);
    });
    if (!more) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
  } catch (failure) {
    toast(failure.message);
  }
  button.removeAttribute("aria-disabled");
}

/** An invitation's link: one press joins with its code; the address forgets it then. */
function invite() {
  $(".invitation").hidden = false;
  $(".join").addEventListener("click", () => {
    $(".invitation").hidden = true;
    history.replaceState(null, "", `${BASE}/?as=${encodeURIComponent(start.me)}`);
    outbox.say(`/start ${start.join}`);
    composer.box.focus();
  });
}

/** The tour is there until somebody closes it, on this machine for good. */
function guide() {
  const tour = $(".tour");
  tour.hidden = localStorage.getItem(TOUR) === "closed";
  tour.addEventListener("toggle", () => {
    if (tour.open) return;
    localStorage.setItem(TOUR, "closed");
    tour.hidden = true;
    composer.box.focus();
  });
}

$(".messages").addEventListener("click", (event) => {
  const node = event.target.closest("button.choice");
  if (node && node.getAttribute("aria-disabled") !== "true") press(node);
});
$(".earlier").addEventListener("click", (event) => {
  if (event.currentTarget.getAttribute("aria-disabled") !== "true") earlier();
});
$(".latest").addEventListener("click", () => {
  log.toBottom();
  looked();
});
$(".begin").addEventListener("click", () => {
  $(".empty").hidden = true;
  outbox.say("/start");
  composer.box.focus();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && log.atBottom) looked();
});

$(".person[aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
guide();
menu.set(start.menu);
show(start.messages);
$(".earlier").hidden = start.messages.length < start.page;
outbox.restore(new Set(start.messages.map((entry) => entry.client_id)));
log.toBottom();
looked();
if (start.join) invite();
if (matchMedia("(hover: hover)").matches) composer.box.focus();

const live = new Live(start.me, {
  hello: (hello) => {
    menu.set(hello.menu);
    catchUp().catch(() => live.retry());
  },
  message: received,
  menu: (changed) => {
    menu.set(changed.menu);
    meet().catch(() => {}); // named again when the connection stands anew
  },
  toast: ({ message_id: id, text }) => {
    settle(id);
    answered();
    if (text) followed();
    toast(text);
  },
  elsewhere: ({ chat_id: chat }) => people.arrived(chat),
  offline: (broken) => {
    $(".offline").hidden = !broken;
  },
});
