"""Signs of a layout that no chat has: what was meant as a note, a picture or bold, and people would read."""

import re

_TAGS = (
    "a|abbr|article|b|big|blockquote|body|br|center|code|del|div|em|figure|font|footer|h[1-6]|head|header|hr|html|i"
    "|img|ins|label|li|link|main|mark|meta|o:p|ol|p|pre|q|s|script|section|small|span|strike|strong|style|sub|sup"
    "|table|tbody|td|th|thead|title|tr|u|ul|v:\\w+|w:\\w+"
)
_HTML = re.compile(
    rf"<!--|-->|</?(?:{_TAGS})(?:\s[^<>]*)?/?>|&(?:[a-z]{{2,8}}[0-9]?|\#[0-9]{{1,7}}|\#x[0-9a-f]{{1,6}});",
    re.IGNORECASE,
)
_BOLD = re.compile(r"(?<!\*)\*\*(?!\*)\S")
_LINK = re.compile(r"\]\((?:https?:|www\.|#|\.{0,2}/)[^)\n]*\)")  # of Markdown, where none is read
_OTHER = re.compile(
    r"\[\^[^\]\n]{1,40}\]"  # footnotes
    r"|\[\[[^\]\n]{1,80}\]\]|\[toc\]"  # links
    r"|\{\{[^}\n]{0,80}\}\}|\{%[^}\n]{0,80}%\}|\$\{[^}\n]{1,80}\}"  # templates
    r"|\{(?:\.[\w-]+|:\s[^}\n]{1,80})\}"
    r"|==[^\s=][^=\n]{0,200}=="
    r"|^(?:[-*]\s+)?\[[ xX]\]\s|^:::|^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)|^%%",  # tasks, boxes, conflicts, notes
    re.IGNORECASE | re.MULTILINE,
)


def stray(text: str) -> str:
    """The first sign in plain text that only a program reads; "" where there is none."""
    found = [match for pattern in (_HTML, _BOLD, _LINK, _OTHER) if (match := pattern.search(text))]
    return min(found, key=lambda match: match.start())[0].strip()[:40] if found else ""


def stray_in_markdown(source: str, shown: str) -> str:
    """The same in a piece of Markdown and what is shown of it: what stands behind "\\" is meant as a sign."""
    meant = _CODE.sub(" ", _ESCAPED.sub("", source))
    found = _OTHER.search(meant) or _DOUBLE.search(meant)
    if found is None and "**" in meant:
        found = _BOLD.search(shown)
    return found[0].strip()[:40] if found else ""


_ESCAPED = re.compile(r"\\[\\`*_{}\[\]()#+.!<>&=$%|~:^-]")
_CODE = re.compile(r"`[^`\n]{0,400}`")
_DOUBLE = re.compile(r"&amp;(?:[a-z]{2,8}|#[0-9]{1,7});|</?[a-z]\w*:\w+[^<>]*>", re.IGNORECASE)
