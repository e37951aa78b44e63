"""A coding agent's session as a conversation: the prompts, and of each turn the answer that ends it."""

from dataclasses import dataclass, field, replace

from onememory.domain.conversations import Message
from onememory.formats.chats.found import LeftOut, Tally


@dataclass(slots=True)
class AgentTurns:
    """Collects a session as it is read; what an agent says on the way to its answer is counted as left out."""

    tally: Tally
    _said: list[Message] = field(default_factory=list)
    _answer: Message | None = None
    _step: str = ""
    _is_final: bool = False

    def prompt(self, message: Message) -> None:
        """What the user asks; it begins a turn."""
        self._end_turn()
        self._said.append(message)

    def answer(self, message: Message, step: str, *, is_final: bool = False) -> None:
        """What the agent says in one step; texts of one step belong together, a later step counts for the turn.

        A step that says of itself that it is the final one is not replaced by others.
        """
        if self._answer and step and step == self._step:
            text = f"{self._answer.text}\n\n{message.text}"
            self._answer = replace(self._answer, text=text)
            self._is_final = self._is_final or is_final
            return
        if self._answer:
            self.tally.left_out[LeftOut.HIDDEN] += 1
        if not self._answer or is_final or not self._is_final:
            self._answer, self._step, self._is_final = message, step, is_final

    def messages(self) -> tuple[Message, ...]:
        """The conversation so far; the last turn is taken as ended."""
        self._end_turn()
        return tuple(self._said)

    def _end_turn(self) -> None:
        if self._answer:
            self._said.append(self._answer)
        self._answer, self._step, self._is_final = None, "", False
