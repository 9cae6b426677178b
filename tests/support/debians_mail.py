"""A mail server of somebody else: Debian's Postfix and Dovecot on loopback, with mailboxes both of them know."""

import grp
import pwd
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from imapclient import IMAPClient

from tests.support.folders import open_folder

PASSWORD = "mail server"
SUPPORT = "support@desk.test"
CARL, CORA = "carl@customers.test", "cora@customers.test"
PEOPLE = (SUPPORT, CARL, CORA)
NOBODY = "nobody@customers.test"
"""An address Postfix takes mail for and then finds out that nobody has it: it sends a delivery report."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def running(*, oauth_introspection: str = "") -> Iterator["MailServer"]:
    """Both servers on free ports. `oauth_introspection` is the URL at which Dovecot asks about access tokens."""
    with open_folder() as folder:
        server = MailServer(folder, oauth_introspection)
        server.start()
        try:
            yield server
        finally:
            server.stop()


class MailServer:
    """SMTP without a password, as a relay on one's own machine; IMAP with one, or with an access token."""

    def __init__(self, folder: Path, oauth_introspection: str) -> None:
        assert shutil.which("postfix", path="/usr/sbin"), "install Debian's package postfix"
        assert shutil.which("dovecot", path="/usr/sbin"), "install Debian's package dovecot-imapd"
        self.folder, self.oauth_introspection = folder, oauth_introspection
        self.smtp_port, self.imap_port = free_port(), free_port()
        self.owner = pwd.getpwnam("mail")
        self.dovecot: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        for address in PEOPLE:
            home = self.folder / "mail" / address
            home.mkdir(parents=True)
            shutil.chown(home, self.owner.pw_uid, self.owner.pw_gid)
        shutil.chown(self.folder / "mail", self.owner.pw_uid, self.owner.pw_gid)
        self._start_dovecot()
        self._start_postfix()
        for port in (self.smtp_port, self.imap_port):
            _wait_for(port)

    def stop(self) -> None:
        if self.dovecot is not None:
            self.dovecot.terminate()
            self.dovecot.wait(20)
        self._postfix("stop")

    @property
    def port(self) -> int:
        """Where mail is fetched."""
        return self.imap_port

    def imap(self, address: str) -> IMAPClient:
        """A signed-in connection of one of the people."""
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False)
        client.login(address, PASSWORD)
        return client

    def mails(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """What lies in somebody's folder, oldest first."""
        with self.imap(address) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
            return [bytes(found[uid][b"BODY[]"]) for uid in sorted(found)]

    def wait_for_mails(self, address: str, count: int, *, within: float = 60.0) -> list[bytes]:
        """The mails of somebody, once there are so many."""
        deadline = time.monotonic() + within
        while len(found := self.mails(address)) < count:
            assert time.monotonic() < deadline, f"{address} has {len(found)} mails, not {count}"
            time.sleep(0.2)
        return found

    def put(self, address: str, *raw: bytes, folder: str = "INBOX") -> None:
        """Lay mails into somebody's folder, past SMTP."""
        with self.imap(address) as client:
            for each in raw:
                client.append(folder, each)

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Hand a mail to Postfix as a customer's own provider would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.send_message(message, sender, [to])

    def _start_dovecot(self) -> None:
        home = self.folder / "dovecot"
        home.mkdir()
        users = home / "users"
        users.write_text("".join(f"{each}:{{PLAIN}}{PASSWORD}::::::\n" for each in PEOPLE))
        users.chmod(0o644)
        token = home / "oauth2.conf"
        token.write_text(
            f"introspection_mode = post\nintrospection_url = {self.oauth_introspection}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        token.chmod(0o644)
        oauth = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2 oauthbearer\n args = {token}\n}}"
        (home / "dovecot.conf").write_text(f"""
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
log_path = {home}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login{" xoauth2 oauthbearer" if self.oauth_introspection else ""}
mail_location = maildir:{self.folder}/mail/%u
mail_uid = {self.owner.pw_uid}
mail_gid = {self.owner.pw_gid}
first_valid_uid = 1
default_internal_user = dovecot
default_login_user = dovenull
mail_max_userip_connections = 100
{oauth if self.oauth_introspection else ""}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {users}
}}
userdb {{
  driver = static
  args = uid={self.owner.pw_uid} gid={self.owner.pw_gid} home={self.folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""")
        self.dovecot = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", home / "dovecot.conf"])

    def _start_postfix(self) -> None:
        home = self.folder / "postfix"
        home.mkdir()
        queue, data = self.folder / "queue", self.folder / "postfix-data"
        queue.mkdir()
        data.mkdir()
        shutil.chown(data, "postfix", "postfix")
        self._name_boxes(PEOPLE)
        (home / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = {grp.getgrnam("postdrop").gr_name}
myhostname = mail.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = {home}/log
maillog_file_prefixes = {self.folder}
virtual_mailbox_domains = desk.test, customers.test
virtual_mailbox_base = {self.folder}/mail
virtual_mailbox_maps = texthash:{home}/boxes
virtual_uid_maps = static:{self.owner.pw_uid}
virtual_gid_maps = static:{self.owner.pw_gid}
virtual_minimum_uid = 1
recipient_delimiter = +
propagate_unmatched_extensions =
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
alias_maps =
minimal_backoff_time = 1s
queue_run_delay = 1s
bounce_notice_recipient = postmaster
""")
        master = Path("/usr/share/postfix/master.cf.dist").read_text()
        lines = []
        for line in master.splitlines():
            if line.startswith("smtp      inet"):
                lines.append(f"127.0.0.1:{self.smtp_port} inet n - n - - smtpd")
            elif line.startswith("#") or not line.strip():
                continue
            else:
                lines.append(_unchrooted(line))
        lines.append("postlog   unix-dgram n  -       n       -       1       postlogd")
        (home / "master.cf").write_text("\n".join(dict.fromkeys(lines)) + "\n")
        self.folder.chmod(0o755)
        done = self._postfix("start")
        assert done.returncode == 0, done.stderr + done.stdout

    def welcome(self, address: str) -> None:
        """From now on somebody has this address: what was given back before is delivered."""
        home = self.folder / "mail" / address
        home.mkdir()
        shutil.chown(home, self.owner.pw_uid, self.owner.pw_gid)
        self._name_boxes((*PEOPLE, address))
        with (self.folder / "dovecot" / "users").open("a") as users:
            users.write(f"{address}:{{PLAIN}}{PASSWORD}::::::\n")
        done = self._postfix("reload")
        assert done.returncode == 0, done.stderr

    def _name_boxes(self, addresses: Sequence[str]) -> None:
        boxes = self.folder / "postfix" / "boxes"
        boxes.write_text("".join(f"{each} {each}/\n" for each in addresses))

    def _postfix(self, command: str) -> "subprocess.CompletedProcess[str]":
        program = ["/usr/sbin/postfix", "-c", self.folder / "postfix", command]
        return subprocess.run(program, capture_output=True, text=True, check=False)


def _unchrooted(line: str) -> str:
    """The same service outside of a chroot, which Debian would have to fill first."""
    fields = line.split()
    if line[:1].isspace() or len(fields) < 8:
        return line
    fields[4] = "n"
    return " ".join(fields)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens on port {port}"
            time.sleep(0.1)
        else:
            return
