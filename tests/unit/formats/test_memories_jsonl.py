from onememory.formats.content import Content
from onememory.formats.memories.jsonl_files import looks_like, read

GRAPH = b"""{"type":"entity","name":"Ines","entityType":"person","observations":["Is a nurse","Has a dog"]}
{"type":"entity","name":"Coimbra","entityType":"city","observations":["Old university town"]}

{"type":"relation","from":"Ines","to":"Coimbra","relationType":"lives_in"}
"""


def test_the_file_of_the_memory_server_becomes_sentences() -> None:
    found = read(Content(GRAPH))
    assert [(memory.position, memory.text, memory.labels) for memory in found.memories] == [
        (1, "Ines: Is a nurse", ("person",)),
        (1, "Ines: Has a dog", ("person",)),
        (2, "Coimbra: Old university town", ("city",)),
        (4, "Ines lives in Coimbra", ()),
    ]


def test_a_bad_line_costs_only_itself() -> None:
    found = read(Content(b'{"text":"a"}\r\n{"text":\r\n{"text":"b"}'))
    assert [memory.text for memory in found.memories] == ["a", "b"]
    assert [problem.position for problem in found.problems] == [2]


def test_one_line_needs_the_name() -> None:
    assert not looks_like(Content(b'{"text":"a"}', "a.json"))
    assert looks_like(Content(b'{"text":"a"}', "a.jsonl"))
