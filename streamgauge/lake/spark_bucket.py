"""Reads files of a bucket in the workers' own Python: for a Spark that has no connector for object stores."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from streamgauge.lake.attached import PLACE
from streamgauge.lake.spark_failures import lacks_connector

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CONNECTOR = "s3a://"
"""How an address begins that Spark's own connector is to read."""
PYTHON = "s3://"
"""How one begins that the workers' Python is to read."""
_FIRST = "file"
"""The column of the paths that the workers are handed."""


def has_connector(session: "SparkSession", address: str) -> bool:
    """Return whether a Spark has a connector for object stores; `address` is of a file there (`s3://...`)."""
    try:
        _ = session.read.schema("id STRING").parquet(address.replace(PYTHON, CONNECTOR, 1)).schema
    except Exception as fault:  # noqa: BLE001  Spark has errors of its own, and with Connect others
        return not lacks_connector(fault)
    return True


def frame(session: "SparkSession", columns: pa.Schema, paths: Sequence[str]) -> "DataFrame":
    """Return the rows of files and the place of each, read by the workers with the access that they have themselves.

    The workers need Arrow for Python. A column that a file does not have yet reads as null.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    place = pa.struct([("file_path", pa.string()), ("row_index", pa.int64())])
    wanted = columns.append(pa.field(PLACE, place))
    named = session.createDataFrame([(path.removeprefix(PYTHON),) for path in paths], f"{_FIRST} STRING")
    return named.repartition(len(paths)).mapInArrow(_reader(wanted), from_arrow_schema(wanted))


def _reader(wanted: pa.Schema) -> "Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    """Return what a worker does; it is sent there as it stands, for Streamgauge is not installed on a cluster."""
    first, place = _FIRST, PLACE

    def read(batches: "Iterable[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import os

        import pyarrow
        from pyarrow import fs, parquet

        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        scheme, _, host = endpoint.rpartition("://")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        bucket = fs.S3FileSystem(endpoint_override=host or None, scheme=scheme or "https", region=region)
        for path in (path for batch in batches for path in batch.column(first).to_pylist()):
            with parquet.ParquetFile(bucket.open_input_file(path)) as file:
                known = [name for name in wanted.names if name in file.schema_arrow.names]
                at = 0
                for part in file.iter_batches(columns=known):
                    held = {name: part.column(name) for name in known}
                    held[place] = pyarrow.StructArray.from_arrays(
                        [pyarrow.repeat(path, part.num_rows), pyarrow.array(range(at, at + part.num_rows))],
                        names=["file_path", "row_index"],
                    )
                    made = [
                        held[field.name].cast(field.type)
                        if field.name in held
                        else pyarrow.nulls(part.num_rows, field.type)
                        for field in wanted
                    ]
                    yield pyarrow.RecordBatch.from_arrays(made, schema=wanted)
                    at += part.num_rows

    return read
