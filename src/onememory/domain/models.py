"""Which model made a vector; vectors of two models are never compared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What must be equal for two vectors to be comparable."""

    name: str  # the setting that builds it again: wordllama, onnx:/srv/minilm, openai:text-embedding-3-small, none
    revision: str  # a short hash of the weights, or of address and model where they are remote
    dimension: int  # 0 means that there is no meaning, only words

    @property
    def key(self) -> str:
        """One string, stamped on each vector."""
        return f"{self.name}@{self.revision}/{self.dimension}"

    @classmethod
    def from_key(cls, key: str) -> "ModelIdentity":
        """The identity behind a stamp; raises ValueError for what is none."""
        rest, _, dimension = key.rpartition("/")
        name, _, revision = rest.rpartition("@")
        return cls(name, revision, int(dimension))
