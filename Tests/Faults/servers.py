"""Servers on loopback for the fault runs: one that takes mail, and a way to any server that breaks off."""

import re
import select
import socket
import threading


def has(message, identity):
    """Whether a message has this Message-ID."""
    pattern = re.compile(rb"^Message-ID:\s*<" + re.escape(identity.encode()) + rb">", re.M | re.I)
    return pattern.search(message.replace(b"\r\n", b"\n").partition(b"\n\n")[0]) is not None


def listener():
    """A listening socket on a free loopback port."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", 0))
    found.listen(64)
    return found


class Sink:
    """An SMTP server that takes every message and remembers it; `fault` says where it breaks off.

    A message counts as delivered once the server has its end, whether or not the client still hears the answer.
    """

    steps = ("greeting", "EHLO", "MAIL", "RCPT", "DATA", "content", "end", "QUIT")

    def __init__(self):
        self.messages = []
        self.recipients = []
        self.fault = None
        self._socket = listener()
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._serve, args=(connection, self.fault), daemon=True).start()

    def _serve(self, connection, fault):
        with connection:
            try:
                self._converse(connection, connection.makefile("rb"), fault)
            except OSError:
                pass

    def _converse(self, connection, lines, fault):
        def say(text):
            connection.sendall(text.encode() + b"\r\n")

        if fault == "greeting":
            return
        say("220 sink.example.org ESMTP")
        recipients = []
        while line := lines.readline():
            verb = line.split()[0].upper().decode() if line.split() else ""
            if verb == fault:
                return
            if verb == "EHLO":
                say("250-sink.example.org\r\n250-8BITMIME\r\n250 PIPELINING")
            elif verb == "DATA":
                say("354 go on")
                message = self._content(lines, fault)
                if message is None:
                    return
                self.recipients.append(recipients)
                self.messages.append(message)
                if fault == "end":
                    return
                say("250 2.0.0 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                if verb in ("MAIL", "RSET"):
                    recipients = []
                elif verb == "RCPT":
                    recipients = recipients + [re.search(rb"<(.*?)>", line).group(1).decode()]
                say("250 ok")

    @staticmethod
    def _content(lines, fault):
        content = []
        while line := lines.readline():
            if line == b".\r\n":
                return b"".join(content)
            if fault == "content" and len(content) == 4:
                return None
            content.append(line[1:] if line.startswith(b".") else line)
        return None

    def count(self, identity, recipient="bob@example.org"):
        """How often the message with this Message-ID was delivered to somebody."""
        return sum(1 for message, people in zip(self.messages, self.recipients) if recipient in people and has(message, identity))


class Passage:
    """A way to a server that breaks off once so many bytes have come from it; TLS inside is none of its business."""

    def __init__(self, port):
        self.server_port = port
        self.limit = None
        self.carried = 0
        self._socket = listener()
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self._socket.accept()
            threading.Thread(target=self._carry, args=(client, self.limit), daemon=True).start()

    def _carry(self, client, limit):
        rest = limit
        with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            try:
                while True:
                    ready, _, _ = select.select([client, server], [], [])
                    if client in ready:
                        data = client.recv(65536)
                        if not data:
                            return
                        server.sendall(data)
                    if server in ready:
                        data = server.recv(65536)
                        if not data:
                            return
                        if rest is not None:
                            data, rest = data[:rest], rest - len(data)
                        client.sendall(data)
                        self.carried += len(data)
                        if rest is not None and rest <= 0:
                            return
            except OSError:
                return
