"""The Nu HTML checker (vnu.jar from npm, with Debian's Java): what is wrong with pages, one line each."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

JAR = Path(__file__).parents[1] / "html" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

# What the checker does not know, and why it is right
ACCEPTED: Sequence[re.Pattern[str]] = (
    re.compile(r"Attribute “hx-[\w:-]+” not allowed on element"),  # htmx's own; data-hx- would say no more
    # sent to a field of numbers or days by no browser's own form, and given back as it came
    re.compile(r"Bad value “(soon|zebra)” for attribute “value” on element “input”"),
)


def faults(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Errors and warnings of these pages, which are written into the folder by their names."""
    if not JAR.exists():
        raise FileNotFoundError(f"{JAR} is missing: run `make browser-test`, which installs it")
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    command = [
        "java",
        "-Xss4m",
        "-jar",
        JAR,
        "--format",
        "json",
        "--exit-zero-always",
        "--skip-non-html",
        folder,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{Path(each.get('url', '?')).stem}:{each.get('lastLine', '?')} {each['type']}: {each['message']} … "
        f"{each.get('extract', '')!r}"
        for each in messages
        if not any(pattern.search(each["message"]) for pattern in ACCEPTED)
    ]
