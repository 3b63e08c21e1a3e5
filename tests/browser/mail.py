"""Mails of the demo site: read from its outbox, or taken by SMTP servers that behave, refuse, dawdle or break off."""
import contextlib
import email
import email.policy
import html
import re
import socket
import threading

from aiosmtpd.controller import Controller

from harness import free_port


def code_in(text):
    return re.search(r"\b\d{8}\b", text).group()


def outbox(client):
    """The texts of the mails, newest first."""
    return [html.unescape(text) for text in re.findall(r"<pre>(.*?)</pre>", client.get("/outbox").body, re.S)]


class Mailbox:
    """Takes mails; `answer` is the server's to each of them."""

    def __init__(self, answer="250 taken"):
        self.answer, self.mails = answer, []

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, mail))
        return self.answer


@contextlib.contextmanager
def smtp_server(mailbox):
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@contextlib.contextmanager
def raw_server(behave):
    """behave(connection) for each that comes, which is then closed."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    ended = threading.Event()

    def serve():
        while not ended.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    behave(connection, ended)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        thread.join()
        listener.close()


def silent(connection, ended):
    ended.wait(20)


def breaking_off(connection, ended):
    connection.sendall(b"220 here\r\n")
    connection.recv(100)
