// Times, days and sizes as they are written in the page's language, in the deployment's own time zone.

import { say } from "./base.js";

let clock, key, weekday, date;

export function setTimezone(timeZone) {
  clock = new Intl.DateTimeFormat("vi-VN", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  key = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  weekday = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short" });
  date = new Intl.DateTimeFormat("en-GB", { timeZone, day: "2-digit", month: "2-digit", year: "numeric" });
}

export const timeOf = (at) => clock.format(at);
export const dayKey = (at) => key.format(at);

const WEEKDAYS = {
  Mon: "monday", Tue: "tuesday", Wed: "wednesday", Thu: "thursday", Fri: "friday",
  Sat: "saturday", Sun: "sunday",
};

/** Today, yesterday, else the weekday with the date: "thứ Hai 11/12/2023". */
export function dayOf(at, now = Date.now()) {
  const day = dayKey(at);
  if (day === dayKey(now)) return say("today");
  if (day === dayKey(now - 86_400_000)) return say("yesterday");
  return `${say(WEEKDAYS[weekday.format(at)])} ${date.format(at)}`;
}

const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });

/** 1,2 MB; 340 KB; 12 byte. */
export function sizeOf(bytes) {
  if (bytes >= 1_048_576) return `${number.format(bytes / 1_048_576)} MB`;
  if (bytes >= 1024) return `${number.format(Math.round(bytes / 1024))} KB`;
  return `${bytes} byte`;
}

/** A new element with a class and, safely, a text. */
export function make(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}
