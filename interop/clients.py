"""AWS's Python clients and the AWS CLI against the embedded Timestream at the URL given.

The last line counts the checks; the exit status is 1 if any failed.
"""

import json
import math
import os
import subprocess
import sys
import time
import urllib.parse

url = sys.argv[1]
for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]
os.environ.update(
    AWS_ENDPOINT_URL=url,
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="interop",
    AWS_SECRET_ACCESS_KEY="interop",
    AWS_EC2_METADATA_DISABLED="true",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
)

import awswrangler as wr  # noqa: E402  the settings above have to be there first
import boto3  # noqa: E402
import botocore.config  # noqa: E402
import pandas as pd  # noqa: E402

checks = failures = 0


def check(holds, statement, *seen):
    global checks, failures
    checks += 1
    if holds:
        print("ok")
        return
    failures += 1
    print("DIFFERENCE:", statement, *seen)


def refused(error, text, call, **arguments):
    """Expects an error of that name whose message has the text; returns its answer."""
    try:
        call(**arguments)
    except Exception as e:  # any other error is a difference too
        answer = getattr(e, "response", {})
        check(answer.get("Error", {}).get("Code") == error and text in str(e), f"expected {error} with {text!r}, got", repr(e))
        return answer
    check(False, f"{call.__name__} was not refused with {error}")
    return {}


NOW = int(time.time() * 1000)


class Network:
    """Stands for AWS's host names and TLS: a client that has an endpoint of its own never asks for another."""

    def __init__(self):
        self.questions = self.elsewhere = self.discovered = 0

    def client(self, service):
        config = botocore.config.Config(endpoint_discovery_enabled=True, ignore_configured_endpoint_urls=True)
        made = boto3.client(service, config=config)
        made.meta.events.register("before-send", self.redirect)
        return made

    def redirect(self, request, **_):
        parts = urllib.parse.urlsplit(request.url)
        if bytes(request.headers["X-Amz-Target"]).endswith(b".DescribeEndpoints"):
            self.questions += 1
        elif parts.netloc == urllib.parse.urlsplit(url).netloc:
            self.discovered += 1
        else:
            self.elsewhere += 1
        request.url = url + parts.path


def with_discovery(database):
    network = Network()
    with_boto3(database, network.client)
    check(network.questions > 0, "boto3 never asked for endpoints")
    check(network.elsewhere == 0 and network.discovered > 50, "boto3 used another endpoint than the discovered one", vars(network))


def with_boto3(database, client):
    write, query = client("timestream-write"), client("timestream-query")
    made = write.create_database(DatabaseName=database, Tags=[{"Key": "k", "Value": "v"}])["Database"]
    check(made["DatabaseName"] == database and made["TableCount"] == 0 and made["CreationTime"].timestamp() * 1000 > NOW - 1000, "create_database answers", made)
    refused("ConflictException", "already exists", write.create_database, DatabaseName=database)
    refused("ResourceNotFoundException", "does not exist", write.describe_table, DatabaseName=database, TableName="nowhere")
    refused("ValidationException", "", write.create_table, DatabaseName=database, TableName="bad name")
    for i in range(25):
        write.create_table(DatabaseName=database, TableName=f"t{i:02}", MagneticStoreWriteProperties={"EnableMagneticStoreWrites": True})
    table = write.describe_table(DatabaseName=database, TableName="t00")["Table"]
    check(table["TableStatus"] == "ACTIVE" and table["Schema"] == {"CompositePartitionKey": [{"Type": "MEASURE"}]}, "describe_table answers", table)
    names, token = [], {}
    while True:
        page = write.list_tables(DatabaseName=database, MaxResults=10, **token)
        check(len(page["Tables"]) <= 10, "list_tables has a long page")
        names += [t["TableName"] for t in page["Tables"]]
        if not page.get("NextToken"):
            break
        token = {"NextToken": page["NextToken"]}
    check(sorted(names) == [f"t{i:02}" for i in range(25)], "list_tables names", names)
    write_records(write, database)
    read_records(query, database)
    for name in names:
        write.delete_table(DatabaseName=database, TableName=name)
    write.delete_database(DatabaseName=database)
    refused("ResourceNotFoundException", "does not exist", write.describe_database, DatabaseName=database)


def write_records(write, database):
    common = {"Dimensions": [{"Name": "region", "Value": "eu"}], "Time": str(NOW), "TimeUnit": "MILLISECONDS", "Version": 3}
    single = [
        {"Dimensions": [{"Name": "host", "Value": f"h{i}"}], "MeasureName": "cpu", "MeasureValue": str(i / 3), "MeasureValueType": "DOUBLE"}
        for i in range(60)
    ]
    multi = [
        {
            "Dimensions": [{"Name": "host", "Value": f"h{i}"}], "MeasureName": "all", "MeasureValueType": "MULTI",
            "MeasureValues": [
                {"Name": "n", "Value": str(i), "Type": "BIGINT"}, {"Name": "text", "Value": "日本 😀", "Type": "VARCHAR"},
                {"Name": "ok", "Value": "true", "Type": "BOOLEAN"}, {"Name": "at", "Value": str(NOW), "Type": "TIMESTAMP"},
            ],
        }
        for i in range(40)
    ]
    done = write.write_records(DatabaseName=database, TableName="t00", CommonAttributes=common, Records=single + multi)
    check(done["RecordsIngested"]["Total"] == 100, "write_records answers", done)
    again = write.write_records(DatabaseName=database, TableName="t00", CommonAttributes=common, Records=single)
    check(again["RecordsIngested"]["Total"] == 60, "the same records again answer", again)
    answer = refused(
        "RejectedRecordsException", "rejected", write.write_records, DatabaseName=database, TableName="t00",
        CommonAttributes=dict(common, Version=1), Records=[dict(single[0], MeasureValue="77"), dict(single[0], MeasureName="other")],
    )
    rejected = answer.get("RejectedRecords", [])
    check([(r["RecordIndex"], r.get("ExistingVersion")) for r in rejected] == [(0, 3)], "rejected were", rejected)
    refused("ValidationException", "", write.write_records, DatabaseName=database, TableName="t00", Records=single * 2)
    refused("ValidationException", "", write.write_records, DatabaseName=database, TableName="t00", CommonAttributes=common,
            Records=[dict(single[0], Dimensions=[{"Name": "region", "Value": "us"}])])


def read_records(query, database):
    sql = f'SELECT host, n, text, ok, at, time FROM "{database}"."t00" WHERE measure_name = \'all\' ORDER BY n'
    pages = list(query.get_paginator("query").paginate(QueryString=sql, PaginationConfig={"PageSize": 9}))
    rows = [r["Data"] for p in pages for r in p["Rows"]]
    check(len(pages) >= 5 and len(rows) == 40 and all(len(p["Rows"]) <= 9 for p in pages), "40 rows in pages of 9 came in", len(pages), "with", len(rows))
    stamp = pd.Timestamp(NOW, unit="ms").strftime("%Y-%m-%d %H:%M:%S.%f") + "000"
    check([c["ScalarValue"] for c in rows[7]] == ["h7", "7", "日本 😀", "true", stamp, stamp], "a row is", rows[7])
    types = [c["Type"]["ScalarType"] for c in pages[0]["ColumnInfo"]]
    check(types == ["VARCHAR", "BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMP", "TIMESTAMP"], "the columns are", types)
    refused("ValidationException", "line 1:8: Column 'nowhere' does not exist", query.query, QueryString=f'SELECT nowhere FROM "{database}"."t00"')
    refused("ValidationException", "line 1:", query.query, QueryString="SELECT FROM")
    prepared = query.prepare_query(QueryString=f'SELECT host FROM "{database}"."t00" WHERE n > @least', ValidateOnly=True)
    check([p["Name"] for p in prepared["Parameters"]] == ["least"], "prepare_query answers", prepared)
    first = query.query(QueryString=sql, MaxRows=5)
    query.cancel_query(QueryId=first["QueryId"])
    check("CancellationMessage" in query.cancel_query(QueryId=first["QueryId"]), "a second cancel_query says nothing")
    refused("ConflictException", "", query.query, QueryString=sql, MaxRows=5, NextToken=first["NextToken"])
    refused("ValidationException", "token", query.query, QueryString=sql, NextToken="made up")


def with_wrangler(database):
    wr.config.timestream_query_endpoint_url = url
    wr.config.timestream_write_endpoint_url = url
    wr.timestream.create_database(database)
    wr.timestream.create_table(database, "t", memory_retention_hours=1, magnetic_retention_days=1)
    check(database in wr.timestream.list_databases() and wr.timestream.list_tables(database) == ["t"], "awswrangler does not list", database)
    n = 1000
    frame = pd.DataFrame({
        "time": pd.date_range("2024-02-29 12:00:00", periods=n, freq="1500ms"),
        "host": [f"h{i % 13}" for i in range(n)],
        "x": [i / 7 for i in range(n)],
        "count": range(n),
        "ok": [i % 2 == 0 for i in range(n)],
        "note": [None if i % 5 == 0 else f"é{i}" for i in range(n)],
    })
    bad = wr.timestream.write(df=frame, database=database, table="t", time_col="time", measure_col=["x", "count", "ok", "note"],
                              dimensions_cols=["host"], measure_name="m", version=1)
    check(bad == [], "awswrangler's records were rejected:", bad[:2])
    got = wr.timestream.query(f'SELECT time, host, x, "count", ok, note FROM "{database}"."t" ORDER BY time')
    check(len(got) == n, "awswrangler reads", len(got), "rows of", n)
    for column in frame.columns:
        want, have = list(frame[column]), list(got[column])
        wrong = [i for i, (a, b) in enumerate(zip(want, have)) if pd.isna(a) != pd.isna(b) or not pd.isna(a) and a != b]
        check(not wrong, f"awswrangler's column {column} differs in rows", wrong[:5], [have[i] for i in wrong[:3]])
    chunks = list(wr.timestream.query(f'SELECT x FROM "{database}"."t"', chunked=True))
    check(sum(map(len, chunks)) == n, "awswrangler's chunks have", sum(map(len, chunks)), "rows")
    wr.timestream.create_table(database, "s", memory_retention_hours=1, magnetic_retention_days=1)
    single = wr.timestream.write(df=frame[:50], database=database, table="s",
                                 time_col="time", measure_col="x", dimensions_cols=["host"])
    check(single == [], "awswrangler's single measures were rejected:", single[:2])
    total = wr.timestream.query(f'SELECT sum(measure_value::double) AS total, count(*) AS n FROM "{database}"."s"')
    check(math.isclose(total["total"][0], sum(i / 7 for i in range(50))) and total["n"][0] == 50, "awswrangler's single measures sum to", total)
    for table in ("t", "s"):
        wr.timestream.delete_table(database, table)
    wr.timestream.delete_database(database)


def cli(*arguments, fails=False):
    command = [sys.executable, "-m", "awscli", "--output", "json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    check((done.returncode != 0) == fails, "aws", " ".join(arguments), "ended with", done.returncode, done.stderr.strip())
    return done.stderr if fails else json.loads(done.stdout or "null")


def with_cli(database):
    names = ("--database-name", database, "--table-name", "t")
    cli("timestream-write", "create-database", "--database-name", database)
    cli("timestream-write", "create-table", *names)
    record = {"Dimensions": [{"Name": "host", "Value": "h"}], "Time": str(NOW), "MeasureName": "cpu", "MeasureValue": "1.5"}
    done = cli("timestream-write", "write-records", *names, "--records", json.dumps([record]))
    check(done["RecordsIngested"]["Total"] == 1, "aws write-records answers", done)
    error = cli("timestream-write", "write-records", *names, "--records", json.dumps([dict(record, MeasureValue="2")]), fails=True)
    check("RejectedRecordsException" in error, "aws write-records of another value says", error)
    tables = cli("timestream-write", "list-tables", "--database-name", database)["Tables"]
    check([t["TableName"] for t in tables] == ["t"], "aws list-tables names", tables)
    rows = cli("timestream-query", "query", "--query-string", f'SELECT host, measure_value::double FROM "{database}"."t"')["Rows"]
    check(rows == [{"Data": [{"ScalarValue": "h"}, {"ScalarValue": "1.5"}]}], "aws query answers", rows)
    many = cli("timestream-query", "query", "--query-string", "SELECT hostname FROM demo.devops ORDER BY time LIMIT 30", "--page-size", "7", "--max-items", "20")
    check(len(many["Rows"]) == 20, "aws query in pages gives", len(many["Rows"]), "rows of 20")
    error = cli("timestream-query", "query", "--query-string", "SELECT nowhere FROM demo.devops", fails=True)
    check("Column 'nowhere' does not exist" in error, "aws query of a missing column says", error)
    payload = json.dumps({"@type": "PingRequest", "identity": None, "catalogName": "c", "queryId": "q"})
    done = cli("lambda", "invoke", "--function-name", "timestream", "--payload", payload, os.devnull)
    check(done["StatusCode"] == 200 and "FunctionError" not in done, "aws lambda invoke answers", done)
    cli("timestream-write", "delete-table", *names)
    cli("timestream-write", "delete-database", "--database-name", database)


with_boto3("py_endpoint_argument", lambda service: boto3.client(service, endpoint_url=url))
with_boto3("py_environment", boto3.client)
with_discovery("py_discovering")
with_wrangler("py_wrangler")
with_cli("py_cli")
print(f"clients: boto3 {boto3.__version__}, awswrangler {wr.__version__}, AWS CLI, {checks} checks, {failures} differences")
sys.exit(1 if failures else 0)
