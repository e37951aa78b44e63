"""The exact scan of one person's vectors: in PostgreSQL by pgvector, and in the process by a shelf.

Run as `scripts/bench halfvec`. Protocol: clustered vectors of 256 dimensions. In PostgreSQL as `halfvec` in a table
whose key leads with user_id, vacuumed and read into memory before, asked for the nearest 100 by inner product with the
driver's prepared statement on loopback. On the shelf the nearest 100 of the same rows, sign bits first and the best
rescored with int8, as each search does. One after another, median and 95th percentile of new questions.
"""

import sys
from functools import partial
from itertools import count

import psycopg

from bench.measures import figure, machine
from bench.postgres import new_database, postgres
from bench.scan import DIMENSION, clustered, nearest, rows_of, timed
from onememory.storage.index.shelf import Shelf
from onememory.storage.index.signatures import Vectors

SIZES = (10_000, 100_000)
ASKED = 30
NEAREST = 100
_TABLE = """
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE vectors (user_id text, doc bigint, vector halfvec(256), PRIMARY KEY (user_id, doc))
"""
_NEAREST = f"SELECT doc FROM vectors WHERE user_id = %s ORDER BY vector <#> %s::halfvec LIMIT {NEAREST}"


def main() -> int:
    """Print the table."""
    print(f"{__doc__}\n{machine()}.\n")
    print("| vectors of the one who asks | pgvector, ms | 95th | shelf, ms | 95th |\n|---|---|---|---|---|")
    questions = clustered(64, seed=2)
    with postgres() as server, psycopg.connect(new_database(server), autocommit=True) as database:
        database.execute(_TABLE)
        for size in SIZES:
            vectors = clustered(size)
            _copy(database, size, vectors)
            there = timed(partial(_ask, database, size, questions), ASKED)
            shelf = Shelf(DIMENSION)
            shelf.load(rows_of(vectors))
            here = timed(partial(nearest, shelf, questions, None), ASKED)
            print(f"| {size:,} | {' | '.join(map(figure, (*there, *here)))} |", flush=True)
    return 0


def _copy(database: psycopg.Connection, size: int, vectors: Vectors) -> None:
    with database.cursor() as cursor, cursor.copy("COPY vectors (user_id, doc, vector) FROM STDIN") as copy:
        for doc, vector in zip(count(), vectors, strict=False):
            copy.write_row((f"u{size}", doc, _written(vector)))
    database.execute("VACUUM ANALYZE vectors")


def _ask(database: psycopg.Connection, size: int, questions: Vectors, number: int) -> object:
    return database.execute(_NEAREST, (f"u{size}", _written(questions[number]))).fetchall()


def _written(vector: Vectors) -> str:
    return f"[{','.join(f'{value:.5f}' for value in vector.tolist())}]"


if __name__ == "__main__":
    sys.exit(main())
