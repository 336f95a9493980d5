"""A long statement is cut where it names a table more than once, and says the same in steps."""

import duckdb

from streamgauge.lake.spark_steps import steps

SHORT = "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a JOIN a AS o ON o.x = a.x) SELECT * FROM b"
LONG = (
    "WITH a AS (SELECT 1 AS x, ')' AS mark), alone AS (SELECT x + 1 AS x FROM a), unused AS (SELECT 0 AS x), "
    + ", ".join(
        f"{name} AS (SELECT l.x + r.x AS x FROM {former} AS l JOIN {former} AS r ON l.x = r.x)"
        for former, name in (("alone", "b"), ("b", "c"), ("c", "d"), ("d", "e"))
    )
    + " SELECT x FROM e"
)


def test_a_short_statement_stays_whole() -> None:
    assert steps(SHORT) == ((), SHORT)
    assert steps("SELECT 1 AS x") == ((), "SELECT 1 AS x")


def test_the_steps_of_a_long_one_say_what_it_says() -> None:
    made, rest = steps(LONG)
    assert [name for name, _ in made] == ["step_alone", "step_b", "step_c", "step_d"]
    assert all("unused" not in said for said in (*(sql for _, sql in made), rest))
    with duckdb.connect() as connection:
        wanted = connection.execute(LONG).fetchall()
        for name, sql in made:
            connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        assert connection.execute(rest).fetchall() == wanted == [(32,)]
