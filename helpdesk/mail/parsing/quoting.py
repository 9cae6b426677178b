"""A mail taken apart into what its sender says now and what was said before: history and signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.mail.parsing.markup import VOID, Piece, joined, pieces, pruned
from helpdesk.mail.parsing.signatures import signature_start


@dataclass(frozen=True, slots=True)
class Reply:
    """Both bodies of a mail without the words of others; the rest of the HTML beside it."""

    text: str
    html: str
    """Markup of the sender's, not yet reduced."""
    quoted_html: str
    """History and signature, not yet reduced."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as its reader sees it."""

    text: str
    is_quoted: bool = False
    starts_history: bool = False
    """The program that wrote it says that from here on it is history."""
    starts_signature: bool = False


MOST_LINES = 20_000
_MARK = re.compile(r"^\s*[>|›»]")
_INTRO = re.compile(
    r"^(?:"
    r"On\b.{4,200}\bwrote|(?:Op|Am|Den|Il|El|Le|Em|W dniu|Dnia|Dne|Dňa|On|Na|Pada|Vào|Lør|Tir|Ons|Tor|Fre|Søn|Man)\b.{4,250}?"
    r"\b(?:wrote|schrieb|schreef|geschreven|a [ée]crit|escribi[óo]|escreveu|ha scritto|skrev|napisa[łl](?:\(a\))?"
    r"|pisze|napsal\(?a?\)?|nap[ií]sal\(?a?\)?|kirjoitti|написал\(?а?\)?|menulis|đã viết).{0,60}"
    r"|.{4,200}\b(?:wrote|schrieb|schreef|a [ée]crit|escribi[óo]|escreveu|ha scritto|skrev|napisa[łl]\(?a?\)?|kirjoitti|írta|пишет|написал\(?а?\)?|писал\(?а?\)?)\s*"
    r"|.{4,200}(?:写道|寫道|のメール|のメッセージ|작성)\s*"
    r")[:：]\s*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"^[\s>*]*[-_=]{2,}\s*(?:original message|original-nachricht|urspr[üu]ngliche (?:nachricht|mail|e-mail)|message d['’]origine|message original"
    r"|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|origineel bericht|originalmeddelelse"
    r"|opprinnelig melding|ursprungligt meddelande|alkuper[äa]inen viesti|wiadomo[śs][ćc] oryginalna|oryginalna wiadomo[śs][ćc]"
    r"|исходное сообщение|původní zpráva|eredeti üzenet|reply message|reply above this line|原始邮件|原始郵件)\s*[-_=]*\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^[\s>*]*(?:[-_=]{2,}\s*)?(?:begin )?(?:forwarded (?:message|by)|weitergeleitete nachricht|message transf[ée]r[ée]"
    r"|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande"
    r"|пересылаемое сообщение)\b.{0,60}$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[\s>*]*(?P<name>from|von|de|van|da|från|fra|od|от|от кого|发件人|寄件者|差出人"
    r"|to|an|à|a|para|aan|till|til|do|komu|кому|收件人|宛先"
    r"|sent|date|gesendet|datum|envoyé|enviado|enviado el|enviada|data|fecha|inviato|verzonden|skickat|sendt|dato|wysłano|отправлено|дата|发送时间|日期|日時"
    r"|subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|předmět|тема|主题|主旨|件名|cc|kopie|copie|reply-to)"
    r"\s*\*?\s*[:：]\s*\*?.{0,300}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:_{5,}|-{5,}|\*{5,}|={5,})\s*$")


def split_reply(text: str, html: str) -> Reply:
    """What its sender says now, in both bodies: `html` is the raw markup, as are both halves of the answer.

    History is cut where nothing of the sender's own follows it; quotes that are answered in between stay. Where
    nothing would be left, everything stays.
    """
    own_text = "\n".join(_own(text.split("\n"))).strip("\n").rstrip()
    own_html, rest = _split_html(html) if html.strip() else ("", "")
    return Reply(text=own_text, html=own_html, quoted_html=rest)


def _own(lines: Sequence[str]) -> list[str]:
    told = [Line(line, is_quoted=bool(_MARK.match(line))) for line in lines[:MOST_LINES]]
    hidden = hidden_lines(told)
    return [line for line, is_hidden in zip(lines, hidden, strict=False) if not is_hidden]


def hidden_lines(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is history or signature."""
    hidden = [False] * len(lines)
    end = history_start(lines)
    _hide(hidden, end, len(lines))
    _hide_around(lines, hidden, end)
    start = signature_start([line.text for line in lines[:end]])
    marked = next((at for at, line in enumerate(lines[:end]) if line.starts_signature), None)
    start = min(each for each in (start, marked, end) if each is not None)
    _hide(hidden, start, end)
    if any(line.text.strip() and not is_hidden for line, is_hidden in zip(lines, hidden, strict=True)):
        return hidden
    return [False] * len(lines)


def _hide(hidden: list[bool], start: int, end: int) -> None:
    hidden[start:end] = [True] * max(0, end - start)


def _hide_around(lines: Sequence[Line], hidden: list[bool], end: int) -> None:
    """Hide the quote at the end of what is left, and one at its beginning that an introduction announces."""
    last = end
    while last and (lines[last - 1].is_quoted or not lines[last - 1].text.strip()):
        last -= 1
    if any(line.is_quoted for line in lines[last:end]):
        start = _intro_before(lines, last)
        _hide(hidden, start, end)


def _intro_before(lines: Sequence[Line], at: int) -> int:
    """Where the sentence begins that announces what stands at a line: at most four lines above it."""
    for above in range(1, 5):
        start = at - above
        if start < 0:
            break
        sentence = " ".join(line.text.strip() for line in lines[start:at]).strip()
        if _INTRO.match(sentence):
            return start
    return at


def history_start(lines: Sequence[Line]) -> int:
    """The line from which on everything is history; their number where none is."""
    for at, line in enumerate(lines):
        if line.starts_history or _SEPARATOR.match(line.text) or _is_header_block(lines, at):
            return at - 1 if at and _RULE.match(lines[at - 1].text) else at
        if not line.is_quoted and (length := _intro_length(lines, at)):
            after = next((each for each in lines[at + length :] if each.text.strip()), None)
            if after is None or not after.is_quoted or not _has_own(lines[at + length :]):
                return at
    return len(lines)


def _has_own(lines: Sequence[Line]) -> bool:
    return any(line.text.strip() and not line.is_quoted for line in lines)


def _intro_length(lines: Sequence[Line], at: int) -> int:
    """How many lines the sentence announcing a quote takes that begins here; 0 where none does."""
    sentence = ""
    for length in range(1, 5):
        if at + length > len(lines) or not lines[at + length - 1].text.strip():
            return 0
        sentence = f"{sentence} {lines[at + length - 1].text.strip()}".strip()
        if sentence.endswith((":", "：")):
            return length if _INTRO.match(sentence) else 0
    return 0


def _is_header_block(lines: Sequence[Line], at: int) -> bool:
    """Three different header fields in the next six lines, beginning here."""
    if not _HEADER.match(lines[at].text):
        return False
    names = {
        found.group("name").lower() for line in lines[at : at + 6] if (found := _HEADER.match(line.text))
    }
    return len(names) >= 3


_HISTORY_CLASSES = re.compile(
    r"\b(?:x_)?(?:gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra|tutanota_quote|moz-cite-prefix"
    r"|OutlookMessageHeader|yahoo-quoted|gmail_extra|mail_android_quote)\b"
)
_HISTORY_IDS = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION|stopSpelling|reply-intro"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|divtagdefaultwrapper-quote)$"
)
_SIGNATURE_CLASSES = re.compile(
    r"\b(?:x_)?(?:gmail_signature|moz-signature|protonmail_signature_block|signature_editor)\b", re.IGNORECASE
)
_OUTLOOK_RULE = re.compile(r"border:\s*none;\s*border-top:\s*solid #[0-9a-f]{6} 1\.0pt", re.IGNORECASE)


def _split_html(markup: str) -> tuple[str, str]:
    all_ = pieces(markup)
    lines, line_of = html_lines(all_)
    hidden = hidden_lines(lines)
    if not any(hidden):
        return joined(all_), ""
    own = [piece for piece, at in zip(all_, line_of, strict=True) if at is None or not hidden[at]]
    rest = [piece for piece, at in zip(all_, line_of, strict=True) if at is None or hidden[at]]
    return joined(pruned(own)), joined(pruned(rest))


def html_lines(all_: Sequence[Piece]) -> tuple[list[Line], list[int | None]]:
    """The lines a reader of HTML sees, and for each piece the line it stands in (None for tags that hold others)."""
    texts: list[list[str]] = [[]]
    marks: list[set[str]] = [set()]
    line_of: list[int | None] = []
    quotes: list[bool] = []
    waiting: set[str] = set()
    for piece in all_:
        if piece.is_block or piece.name == "br":
            if piece.name == "br":
                line_of.append(len(texts) - 1)
            if texts[-1] or piece.name == "br":
                texts.append([])
                marks.append(set())
        if piece.name and piece.name not in VOID:
            if piece.closes:
                if quotes:
                    quotes.pop()
            else:
                waiting |= _marks(piece)
                quotes.append(piece.name == "blockquote" and _is_cited(piece))
        if piece.name in VOID:
            waiting |= _marks(piece)
        if piece.name == "br":
            continue
        if piece.name and piece.name != "img" and piece.name != "hr":
            line_of.append(None)
            continue
        line_of.append(len(texts) - 1)
        text = piece.text if not piece.name else ("[image]" if piece.name == "img" else "")
        if text.strip():
            texts[-1].append(text)
            marks[-1] |= waiting | ({"quote"} if any(quotes) else set())
            waiting = set()
    lines = [
        Line(
            " ".join(" ".join(words).split()),
            is_quoted="quote" in mark,
            starts_history="history" in mark,
            starts_signature="signature" in mark,
        )
        for words, mark in zip(texts, marks, strict=True)
    ]
    return lines, line_of


def _is_cited(piece: Piece) -> bool:
    return piece.attributes.get("type", "") == "cite" or "cite" in piece.attributes


def _marks(piece: Piece) -> set[str]:
    given = piece.attributes
    classes = given.get("class", "")
    found = set()
    if (
        _HISTORY_CLASSES.search(classes)
        or _HISTORY_IDS.match(given.get("id", ""))
        or _OUTLOOK_RULE.search(given.get("style", ""))
    ):
        found.add("history")
    if _SIGNATURE_CLASSES.search(classes):
        found.add("signature")
    return found
