"""Amazon Timestream for LiveAnalytics from pandas with awswrangler (the AWS SDK for pandas): data frames in, data frames out.

It talks to the service that boto3's ordinary settings name. With AWS_ENDPOINT_URL pointing at `athena-local serve` that is
the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a thing that
worked, and it exits with 1 at the first that did not.

Needs awswrangler.
"""

import sys

import awswrangler as wr
import boto3
import pandas as pd

DATABASE = "example_awswrangler"
BUCKET = "example-awswrangler"  # at AWS, a bucket of yours


def check(statement, holds, seen=None):
    if not holds:
        sys.exit(f"FAILED: {statement}; seen: {seen!r}")
    print("ok", statement)


def readings():
    """An hour of a pump's readings, a row a minute."""
    minutes = range(60)
    return pd.DataFrame({
        "time": pd.Timestamp.now("UTC").floor("min").tz_localize(None) - pd.to_timedelta([59 - m for m in minutes], "min"),
        "pump": ["p1" if m % 2 else "p2" for m in minutes],
        "pressure": [3 + m / 7 for m in minutes],
        "strokes": [1000 * m for m in minutes],
        "running": [m % 10 > 0 for m in minutes],
        "note": [None if m % 10 else "idle – 停止" for m in minutes],
    })


def start_afresh():
    if DATABASE in wr.timestream.list_databases():
        for table in wr.timestream.list_tables(DATABASE):
            wr.timestream.delete_table(DATABASE, table)
        wr.timestream.delete_database(DATABASE)


def create():
    wr.timestream.create_database(DATABASE, tags={"purpose": "example"})
    check("create a database", DATABASE in wr.timestream.list_databases())
    for table in ("states", "pressures"):
        wr.timestream.create_table(DATABASE, table, memory_retention_hours=24, magnetic_retention_days=365)
    check("create tables", sorted(wr.timestream.list_tables(DATABASE)) == ["pressures", "states"])


def put(frame):
    rejected = wr.timestream.write(
        df=frame, database=DATABASE, table="states", time_col="time", dimensions_cols=["pump"],
        measure_col=["pressure", "strokes", "running", "note"], measure_name="state", version=1)
    check("write a frame as multi-measure records", rejected == [], rejected)
    rejected = wr.timestream.write(
        df=frame, database=DATABASE, table="pressures", time_col="time", dimensions_cols=["pump"], measure_col="pressure",
        common_attributes={"Dimensions": [{"Name": "plant", "Value": "north"}], "MeasureValueType": "DOUBLE"})
    check("write a column as single-measure records with common attributes", rejected == [], rejected)
    changed = frame[:2].assign(pressure=99.0)
    rejected = wr.timestream.write(
        df=changed, database=DATABASE, table="states", time_col="time", dimensions_cols=["pump"],
        measure_col=["pressure", "strokes", "running", "note"], measure_name="state", version=1)
    check("other values with the same version are rejected, with reasons", len(rejected) == 2 and all(r["ExistingVersion"] == 1 and r["Reason"] for r in rejected), rejected)


def ask(frame):
    sql = f'SELECT time, pump, pressure, strokes, running, note FROM "{DATABASE}"."states"'
    found = wr.timestream.query(sql + " ORDER BY time")
    same = [column for column in frame if list(frame[column].astype(object).where(frame[column].notna(), None)) == list(found[column].astype(object).where(found[column].notna(), None))]
    check("query gives the same frame", same == list(frame), found)
    chunks = list(wr.timestream.query(sql, chunked=True, pagination_config={"PageSize": 25}))
    check("query in pages of 25 rows", [len(c) for c in chunks] == [25, 25, 10], [len(c) for c in chunks])
    found = wr.timestream.query(
        f'SELECT bin(time, 15m) AS quarter, max(measure_value::double) AS top, count(*) AS n FROM "{DATABASE}"."pressures" '
        "WHERE plant = 'north' AND time > ago(2h) GROUP BY bin(time, 15m) ORDER BY quarter")
    check("maxima of quarter hours", found["n"].sum() == 60 and found["top"].is_monotonic_increasing, found)
    points = wr.timestream.query(
        f'WITH series AS (SELECT pump, CREATE_TIME_SERIES(time, measure_value::double) AS pressure FROM "{DATABASE}"."pressures" GROUP BY pump) '
        "SELECT pump, at, value FROM series CROSS JOIN UNNEST(pressure) AS t (at, value) ORDER BY at")
    check("rows to time series and back", list(points["value"]) == list(frame["pressure"]), points)


def unload(frame):
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    sql = f"SELECT time, pressure, strokes, pump FROM {DATABASE}.states"
    found = wr.timestream.unload(sql, f"s3://{BUCKET}/states", unload_format="PARQUET", partition_cols=["pump"])
    check("UNLOAD as Parquet, by pump", sorted(found["strokes"]) == sorted(frame["strokes"]) and set(found["pump"]) == {"p1", "p2"}, found)
    found = wr.timestream.unload(sql, f"s3://{BUCKET}/states", unload_format="CSV")
    check("UNLOAD as CSV", sorted(found["pressure"]) == sorted(frame["pressure"]), found)


def remove():
    for table in wr.timestream.list_tables(DATABASE):
        wr.timestream.delete_table(DATABASE, table)
    wr.timestream.delete_database(DATABASE)
    check("delete tables and database", DATABASE not in wr.timestream.list_databases())


def main():
    frame = readings()
    start_afresh()
    create()
    put(frame)
    ask(frame)
    unload(frame)
    remove()


main()
