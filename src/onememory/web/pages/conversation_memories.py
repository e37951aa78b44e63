"""What was said in a conversation becomes a memory, which says where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.conversations import Message, StoredConversation
from onememory.domain.errors import HoldsSecret, InvalidInput, NotFound, TooLarge
from onememory.domain.memories import Draft
from onememory.domain.platforms import platform_name
from onememory.web.forms.numbers import number_of
from onememory.web.forms.typed_texts import as_typed, written
from onememory.web.pages.conversation import LIST, conversation_id_of, message_numbers
from onememory.web.pages.conversations import speaker_name
from onememory.web.rendering import page, see
from onememory.web.sharing import open_to
from onememory.web.visits import Visit
from onememory.web.wording.outcomes import after
from onememory.web.wording.sentences import sentence_of

PATH = "/history/{conversation_id}/remember"
AT_ONCE = 200  # messages that become one memory


@dataclass(frozen=True, slots=True)
class Source:
    """The messages that the memory is made of."""

    chat: StoredConversation
    messages: Mapping[int, Message]  # by number, in order

    @property
    def first(self) -> Message | None:
        """The one that the memory names as its origin."""
        return next(iter(self.messages.values()), None)

    @property
    def path(self) -> str:
        """Where they are read."""
        number = next(iter(self.messages), None)
        return f"{LIST}/{self.chat.id}" + ("" if number is None else f"?at={number}")

    @property
    def anchor(self) -> str:
        """Which message of that page."""
        number = next(iter(self.messages), None)
        return "" if number is None else f"#m-{number}"


async def ask(visit: Visit) -> Response:
    """A form with the text of the messages that the address names."""
    source = await _source(visit, visit.request.query_params.getlist("id"))
    return await _form(visit, source, _dated(visit, source, _quoted(source)))


async def keep(visit: Visit) -> Response:
    """Keep what was written; a text that was only selected in the conversation is shown first."""
    source, text = await _source(visit, visit.form.all("id")), as_typed(visit.form.one("text"))
    if not visit.form.one("bucket"):
        return await _form(visit, source, _dated(visit, source, text))
    try:
        memory = await visit.services.memories.store(visit.person.actor, _draft(visit, source, text))
    except (InvalidInput, HoldsSecret, TooLarge, NotFound) as error:
        return await _form(visit, source, text, sentence_of(error))
    return see(after(source.path, "added", [memory.id]) + source.anchor)


async def _source(visit: Visit, texts: list[str]) -> Source:
    if len(texts) > AT_ONCE:
        raise InvalidInput(f"These are {len(texts)} messages; at most {AT_ONCE} make one memory. Tick fewer.")
    numbers = message_numbers(texts)
    reading, conversation_id = visit.services.conversation_reading, conversation_id_of(visit)
    return Source(*await reading.messages(visit.person.actor, conversation_id, numbers))


def _draft(visit: Visit, source: Source, text: str) -> Draft:
    bucket_id = number_of(visit.form.one("bucket"))
    if bucket_id is None:
        raise InvalidInput("Choose the bucket that the memory belongs into.")
    message_id = source.first.id if source.first else None
    return Draft(written(text), bucket_id, conversation_id=source.chat.id, message_id=message_id)


async def _form(visit: Visit, source: Source, text: str, problem: str = "") -> Response:
    return page(
        visit,
        "conversation_remember.html",
        400 if problem else 200,
        chat=source.chat,
        platform=platform_name(source.chat.platform),
        numbers=list(source.messages),
        text=text,
        bucket=visit.form.one("bucket"),
        problem=problem,
        buckets=open_to(visit, await visit.services.buckets.all(visit.person.actor)),
        back=source.path + source.anchor,
    )


def _quoted(source: Source) -> str:
    """What was said; of several messages, who said it too."""
    said = list(source.messages.values())
    if len(said) == 1:
        return said[0].text
    platform = source.chat.platform
    return "\n\n".join(f"{speaker_name(m.speaker, m.role, platform)}: {m.text}" for m in said)


def _dated(visit: Visit, source: Source, text: str) -> str:
    """The text behind the day on which it was said, which is then the day that the memory is about."""
    moment = (source.first.created_at if source.first else None) or source.chat.created_at
    return f"{moment.astimezone(visit.zone):%Y-%m-%d} {text}" if moment and text else text
