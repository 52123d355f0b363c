"""What takes a while to draw: remembered, and drawn only by threads that are there for it."""

from collections.abc import Callable, Hashable

from issuer.context import Context
from issuer.core.remembering import Memory


class NotDrawn(Exception):
    """A picture is not remembered, and the thread that asks for it is not one to draw in.

    It is no error that anybody is told of: whoever gave the thread its context asks again in another one.
    """

    def __init__(self, key: Hashable) -> None:
        super().__init__("not drawn yet")
        self.key = key


def recall(
    context: Context,
    memory: Memory[Hashable, bytes],
    key: Hashable,
    draw: Callable[[], bytes],
    *,
    weigh: Callable[[bytes], int] = len,
) -> bytes:
    """Return what is remembered under a key, or draw it. Raises `NotDrawn` where this thread may not."""

    def make() -> bytes:
        if not context.may_draw:
            raise NotDrawn(key)
        return draw()

    return memory.recall(key, make, weigh=weigh)
