// The bot's HTML subset, rebuilt element by element from an allow-list. Nothing else gets into the page.

const KEPT = {
  B: "b", STRONG: "b", I: "i", EM: "i", U: "u", S: "s", CODE: "code", PRE: "pre", A: "a", BLOCKQUOTE: "blockquote",
};

/** Only links that lead to a page, a letter or a call. */
export function safeLink(href) {
  try {
    const url = new URL(href, location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function openOutside(link) {
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      copy(node, rebuilt(node, to));
    }
  }
}

function rebuilt(node, parent) {
  const tag = KEPT[node.nodeName];
  if (!tag) return parent;
  const element = document.createElement(tag);
  if (tag === "a") {
    const href = safeLink(node.getAttribute("href") ?? "");
    if (!href) return parent;
    element.href = href;
    openOutside(element);
  }
  parent.append(element);
  return element;
}

/** Trusted elements for untrusted markup: unknown tags leave only their text, scripts and styles nothing. */
export function richText(markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html");
  for (const node of parsed.querySelectorAll("script, style, template, svg, math, iframe, object, noscript")) node.remove();
  const fragment = document.createDocumentFragment();
  copy(parsed.body, fragment);
  return fragment;
}
