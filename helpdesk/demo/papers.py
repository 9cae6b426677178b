"""What customers attach: a picture of their phone, a list of bikes, a log, a photographed sheet; drawn from facts."""

from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from helpdesk.demo.facts import Facts

INK, PAPER, DESK, FRAME, RED = "#22252b", "#fdfcf9", "#8d8578", "#2f4fd0", "#b3261e"


class Paper(NamedTuple):
    """A file as somebody sends it."""

    filename: str
    content: bytes


def paper(team: str, title: str, facts: Facts) -> Paper:
    """A file that suits a request to this team."""
    return _MAKERS[team](title, facts)


def _screenshot(title: str, facts: Facts) -> Paper:
    picture = Image.new("RGB", (360, 640), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 360, 88), fill=FRAME)
    _write(draw, (20, 44), "Velorna", 22, PAPER)
    _write(draw, (300, 12), facts["clock"], 14, PAPER)
    draw.rounded_rectangle((20, 120, 340, 290), radius=14, outline=RED, width=2)
    _write(draw, (40, 144), "Something went wrong", 18, RED)
    _write(draw, (40, 184), f"{facts['bike']}: no answer", 16, INK)
    _write(draw, (40, 216), f"Version {facts['version']}", 16, INK)
    draw.rounded_rectangle((20, 540, 340, 600), radius=14, fill=FRAME)
    _write(draw, (136, 558), "Try again", 18, PAPER)
    return Paper(f"Screenshot_{facts.at:%Y%m%d-%H%M%S}.png", _png(picture))


def _sheet(heading: str, lines: list[str], filename: str) -> Paper:
    """A sheet of paper on a desk."""
    picture = Image.new("RGB", (640, 480), DESK)
    draw = ImageDraw.Draw(picture)
    draw.polygon(((70, 34), (584, 22), (598, 470), (52, 462)), fill=PAPER)
    _write(draw, (110, 66), "Velorna", 30, FRAME)
    _write(draw, (110, 130), heading, 22, INK)
    for number, line in enumerate(lines):
        _write(draw, (110, 190 + 38 * number), line, 17, INK)
    return Paper(filename, _png(picture))


def _invoice(_title: str, facts: Facts) -> Paper:
    lines = [
        f"Date: {facts['date']}",
        f"Order: {facts['order']}",
        f"Total: {facts['amount'].replace('€', 'EUR')}",
    ]
    return _sheet(f"Invoice {facts['invoice']}", lines, f"{facts['invoice']}.png")


def _label(_title: str, facts: Facts) -> Paper:
    lines = [f"Order: {facts['order']}", f"Tracking: {facts['tracking']}", f"Sent: {facts['date']}"]
    return _sheet("Delivery note", lines, f"IMG_{facts['pin']}.png")


def _list_of_bikes(_title: str, facts: Facts) -> Paper:
    first = facts.rng.randint(1_040, 9_900)
    lines = [
        f"VL-{first + number};{facts['depot']};{facts['model']};{facts.rng.randint(300, 19_000)}"
        for number in range(facts.rng.randint(8, 30))
    ]
    return Paper("bikes.csv", "\n".join(["bike;depot;model;mileage_km", *lines, ""]).encode())


def _log(title: str, facts: Facts) -> Paper:
    lines = [f"# {facts['bike']} {facts['model']} firmware {facts['version']}", f"# {title}"]
    second = facts.rng.randint(21_000, 60_000)
    for _ in range(facts.rng.randint(20, 60)):
        second += facts.rng.randint(1, 90)
        clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
        lines.append(f"{clock} {facts.one_of(('motor', 'battery', 'sensor', 'lock'))} {facts['error']} retry")
    return Paper(f"{facts['bike']}.log.txt", "\n".join([*lines, ""]).encode())


_MAKERS: dict[str, Callable[[str, Facts], Paper]] = {
    "App": _screenshot,
    "Billing": _invoice,
    "Orders": _label,
    "Fleet": _list_of_bikes,
    "Service": _log,
}


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, color: str) -> None:
    draw.text(at, text, fill=color, font=ImageFont.load_default(size=size))


def _png(picture: Image.Image) -> bytes:
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()
