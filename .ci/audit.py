"""`make audit`: hashes, licences, the environment's own tools, and known advisories where they are at hand.

Exit code 1 where something is wrong. What could not be looked at is said, and is no pass.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-bench.lock", "requirements-audit.lock")
AUDITOR = ROOT / ".venv-audit" / "bin" / "pip-audit"
# The first versions without a known hole: CVE-2025-8869 (pip), CVE-2025-47273 (setuptools).
FIXED = {"pip": (25, 3), "setuptools": (78, 1, 1)}
# Licences under which a work may be used by this one, as their own words name them.
ALLOWED = re.compile(
    r"\b(MIT|BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla|LGPL|Lesser|Unlicense|0BSD|CC0|HPND"
    r"|ZPL|Zlib|Public Domain)\b",
    re.IGNORECASE,
)

# How the conditions of those begin that are often brought and seldom named.
CONDITIONS = {
    "BSD": "Redistribution and use in source and binary forms, with or without modification, are permitted",
    "MIT": "Permission is hereby granted, free of charge, to any person obtaining a copy of this software",
}


def unhashed(lock: Path) -> list[str]:
    """What a lock lets in without a hash, and where it names a place to fetch from."""
    wrong = []
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("-") or "://" in line.partition("#")[0]:
            wrong.append(f"{lock.name}: names a place: {line[:60]}")
        elif line and not line.startswith("#") and "--hash=sha256:" not in line:
            wrong.append(f"{lock.name}: no hash: {line[:60]}")
    return wrong


def licence(found: Distribution) -> str:
    """What a distribution says of its licence; where that is nothing, which one lies beside it."""
    about = found.metadata
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    said = [about.get("License-Expression") or "", *classified, (about.get("License") or "")[:200]]
    return " ".join(said).strip() or brought(found)


def brought(found: Distribution) -> str:
    """The licence that lies beside a distribution, where its conditions are known word by word."""
    for file in found.metadata.get_all("License-File") or []:
        text = found.read_text(f"licenses/{file}") or found.read_text(file) or ""
        words = " ".join(text.split())
        for name, condition in CONDITIONS.items():
            if condition in words:
                return name
    return ""


def outdated(found: Distribution) -> str | None:
    """What is wrong with the environment's own pip or setuptools."""
    needed = FIXED.get(found.metadata["Name"].lower())
    if needed is None:
        return None
    have = tuple(int(part) for part in re.findall(r"\d+", found.version)[: len(needed)])
    return None if have >= needed else f"{found.metadata['Name']} {found.version}: has known holes"


def advisories(lock: Path) -> tuple[list[str], str]:
    """Known advisories on what a lock lets in, and what could not be looked at."""
    if not AUDITOR.exists():
        return [], "not looked at: pip-audit is not installed"
    words = [
        AUDITOR,
        "--disable-pip",
        "--no-deps",
        "-r",
        lock,
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return [], "not looked at: no advisory data could be reached"
    holes = [
        f"{lock.name}: {one['name']} {one['version']}: {', '.join(hole['id'] for hole in one['vulns'])}"
        for one in found
        if one.get("vulns")
    ]
    blind = sum("skip_reason" in one for one in found)
    return holes, f"{blind} of {len(found)} not looked at: no advisory data at hand" if blind else ""


def main() -> int:
    """Look at everything, tell it, and judge."""
    wrong: list[str] = []
    for name in LOCKS:
        lock = ROOT / name
        wrong += unhashed(lock)
        holes, unseen = advisories(lock)
        wrong += holes
        print(f"{name}: advisories {unseen or 'none known'}")
    installed = sorted(distributions(), key=lambda one: one.metadata["Name"].lower())
    wrong += [line for one in installed if (line := outdated(one))]
    for one in installed:
        if one.metadata["Name"] != "nhipcau" and not ALLOWED.search(licence(one)):
            wrong.append(
                f"{one.metadata['Name']} {one.version}: licence {licence(one).strip()[:80] or 'not said'}"
            )
    print(f"{len(installed)} packages: licences and tools looked at")
    print("\n".join(wrong) if wrong else "nothing wrong found")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
