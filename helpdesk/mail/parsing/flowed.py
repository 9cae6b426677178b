"""Plain text whose lines flow (RFC 3676): put together again as its writer saw it."""


def unflowed(text: str, *, deletes_space: bool = False) -> str:
    """Each paragraph on one line; depth of quotes kept, signature line left alone."""
    lines: list[str] = []
    open_depth: int | None = None  # of the paragraph that goes on
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        if words in ("-- ", "--"):
            lines.append(_quoted(words, depth))
            open_depth = None
            continue
        if open_depth == depth:
            lines[-1] += words
        else:
            lines.append(_quoted(words, depth))
        open_depth = depth if words.endswith(" ") else None
        if open_depth is not None and deletes_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _quoted(words: str, depth: int) -> str:
    return f"{'>' * depth} {words}" if depth else words
