"""The parts of a knowledge graph as the MCP server "memory" keeps it: entities with observations, and relations."""

from collections.abc import Mapping

from onememory.formats.imported import FoundItem, ParsedMemories, label_of

_ENDS = (("from", "relationType", "to"), ("source", "relationship", "target"), ("source", "relation", "target"))


def is_graph_part(item: Mapping[str, object]) -> bool:
    """Whether this is an entity or a relation."""
    return _is_entity(item) or _sentence(item) is not None


def add_graph_part(found: ParsedMemories, position: int, item: Mapping[str, object]) -> None:
    """Every observation of an entity becomes a memory that names it, and a relation becomes a sentence."""
    if not _is_entity(item):
        found.add(position, FoundItem(_sentence(item)))
        return
    observations = item["observations"]
    if not isinstance(observations, list) or not observations:
        found.report(position, "It is an entity without observations.")
        return
    for observation in observations:
        found.add(position, FoundItem(_about(item["name"], observation), labels=[item.get("entityType")]))


def _is_entity(item: Mapping[str, object]) -> bool:
    return "observations" in item and isinstance(item.get("name"), str)


def _about(name: object, observation: object) -> object:
    if isinstance(observation, Mapping):
        observation = observation.get("content")
    if not isinstance(observation, str) or not isinstance(name, str) or name.casefold() in observation.casefold():
        return observation
    return f"{name}: {observation}"


def _sentence(item: Mapping[str, object]) -> str | None:
    for ends in _ENDS:
        words = [label_of(item.get(key)) for key in ends]
        if all(words):
            return " ".join(word.replace("_", " ") if at == 1 else word for at, word in enumerate(words) if word)
    return None
