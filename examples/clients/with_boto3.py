"""Amazon Timestream for LiveAnalytics from Python with boto3: the ordinary things, once each.

It talks to the service that boto3's ordinary settings name. With AWS_ENDPOINT_URL pointing at `athena-local serve` that is
the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a thing that
worked, and it exits with 1 at the first that did not.

Needs boto3; pandas and pyarrow for the rows that UNLOAD wrote.
"""

import datetime
import io
import json
import sys
import time
import urllib.parse

import boto3
import pandas as pd

DATABASE, TABLE = "example_boto3", "readings"
BUCKET = "example-boto3"  # at AWS, a bucket of yours

write = boto3.client("timestream-write")
query = boto3.client("timestream-query")
s3 = boto3.client("s3")


def check(statement, holds, seen=None):
    if not holds:
        sys.exit(f"FAILED: {statement}; seen: {seen!r}")
    print("ok", statement)


def python(datum, kind):
    """The Python value of a datum of the column type kind."""
    if datum.get("NullValue"):
        return None
    if "TimeSeriesMeasureValueColumnInfo" in kind:
        point = kind["TimeSeriesMeasureValueColumnInfo"]["Type"]
        return [(instant(p["Time"]), python(p["Value"], point)) for p in datum["TimeSeriesValue"]]
    if "ArrayColumnInfo" in kind:
        return [python(d, kind["ArrayColumnInfo"]["Type"]) for d in datum["ArrayValue"]]
    if "RowColumnInfo" in kind:
        fields = zip(datum["RowValue"]["Data"], kind["RowColumnInfo"])
        return tuple(python(d, field["Type"]) for d, field in fields)
    text = datum["ScalarValue"]
    convert = {"BIGINT": int, "INTEGER": int, "DOUBLE": float, "BOOLEAN": lambda t: t == "true", "TIMESTAMP": instant}
    return convert.get(kind["ScalarType"], str)(text)


def instant(text):
    """A timestamp has nine digits after the second, UTC; Python's datetime has six."""
    return datetime.datetime.fromisoformat(text[:26]).replace(tzinfo=datetime.timezone.utc)


def rows(sql, **options):
    """All rows of a query. Pages may be empty although more follow: the paginator goes on until there is no token."""
    for page in query.get_paginator("query").paginate(QueryString=sql, **options):
        columns = page["ColumnInfo"]
        for row in page["Rows"]:
            yield {c["Name"]: python(d, c["Type"]) for c, d in zip(columns, row["Data"])}


def start_afresh():
    try:
        remove()
    except write.exceptions.ResourceNotFoundException:
        pass


def create():
    made = write.create_database(DatabaseName=DATABASE, Tags=[{"Key": "purpose", "Value": "example"}])["Database"]
    check("create a database", made["TableCount"] == 0, made)
    made = write.create_table(
        DatabaseName=DATABASE, TableName=TABLE,
        RetentionProperties={"MemoryStoreRetentionPeriodInHours": 24, "MagneticStoreRetentionPeriodInDays": 365},
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": True},
    )["Table"]
    check("create a table", made["TableStatus"] == "ACTIVE", made)
    try:
        write.create_table(DatabaseName=DATABASE, TableName=TABLE)
        check("a second table of that name is refused", False)
    except write.exceptions.ConflictException as e:
        check("a second table of that name is refused", "already exists" in str(e), e)


def put(records, **common):
    """Writes records, a hundred a call, with attributes that all of them have."""
    ingested = 0
    for at in range(0, len(records), 100):
        answer = write.write_records(DatabaseName=DATABASE, TableName=TABLE, CommonAttributes=common, Records=records[at:at + 100])
        ingested += answer["RecordsIngested"]["Total"]
    return ingested


PLANT = [{"Name": "plant", "Value": "north"}]


def dimensions(pump):
    return [{"Name": "pump", "Value": pump}]


def put_single_measures(start):
    """One record holds one value: an hour of temperature, a value a minute, two pumps."""
    records = [
        {"Dimensions": dimensions(pump), "MeasureName": "temperature", "MeasureValue": str(20 + minute / 10), "Time": str(start + 60 * minute)}
        for minute in range(60) for pump in ("p1", "p2")
    ]
    n = put(records, Dimensions=PLANT, TimeUnit="SECONDS", MeasureValueType="DOUBLE")
    check("write single-measure records with common attributes", n == 120, n)


def put_multi_measures(start):
    """One record holds several values of the same time; measures need not be the same in all records."""
    records = [
        {
            "Dimensions": dimensions("p1"), "Time": str((start + 60 * minute) * 1000),
            "MeasureValues": [
                {"Name": "pressure", "Type": "DOUBLE", "Value": str(3 + minute % 4)},
                {"Name": "strokes", "Type": "BIGINT", "Value": str(1000 * minute)},
                {"Name": "running", "Type": "BOOLEAN", "Value": "true" if minute % 10 else "false"},
                *([] if minute % 10 else [{"Name": "note", "Type": "VARCHAR", "Value": "idle – 停止"}]),
                {"Name": "serviced", "Type": "TIMESTAMP", "Value": str(start * 1000)},
            ],
        }
        for minute in range(60)
    ]
    n = put(records, Dimensions=PLANT, MeasureName="state", MeasureValueType="MULTI")
    check("write multi-measure records", n == 60, n)


def put_again(start):
    """A point is what has the same dimensions, measure name and time. Another value for it needs a higher version."""
    changed = {"Dimensions": PLANT + dimensions("p2"), "MeasureName": "temperature", "MeasureValue": "99", "Time": str(start), "TimeUnit": "SECONDS"}
    new = dict(changed, MeasureName="humidity", MeasureValue="0.5")
    try:
        put([new, changed])
        check("another value with the same version is rejected", False)
    except write.exceptions.RejectedRecordsException as e:
        rejected = e.response["RejectedRecords"]
        check("another value with the same version is rejected", [(r["RecordIndex"], r["ExistingVersion"]) for r in rejected] == [(1, 1)], rejected)
    check("a higher version replaces it", put([dict(changed, Version=2)]) == 1)
    found = list(rows(f"SELECT measure_name, measure_value::double AS value FROM {DATABASE}.{TABLE} WHERE pump = 'p2' AND time = from_unixtime({start}) ORDER BY 1"))
    check("the records beside a rejected one are stored", found == [{"measure_name": "humidity", "value": 0.5}, {"measure_name": "temperature", "value": 99.0}], found)


def describe():
    databases = [d["DatabaseName"] for page in pages(write.list_databases, MaxResults=20) for d in page["Databases"]]
    check("list databases, page by page", DATABASE in databases, databases)
    tables = [t["TableName"] for page in pages(write.list_tables, DatabaseName=DATABASE) for t in page["Tables"]]
    check("list tables", tables == [TABLE], tables)
    table = write.describe_table(DatabaseName=DATABASE, TableName=TABLE)["Table"]
    check("describe a table", table["RetentionProperties"]["MemoryStoreRetentionPeriodInHours"] == 24, table)
    columns = {r["Column"]: (r["Type"], r["Timestream attribute type"]) for r in rows(f'DESCRIBE "{DATABASE}"."{TABLE}"')}
    wanted = {
        "pump": ("varchar", "DIMENSION"), "time": ("timestamp", "TIMESTAMP"), "measure_value::double": ("double", "MEASURE_VALUE"),
        "pressure": ("double", "MULTI"), "strokes": ("bigint", "MULTI"), "serviced": ("timestamp", "MULTI"),
    }
    check("its columns, with DESCRIBE", wanted.items() <= columns.items(), columns)


def pages(call, **arguments):
    """boto3 has no paginators for Timestream's lists."""
    while True:
        page = call(**arguments)
        yield page
        if not page.get("NextToken"):
            return
        arguments["NextToken"] = page["NextToken"]


def ask(start):
    sql = f"SELECT time, pressure, strokes, running, note, serviced FROM {DATABASE}.{TABLE} WHERE measure_name = 'state' ORDER BY time"
    read = query.get_paginator("query").paginate(QueryString=sql, PaginationConfig={"PageSize": 25})
    sizes = [len(page["Rows"]) for page in read]
    check("query in pages of 25 rows", sum(sizes) == 60 and max(sizes) <= 25, sizes)
    first = next(rows(sql))
    at = datetime.datetime.fromtimestamp(start, datetime.timezone.utc)
    check("values of all types", first == {"time": at, "pressure": 3.0, "strokes": 0, "running": False, "note": "idle – 停止", "serviced": at}, first)
    found = list(rows(
        f"SELECT bin(time, 30m) AS half, pump, round(avg(measure_value::double), 2) AS mean, count(*) AS n FROM {DATABASE}.{TABLE} "
        "WHERE measure_name = 'temperature' AND pump = 'p1' GROUP BY bin(time, 30m), pump ORDER BY half"))
    check("means of half hours", sum(r["n"] for r in found) == 60 and 20 <= found[0]["mean"] < found[-1]["mean"] <= 25.9, found)
    try:
        query.query(QueryString=f"SELECT nothing FROM {DATABASE}.{TABLE}")
        check("a column that is not there is refused by name", False)
    except query.exceptions.ValidationException as e:
        check("a column that is not there is refused by name", "Column 'nothing' does not exist" in str(e), e)


def see_as_series(start):
    """Timestream's time series: rows of points to one value, made denser, and back to rows."""
    series = f"SELECT pump, CREATE_TIME_SERIES(time, measure_value::double) AS temperature FROM {DATABASE}.{TABLE} WHERE measure_name = 'temperature' GROUP BY pump"
    found = {r["pump"]: r["temperature"] for r in rows(series)}
    at = datetime.datetime.fromtimestamp(start, datetime.timezone.utc)
    check("a time series for each pump", {p: len(s) for p, s in found.items()} == {"p1": 60, "p2": 60} and found["p1"][0] == (at, 20.0), found)
    denser = list(rows(
        f"WITH series AS ({series}) SELECT at, value FROM series CROSS JOIN UNNEST(INTERPOLATE_LINEAR(temperature, "
        f"SEQUENCE(from_unixtime({start}), from_unixtime({start + 60}), 30s))) AS t (at, value) WHERE pump = 'p1' ORDER BY at"))
    check("interpolated to half minutes", [round(r["value"], 6) for r in denser] == [20.0, 20.05, 20.1], denser)


def cancel():
    """A query that nobody reads on goes on, and is charged, until it is cancelled."""
    sql = f"SELECT * FROM {DATABASE}.{TABLE} ORDER BY time"
    first = query.query(QueryString=sql, MaxRows=10)
    query.cancel_query(QueryId=first["QueryId"])
    try:
        query.query(QueryString=sql, MaxRows=10, NextToken=first["NextToken"])
        check("a cancelled query has no next page", False)
    except query.exceptions.ConflictException as e:
        check("a cancelled query has no next page", True, e)


def unload():
    """UNLOAD writes a result to S3; its manifest names the files."""
    s3.create_bucket(Bucket=BUCKET)
    done = next(rows(
        f"UNLOAD (SELECT time, strokes, pressure, pump FROM {DATABASE}.{TABLE} WHERE measure_name = 'state') "
        f"TO 's3://{BUCKET}/states' WITH (format = 'PARQUET', compression = 'GZIP', partitioned_by = ARRAY['pump'])"))
    check("UNLOAD to S3", done["rows"] == 60, done)
    manifest = json.loads(fetch(done["manifestFile"]).read())
    frames = [pd.read_parquet(fetch(f["url"])) for f in manifest["result_files"]]
    frame = pd.concat(frames).sort_values("time")
    check("read what it wrote with pandas", list(frame["strokes"]) == [1000 * m for m in range(60)], frame)


def fetch(url):
    at = urllib.parse.urlparse(url)
    return io.BytesIO(s3.get_object(Bucket=at.netloc, Key=at.path.lstrip("/"))["Body"].read())


def remove():
    for page in pages(write.list_tables, DatabaseName=DATABASE):
        for table in page["Tables"]:
            write.delete_table(DatabaseName=DATABASE, TableName=table["TableName"])
    write.delete_database(DatabaseName=DATABASE)


def main():
    start = int(time.time()) // 60 * 60 - 3600
    start_afresh()
    create()
    put_single_measures(start)
    put_multi_measures(start)
    put_again(start)
    describe()
    ask(start)
    see_as_series(start)
    cancel()
    unload()
    remove()
    check("delete table and database", DATABASE not in [d["DatabaseName"] for page in pages(write.list_databases) for d in page["Databases"]])


main()
