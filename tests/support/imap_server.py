"""An IMAP server on loopback for tests: real sockets, folders in memory, and the faults a test asks for."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

PASSWORD = "mail server"
CAPABILITIES = ("IMAP4rev1", "IDLE", "UIDPLUS", "MOVE", "AUTH=XOAUTH2")
_WORD = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\((?:[^()]|\([^()]*\))*\)|[^\s()]+)')


@dataclass
class Message:
    uid: int
    raw: bytes
    arrived_at: datetime
    flags: set[str] = field(default_factory=set)
    seq: int = 0


@dataclass
class Folder:
    uid_validity: int
    messages: list[Message] = field(default_factory=list)
    next_uid: int = 1

    def put(self, raw: bytes, arrived_at: datetime, flags: Iterable[str] = ()) -> int:
        self.messages.append(Message(self.next_uid, raw, arrived_at, set(flags)))
        self.next_uid += 1
        return self.next_uid - 1


class ImapServer(socketserver.ThreadingTCPServer):
    """What a fetcher needs of IMAP4rev1 with IDLE, UIDPLUS, MOVE and XOAUTH2. UID commands only: others answer BAD."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.folders = {"INBOX": Folder(1)}
        self.capabilities = list(CAPABILITIES)
        self.passwords = {PASSWORD}
        self.tokens: set[str] = set()
        self.stumbles: set[int] = set()
        """UIDs whose bodies it does not hand over."""
        self.refuses: dict[str, str] = {}
        """Commands (`UID MOVE`, `SELECT`, …) it says no to, and its words."""
        self.hangs_up_at: list[str] = []
        """Commands at which it ends the connection, each once."""
        self.commands: list[str] = []
        self.sign_ins = 0

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    def put(self, *mails: bytes, arrived_at: datetime | None = None, flags: Iterable[str] = ()) -> None:
        """Lay mails into the inbox."""
        with self.changed:
            for raw in mails:
                self.inbox.put(raw, arrived_at or datetime.now(UTC).replace(microsecond=0), flags)
            self.changed.notify_all()

    def renumber(self) -> None:
        """All UIDs mean something else from now on, as after a restored backup."""
        with self.lock:
            kept = self.inbox.messages[::-1]
            self.folders["INBOX"] = Folder(self.inbox.uid_validity + 1)
            for each in kept:
                self.inbox.put(each.raw, each.arrived_at, each.flags)

    def raws(self, folder: str = "INBOX") -> list[bytes]:
        with self.lock:
            return [each.raw for each in self.folders[folder].messages]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go when they like."""


class _Session(socketserver.StreamRequestHandler):
    server: ImapServer
    folder: Folder | None = None
    known: list[Message]
    """What the client has been told of, in the order of its sequence numbers."""

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def handle(self) -> None:
        self.known = []
        self.say("* OK [CAPABILITY " + " ".join(self.server.capabilities) + "] Test server ready.")
        while line := self.rfile.readline():
            tag, _, rest = line.rstrip(b"\r\n").partition(b" ")
            words = [_unquoted(match) for match in _WORD.finditer(rest)]
            name = words.pop(0).upper()
            if name == "UID":
                name += " " + words.pop(0).upper()
            with self.server.lock:
                self.server.commands.append(f"{name} {' '.join(words)}" if name != "LOGIN" else name)
                if name in self.server.hangs_up_at:
                    self.server.hangs_up_at.remove(name)
                    return
            answer = self.server.refuses.get(name) or self.carry_out(name, words)
            if name in self.server.refuses:
                answer = f"NO {answer}"
            self.say(tag + b" " + (answer or "OK Done.").encode())
            if name == "LOGOUT":
                return

    def carry_out(self, name: str, words: list[str]) -> str | None:
        deed = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        if deed is None:
            return f"BAD {name} is unknown or wants UIDs."
        if name == "IDLE":
            answer: str | None = deed()
            return answer
        with self.server.changed:
            answer = deed(*words)
            if name not in {"SELECT", "EXAMINE", "LOGOUT"}:
                self.tell_news()
            self.server.changed.notify_all()
        return answer

    def tell_news(self) -> None:
        """EXPUNGE and EXISTS, as sequence numbers."""
        if self.folder is None:
            return
        there = {id(each) for each in self.folder.messages}
        for place in range(len(self.known), 0, -1):
            if id(self.known[place - 1]) not in there:
                self.say(f"* {place} EXPUNGE")
                del self.known[place - 1]
        if len(self.folder.messages) > len(self.known):
            self.known = list(self.folder.messages)
            self.say(f"* {len(self.known)} EXISTS")

    def do_capability(self) -> None:
        self.say("* CAPABILITY " + " ".join(self.server.capabilities))

    def do_login(self, user: str, password: str) -> str | None:
        self.server.sign_ins += 1
        return None if password in self.server.passwords else "NO [AUTHENTICATIONFAILED] Wrong password."

    def do_authenticate(self, _mechanism: str) -> str | None:
        self.say("+ ")
        told = base64.b64decode(self.rfile.readline()).decode()
        token = told.partition("auth=Bearer ")[2].partition("\1")[0]
        self.server.sign_ins += 1
        return None if token in self.server.tokens else "NO [AUTHENTICATIONFAILED] Invalid token."

    def do_select(self, name: str) -> str | None:
        return self.do_examine(name, mode="READ-WRITE")

    def do_examine(self, name: str, *, mode: str = "READ-ONLY") -> str | None:
        found = self.server.folders.get(name)
        if found is None:
            return "NO [NONEXISTENT] No such folder."
        self.folder, self.known = found, list(found.messages)
        self.say(r"* FLAGS (\Seen \Deleted)")
        self.say(f"* {len(self.known)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {found.uid_validity}] UIDs valid")
        self.say(f"* OK [UIDNEXT {found.next_uid}] Next")
        return f"OK [{mode}] Selected."

    def do_list(self, _base: str, pattern: str) -> None:
        if pattern in self.server.folders:
            self.say(f'* LIST () "/" "{pattern}"')

    def do_create(self, name: str) -> None:
        self.server.folders.setdefault(name, Folder(77))

    def do_noop(self) -> None:
        """News are told anyway."""

    def do_logout(self) -> None:
        self.say("* BYE See you.")

    def do_uid_search(self, *words: str) -> None:
        assert self.folder is not None
        found, left = list(self.folder.messages), list(words)
        while left:
            word = left.pop(0).upper()
            if word == "UID":
                wanted = self.among(left.pop(0))
                found = [each for each in found if each in wanted]
            elif word in {"SINCE", "BEFORE"}:
                day = datetime.strptime(left.pop(0), "%d-%b-%Y").replace(tzinfo=UTC)
                found = [each for each in found if (each.arrived_at >= day) == (word == "SINCE")]
            elif word == "LARGER":
                size = int(left.pop(0))
                found = [each for each in found if len(each.raw) > size]
        self.say("* SEARCH" + "".join(f" {each.uid}" for each in found))

    def do_uid_fetch(self, uids: str, items: str) -> str | None:
        wanted = self.among(uids)
        if "BODY" in items and any(each.uid in self.server.stumbles for each in wanted):
            return "NO [SERVERBUG] Something is wrong with one of these."
        for each in wanted:
            number = self.known.index(each) + 1 if each in self.known else len(self.known) + 1
            self.wfile.write(f"* {number} FETCH (UID {each.uid}".encode())
            if "RFC822.SIZE" in items:
                self.wfile.write(f" RFC822.SIZE {len(each.raw)}".encode())
            if "INTERNALDATE" in items:
                self.wfile.write(each.arrived_at.strftime(' INTERNALDATE "%d-%b-%Y %H:%M:%S %z"').encode())
            if body := re.search(r"BODY(?:\.PEEK)?\[([^\]]*)\]", items):
                raw = each.raw if not body.group(1) else each.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                self.wfile.write(f" BODY[{body.group(1)}] {{{len(raw)}}}\r\n".encode() + raw)
            self.wfile.write(b")\r\n")
        return None

    def do_uid_store(self, uids: str, action: str, flags: str) -> None:
        for each in self.among(uids):
            named = set(flags.strip("()").split())
            each.flags = each.flags | named if action.startswith("+") else named

    def do_uid_copy(self, uids: str, name: str) -> str | None:
        if name not in self.server.folders:
            return "NO [TRYCREATE] No such folder."
        for each in self.among(uids):
            self.server.folders[name].put(each.raw, each.arrived_at, each.flags)
        return None

    def do_uid_move(self, uids: str, name: str) -> str | None:
        gone = self.among(uids)
        refusal = self.do_uid_copy(uids, name)
        if refusal is None:
            self.remove(gone)
        return refusal

    def do_uid_expunge(self, uids: str) -> None:
        self.remove([each for each in self.among(uids) if "\\Deleted" in each.flags])

    def do_idle(self) -> str | None:
        assert self.folder is not None
        self.say("+ idling")
        done = threading.Event()
        threading.Thread(target=lambda: (self.rfile.readline(), done.set()), daemon=True).start()
        while not done.wait(0.02):
            with self.server.changed:
                self.tell_news()
        return None

    def among(self, uids: str) -> list[Message]:
        assert self.folder is not None
        highest = max((each.uid for each in self.folder.messages), default=0)
        wanted: set[int] = set()
        for part in uids.split(","):
            ends = [highest if end == "*" else int(end) for end in part.split(":")]
            wanted.update(range(min(ends), max(ends) + 1))
        return [each for each in self.folder.messages if each.uid in wanted]

    def remove(self, gone: list[Message]) -> None:
        assert self.folder is not None
        self.folder.messages[:] = [each for each in self.folder.messages if each not in gone]


def days_ago(days: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)


def _unquoted(match: "re.Match[bytes]") -> str:
    quoted, bare = match.groups()
    if quoted is None:
        return str(bare.decode())
    return re.sub(r"\\(.)", r"\1", quoted.decode())


@contextmanager
def running() -> Iterator[ImapServer]:
    with ImapServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()
