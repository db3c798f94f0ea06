"""The HTTP server for the WSGI application, made of cheroot."""

from __future__ import annotations

import logging
import re
import socket
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from cheroot.server import HTTPConnection
from cheroot.wsgi import Gateway_10, Server

from vidispine.simulator.http.streams import CLOSE_CONNECTION

if TYPE_CHECKING:
    from queue import SimpleQueue

logger = logging.getLogger("vidispine.simulator")


class _Connection(HTTPConnection):
    """A connection that needs a thread only while a request arrives or is handled."""

    is_new = True

    def __init__(self, server: WsgiServer, *arguments: Any) -> None:
        super().__init__(server, *arguments)
        server.connections.add(self)

    def disconnect(self) -> None:
        """Close the connection in both directions, so that its thread ends."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    # Discard unsent output of disconnected clients. Otherwise Python reports an unraisable exception.
    def close(self) -> None:
        with suppress(OSError):
            self.wfile.close()
        super().close()


class _Gateway(Gateway_10):
    """Lets the application close the connection after the response."""

    def get_environ(self) -> Any:
        environ: Any = super().get_environ()  # type: ignore[no-untyped-call]
        environ[CLOSE_CONNECTION] = lambda: setattr(self.req, "close_connection", True)
        return environ


class WsgiServer(Server):
    """Logs errors instead of printing them, and closes a socket that it cannot bind."""

    ConnectionClass = _Connection

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.gateway = _Gateway
        self.connections: weakref.WeakSet[_Connection] = weakref.WeakSet()

    def process_conn(self, conn: _Connection) -> None:
        """Handle a request. A new connection waits, without a thread, until its request arrives."""
        if conn.is_new:
            conn.is_new = False
            self.put_conn(conn)
        else:
            super().process_conn(conn)

    def disconnect(self) -> None:
        """Close all connections."""
        for connection in list(self.connections):
            connection.disconnect()

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: Any) -> socket.socket:
        """Bind a socket, or close it."""
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log an error."""
        logger.log(level, msg.rstrip(), exc_info=traceback)


def serve(server: Server, prepared: SimpleQueue[Exception | None]) -> None:
    """Serve until the server is stopped. Report first whether it could bind its address."""
    try:
        server.prepare()
    except Exception as error:  # noqa: BLE001 - start() raises it
        prepared.put(error)
        return
    prepared.put(None)
    server.serve()


def explain_bind_error(error: Exception) -> str:
    """Return why an address cannot be used, in a few words."""
    # cheroot lists each address that it tried with the system's message.
    found = re.findall(r"\[Errno -?\d+\] ([^)]+)", str(error))
    text = found[-1] if found else str(error).splitlines()[0]
    if "in use" in text:
        return "the address is in use; choose another port, or 0 for any free one"
    if "Permission denied" in text:
        return "permission denied; choose a port above 1023"
    return text
