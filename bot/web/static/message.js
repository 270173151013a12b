// One message as elements: bubble, attachment, buttons.

import { BASE, say } from "./base.js";
import { make, sizeOf, timeOf } from "./format.js";
import { openOutside, richText, safeLink } from "./richtext.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

function attachment(file) {
  const address = `${BASE}/files/${encodeURIComponent(file.handle)}`;
  if (file.kind === "photo" && PICTURES.includes(file.media_type)) {
    const link = make("a", "photo");
    link.href = address;
    openOutside(link);
    const picture = make("img");
    picture.src = address;
    picture.alt = say("image", { name: file.name });
    link.append(picture);
    return [link];
  }
  const parts = [];
  if (file.kind === "audio") {
    const player = make("audio");
    player.controls = true;
    player.preload = "metadata";
    player.src = address;
    player.setAttribute("aria-label", say("sound", { name: file.name }));
    parts.push(player);
  }
  const card = make("a", "file-card");
  card.href = `${address}?save=1`;
  card.download = file.name;
  const suffix = /\.([A-Za-z0-9]{1,5})$/.exec(file.name)?.[1]?.toUpperCase() ?? say("file");
  const icon = make("span", "file-icon", suffix);
  icon.ariaHidden = "true";
  const words = make("span", "file-words");
  words.append(make("b", "", file.name), make("span", "quiet", `${sizeOf(file.size)} · ${say("download")}`));
  card.append(icon, words);
  parts.push(card);
  return parts;
}

function button(choice) {
  if (choice.url !== undefined) {
    const href = safeLink(choice.url);
    const link = make("a", "choice", choice.label);
    if (href) link.href = href;
    openOutside(link);
    return link;
  }
  const node = make("button", "choice", choice.label);
  node.type = "button";
  node.dataset.data = choice.data;
  return node;
}

function bubble(entry) {
  const box = make("div", "bubble");
  box.append(make("span", "visually-hidden", `${say(entry.side === "bot" ? "from_bot" : "from_you")} `));
  if (entry.file) box.append(...attachment(entry.file));
  const text = make("div", "text");
  if (entry.side === "bot") text.append(richText(entry.html ?? ""));
  else text.append(entry.text ?? "");
  text.append(make("span", "gap"));
  const time = make("time", "time", timeOf(entry.at));
  time.dateTime = new Date(entry.at).toISOString();
  box.append(text, time);
  return box;
}

/** Fill a list item with the message; what the item held before is replaced. */
export function fill(item, entry) {
  const stack = make("div", "stack");
  stack.append(bubble(entry));
  const rows = (entry.buttons ?? []).filter((row) => row.length);
  if (rows.length) {
    const buttons = make("div", "buttons");
    buttons.role = "group";
    buttons.ariaLabel = say("choices");
    for (const row of rows) {
      const line = make("div", "row");
      line.append(...row.map(button));
      buttons.append(line);
    }
    stack.append(buttons);
  }
  item.className = `message ${entry.side}`;
  item.removeAttribute("aria-busy");
  item.replaceChildren(stack);
}

/** What a screen reader is told about it. */
export function spoken(entry) {
  const text = entry.side === "bot" ? richText(entry.html ?? "").textContent : entry.text ?? "";
  const file = entry.file ? `${say("file_named", { name: entry.file.name })} ` : "";
  return `${file}${text}`.trim().slice(0, 600);
}
