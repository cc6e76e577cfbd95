"""The other side of every channel, on loopback: a mail server, and a server that takes what is posted to it.

Keep out: expectations."""

from __future__ import annotations

import datetime
import ipaddress
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Mail:
    sender: str
    to: list[str]
    text: str
    encrypted: bool
    login: str


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP as smtplib asks for. `refuse` is said instead of taking a message."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, certificate: Path | None = None, *, tls: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.tls = tls
        self.mails: list[Mail] = []
        self.refuse = ""
        self.context: ssl.SSLContext | None = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Smtp(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.encrypted, self.login = False, ""
        if self.server.tls:
            self.encrypt()
        self.say("220 test")
        sender, to = "", list[str]()
        while line := self.rfile.readline():
            text = line.decode().strip()
            verb = text.partition(" ")[0].upper()
            if verb in ("EHLO", "HELO"):
                offers = ["test", *["STARTTLS"] * bool(self.server.context and not self.encrypted), "AUTH PLAIN"]
                for offer in offers[:-1]:
                    self.say(f"250-{offer}")
                self.say(f"250 {offers[-1]}")
            elif verb == "STARTTLS":
                self.say("220 go on")
                self.encrypt()
            elif verb == "AUTH":
                self.login = b64decode(text.rpartition(" ")[2]).decode().replace("\0", ":").strip(":")
                self.say("235 yes")
            elif verb == "MAIL":
                sender, to = text.partition("<")[2].partition(">")[0], []
                self.say("250 ok")
            elif verb == "RCPT":
                to.append(text.partition("<")[2].partition(">")[0])
                self.say("250 ok")
            elif verb == "DATA":
                self.take(sender, to)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def encrypt(self) -> None:
        assert self.server.context
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)
        self.encrypted = True

    def take(self, sender: str, to: list[str]) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line.removeprefix("."))
        if self.server.refuse:
            self.say(self.server.refuse)
            return
        self.server.mails.append(Mail(sender, to, "".join(lines), self.encrypted, self.login))
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@dataclass
class Posted:
    path: str
    headers: dict[str, str]
    body: str


@dataclass
class Web:
    """What was posted; `status` is what the server answers."""

    url: str = ""
    status: int = 200
    posted: list[Posted] = field(default_factory=list)


@contextmanager
def web() -> Iterator[Web]:
    seen = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.posted.append(Posted(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(seen.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield seen


@contextmanager
def mailing(certificate: Path | None = None, *, tls: bool = False) -> Iterator[MailServer]:
    server = MailServer(certificate, tls=tls)
    with serving(server):
        yield server


@contextmanager
def serving(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 that signs itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = made.public_bytes(pem) + key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "loopback.pem"
    file.write_bytes(text)
    return file
