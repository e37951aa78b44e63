"""Terms of texts and queries."""

from collections.abc import Iterator

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.retrieval.words import TERM_LIMIT, index_terms, query_terms

TOKENIZER = "unicode61 remove_diacritics 0 categories 'L* M* N* S* Co'"


@pytest.fixture(scope="module")
def index() -> Iterator[apsw.Connection]:
    connection = apsw.Connection(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE texts USING fts5(terms, tokenize = "{TOKENIZER}")')
    connection.execute("CREATE VIRTUAL TABLE tokens USING fts5vocab(texts, instance)")
    yield connection
    connection.close()


def tokens_of(index: apsw.Connection, text: str) -> list[str]:
    index.execute("DELETE FROM texts")
    index.execute("INSERT INTO texts VALUES (?)", (text,))
    return [str(row[0]) for row in index.execute('SELECT term FROM tokens ORDER BY "offset"')]


@given(text=st.text(max_size=60))
def test_every_term_is_exactly_one_token_of_the_index(index: apsw.Connection, text: str) -> None:
    terms = index_terms(text)

    assert tokens_of(index, " ".join(terms)) == terms


def test_every_symbol_and_letter_of_unicode_is_one_token_or_no_term(index: apsw.Connection) -> None:
    characters = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    terms = index_terms(" ".join(characters))

    assert tokens_of(index, " ".join(terms)) == terms
    assert len(terms) > 100_000


@given(text=st.text(max_size=60))
def test_a_text_is_found_by_every_term_of_itself_as_a_query(text: str) -> None:
    assert set(query_terms(text)) <= set(index_terms(text))


@given(text=st.text(st.characters(codec="ascii"), max_size=60))
def test_the_short_way_for_ascii_gives_what_the_long_way_gives(text: str) -> None:
    assert index_terms(text) == index_terms(text + " \u2014")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The dog's toys", ["dog", "toy"]),
        ("the dogs\u2019 toys", ["dog", "toy"]),
        ("I don't like running", ["like", "run"]),
        ("O'Brien", ["o", "brien"]),
        ("room 42, GPT-4", ["room", "42", "gpt", "4"]),
        ("snake_case a.b@example.org", ["snake", "case", "b", "exampl", "org"]),
        ("a b\x00c \ud800 d", ["b", "c", "d"]),
        ("loved it \U0001f389\u2764\ufe0f", ["love", "\U0001f389", "\u2764"]),
        ("", []),
        (' "*^:() - ', []),
    ],
)
def test_a_text_gives_its_content_words_stemmed_and_in_order(text: str, terms: list[str]) -> None:
    assert index_terms(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("café", "CAFE"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("ﬁne ①", "fine 1"),
        ("ações", "acoes"),
        ("e\u0301te\u0301", "\u00e9t\u00e9"),
        ("ёлка", "елка"),
        ("собаки", "собака"),
        ("الكتاب", "كتاب"),
        ("می\u200cخواهم", "میخواهم"),
        ("ﾀﾜｰ", "タワー"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_two_ways_to_write_a_word_give_the_same_terms(one: str, other: str) -> None:
    assert index_terms(one) == index_terms(other)


@pytest.mark.parametrize("word", ["हिन्दी", "தமிழ்", "ಕನ್ನಡ", "বাংলা"])
def test_combining_marks_do_not_split_a_word(word: str) -> None:
    assert len(index_terms(word)) == 1


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("我住在北京大学旁边", "北京"),
        ("我家的狗很乖", "狗"),
        ("東京タワーに登った", "タワー"),
        ("うちの犬はポチです", "犬の名前は?"),
        ("우리 강아지는 초코", "강아지"),
        ("ฉันกินข้าวผัด", "ข้าว"),
        ("iPhone手机坏了", "手机"),
    ],
)
def test_a_text_without_spaces_is_found_by_a_word_inside_it(text: str, query: str) -> None:
    assert set(query_terms(query)) & set(index_terms(text))


def test_a_query_in_han_asks_for_pairs_and_for_characters_that_are_words() -> None:
    assert query_terms("我的狗叫旺财") == ["我的", "的狗", "狗", "狗叫", "叫", "叫旺", "旺", "旺财", "财"]


def test_a_syllable_of_a_longer_run_is_not_asked_for_alone() -> None:
    assert query_terms("강아지") == ["강아", "아지"]


@pytest.mark.parametrize("words", ["The Who", "who am I", "don't"])
def test_stop_words_alone_are_kept_on_both_sides(words: str) -> None:
    assert query_terms(words) == index_terms(words) != []


def test_a_query_asks_for_each_term_once() -> None:
    assert query_terms("dog, dogs and the Dog's bone") == ["dog", "bone"]


def test_a_word_beyond_reason_is_cut() -> None:
    assert [len(term) for term in index_terms("x" * 5_000)] == [TERM_LIMIT]


@pytest.mark.parametrize("text", ["." * 100_000, "a'" * 50_000, "e" + "\u0301" * 100_000, " " * 100_000])
def test_a_hostile_run_gives_few_and_short_terms(text: str) -> None:
    assert all(len(term) <= TERM_LIMIT for term in index_terms(text))
