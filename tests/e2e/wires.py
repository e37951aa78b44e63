"""A TCP proxy that can break what goes through it."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

_RESET = struct.pack("ii", 1, 0)  # a close that sends a reset, as a network that breaks does


class Wire:
    """Passes connections on to a port of this machine while it is whole."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._is_whole = True
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and every new one until `mend`."""
        self._is_whole = False
        self.shake()

    def shake(self) -> None:
        """Break every connection; new ones are passed on."""
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with contextlib.suppress(OSError):  # closed meanwhile
                end.shutdown(socket.SHUT_RDWR)  # wakes up who reads from it

    def mend(self) -> None:
        """Pass new connections on again."""
        self._is_whole = True

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._listening.accept()
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            with self._lock:
                if not self._is_whole:
                    return
                self._ends |= {near, far}
            back = threading.Thread(target=_pump, args=(far, near), daemon=True)
            back.start()
            _pump(near, far)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other direction has ended
        while piece := source.recv(65_536):
            target.sendall(piece)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def wired(target: int) -> Iterator[Wire]:
    """A wire to that port while the block runs."""
    wire = Wire(target)
    try:
        yield wire
    finally:
        wire.close()
