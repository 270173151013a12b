// Requests to our own server. A failure is an Error whose message is a sentence for the person.

import { BASE, say } from "./base.js";

export class Failure extends Error {
  /** `final`: the server refused it for good; sending it again cannot help. */
  constructor(message, final = false) {
    super(message);
    this.final = final;
  }
}

async function ask(path, options, seconds) {
  let answer;
  try {
    answer = await fetch(path, { ...options, signal: AbortSignal.timeout(seconds * 1000) });
  } catch {
    throw new Failure(say("no_line"));
  }
  const data = await answer.json().catch(() => ({}));
  if (answer.ok) return data;
  const final = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  throw new Failure(data.error ?? say("busy"), final);
}

export class Api {
  constructor(chat) {
    this.base = `${BASE}/api/chats/${encodeURIComponent(chat)}`;
  }

  people() {
    return ask(`${BASE}/api/people`, {}, 15);
  }

  messages(before) {
    return ask(`${this.base}/messages${before ? `?before=${before}` : ""}`, {}, 15);
  }

  say(text, clientId) {
    return this.post("say", { text, client_id: clientId });
  }

  tap(messageId, data) {
    return this.post("tap", { message_id: messageId, data });
  }

  share(file, caption, clientId) {
    const form = new FormData();
    form.append("client_id", clientId);
    form.append("caption", caption);
    form.append("file", file, file.name);
    return ask(`${this.base}/share`, { method: "POST", body: form, headers: { "X-Nhipcau": "1" } }, 120);
  }

  post(what, body) {
    const headers = { "Content-Type": "application/json", "X-Nhipcau": "1" };
    return ask(`${this.base}/${what}`, { method: "POST", body: JSON.stringify(body), headers }, 15);
  }
}
