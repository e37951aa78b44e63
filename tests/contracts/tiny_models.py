"""The smallest real ONNX embedders: a table of random rows per byte, written as protobuf by hand."""

import json
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

DIMENSION = 16
_FLOAT, _INT64 = 1, 7


def write_tiny_model(
    folder: Path, pooled: bool = False, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), seed: int = 1
) -> Path:
    """A directory with `model.onnx` and `tokenizer.json`; `pooled` averages inside the graph."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(tiny_graph(pooled, inputs, seed))
    (folder / "tokenizer.json").write_text(tiny_tokenizer(), encoding="utf-8")
    return folder


def tiny_rows(seed: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The row of each token, shape (257, DIMENSION); the last is padding."""
    return np.random.default_rng(seed).standard_normal((257, DIMENSION)).astype(np.float32)


def tiny_tokenizer() -> str:
    """One token per byte."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: i for i, letter in enumerate(alphabet)} | {"[PAD]": 256}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.enable_padding(pad_id=256, length=300)  # as models are often published; must not disturb
    text: str = tokenizer.to_str()
    json.loads(text)
    return text


def tiny_graph(pooled: bool = False, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), seed: int = 1) -> bytes:
    """Gather(rows, input_ids) and, where `pooled`, the sum of what the mask keeps: it points where the mean does."""
    rows = tiny_rows(seed)
    nodes = [_node("Gather", ("rows", "input_ids"), "last_hidden_state")]
    initializers = [_initializer("rows", _FLOAT, rows.shape, rows.tobytes())]
    output = _tensor("last_hidden_state", _FLOAT, ("b", "s", DIMENSION))
    if pooled:
        nodes += [
            _node("Cast", ("attention_mask",), "float_mask")
            + _bytes(5, _text(1, "to") + _number(3, _FLOAT) + _INTEGER),
            _node("Unsqueeze", ("float_mask", "last"), "weights"),
            _node("Mul", ("last_hidden_state", "weights"), "kept"),
            _node("ReduceSum", ("kept", "tokens"), "embedding")
            + _bytes(5, _text(1, "keepdims") + _number(3, 0) + _INTEGER),
        ]
        for name, axis in (("last", 2), ("tokens", 1)):
            initializers.append(_initializer(name, _INT64, (1,), np.int64(axis).tobytes()))
        output = _tensor("embedding", _FLOAT, ("b", DIMENSION))
    given = [_tensor(name, _INT64, ("b", "s")) for name in inputs]
    parts = ((1, nodes), (2, [b"tiny"]), (5, initializers), (11, given), (12, [output]))
    graph = b"".join(_bytes(field, part) for field, several in parts for part in several)
    return _number(1, 8) + _bytes(8, _number(2, 18)) + _bytes(7, graph)


def _initializer(name: str, kind: int, shape: tuple[int, ...], content: bytes) -> bytes:
    return b"".join(_number(1, size) for size in shape) + _number(2, kind) + _text(8, name) + _bytes(9, content)


def _node(kind: str, inputs: tuple[str, ...], output: str) -> bytes:
    return b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)


def _tensor(name: str, kind: int, shape: tuple[str | int, ...]) -> bytes:
    sizes = b"".join(_bytes(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, sizes)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    head = b""
    while value > 127:
        head += bytes([value & 127 | 128])
        value >>= 7
    return head + bytes([value])


_INTEGER = _number(20, 2)  # the type of an attribute
