"""Puts TLS before a server that speaks in clear: tls-front.py PORT CERTIFICATE KEY [WORDS [CLIENTS]]

It listens on a free port of loopback, prints its number, and passes everything on to PORT and back. TLS begins with the first byte,
or, where WORDS are given, as soon as the server has said them; whatever else came with them still goes in clear.
With CLIENTS, the certificate of an authority, only clients that it vouches for are served; WORDS may be empty then.
It ends when its standard input does.
"""

import os
import select
import socket
import ssl
import sys
import threading

port, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
words = sys.argv[4].encode() if len(sys.argv) > 4 and sys.argv[4] else None
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
if len(sys.argv) > 5:
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(sys.argv[5])


def secure(client):
    """TLS on a connection. Who fails in it is told so: to close before all has been read would reset the connection."""
    client = context.wrap_socket(client, server_side=True, do_handshake_on_connect=False)
    try:
        client.do_handshake()
    except OSError:
        socket.socket.shutdown(client, socket.SHUT_WR)
        while socket.socket.recv(client, 65536):
            pass
        raise
    return client


def serve(client):
    with socket.create_connection(("127.0.0.1", port)) as server:
        secured = words is None
        try:
            if secured:
                client = secure(client)
            while True:
                waiting = secured and client.pending() > 0
                ready = [client] if waiting else select.select([client, server], [], [])[0]
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    (server if end is client else client).sendall(data)
                    if end is server and not secured and words in data:
                        client = secure(client)
                        secured = True
                        break
        except OSError:
            pass  # a client that does not trust us, or either end that went away
        finally:
            client.close()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
