// Amazon Timestream for LiveAnalytics from JavaScript with the AWS SDK, version 3: the ordinary things, once each.
//
// It talks to the service that the SDK's ordinary settings name. With AWS_ENDPOINT_URL pointing at `athena-local serve` that
// is the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a thing
// that worked, and it exits with 1 at the first that did not.

import { gunzipSync } from 'node:zlib';
import * as s3api from '@aws-sdk/client-s3';
import * as queryapi from '@aws-sdk/client-timestream-query';
import * as writeapi from '@aws-sdk/client-timestream-write';

const DatabaseName = 'example_javascript';
const TableName = 'readings';
const Bucket = 'example-javascript'; // at AWS, a bucket of yours
const from = `FROM "${DatabaseName}"."${TableName}"`;

const write = new writeapi.TimestreamWriteClient();
const query = new queryapi.TimestreamQueryClient();
const s3 = new s3api.S3Client();

function check(statement, holds, seen) {
  if (!holds) {
    console.error('FAILED: %s; seen: %o', statement, seen);
    process.exit(1);
  }
  console.log('ok', statement);
}

/** The error that a promise ends with. */
const failure = (promise) => promise.then(() => undefined, (e) => e);

/** The JavaScript value of a datum. A BIGINT may be larger than a number is exact; nine digits of a time are kept as text. */
function value(datum, { ScalarType, TimeSeriesMeasureValueColumnInfo, ArrayColumnInfo, RowColumnInfo }) {
  if (datum.NullValue) return null;
  if (TimeSeriesMeasureValueColumnInfo) {
    return datum.TimeSeriesValue.map((p) => [p.Time, value(p.Value, TimeSeriesMeasureValueColumnInfo.Type)]);
  }
  if (ArrayColumnInfo) return datum.ArrayValue.map((d) => value(d, ArrayColumnInfo.Type));
  if (RowColumnInfo) return datum.RowValue.Data.map((d, i) => value(d, RowColumnInfo[i].Type));
  const text = datum.ScalarValue;
  switch (ScalarType) {
    case 'BIGINT': return BigInt(text);
    case 'DOUBLE': case 'INTEGER': return Number(text);
    case 'BOOLEAN': return text === 'true';
    default: return text;
  }
}

/** All rows of a query, as arrays of values. A page may be empty although more follow. */
async function rows(QueryString) {
  const out = [];
  for await (const page of queryapi.paginateQuery({ client: query }, { QueryString })) {
    out.push(...page.Rows.map((r) => r.Data.map((d, i) => value(d, page.ColumnInfo[i].Type))));
  }
  return out;
}

async function remove() {
  const { Tables } = await write.send(new writeapi.ListTablesCommand({ DatabaseName }));
  for (const t of Tables) await write.send(new writeapi.DeleteTableCommand({ DatabaseName, TableName: t.TableName }));
  await write.send(new writeapi.DeleteDatabaseCommand({ DatabaseName }));
}

async function create() {
  await write.send(new writeapi.CreateDatabaseCommand({ DatabaseName, Tags: [{ Key: 'purpose', Value: 'example' }] }));
  const wanted = new writeapi.CreateTableCommand({
    DatabaseName, TableName,
    RetentionProperties: { MemoryStoreRetentionPeriodInHours: 24, MagneticStoreRetentionPeriodInDays: 365 },
    MagneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
  });
  const { Table } = await write.send(wanted);
  check('create a database and a table', Table.TableStatus === 'ACTIVE' && Table.CreationTime instanceof Date, Table);
  const error = await failure(write.send(wanted));
  check('a second table of that name is refused', error instanceof writeapi.ConflictException, error);
}

/** Writes at most a hundred records, with attributes that all of them have; how many were stored. */
async function put(CommonAttributes, ...Records) {
  const { RecordsIngested } = await write.send(new writeapi.WriteRecordsCommand({ DatabaseName, TableName, CommonAttributes, Records }));
  return RecordsIngested.Total;
}

const minutes = Array.from({ length: 60 }, (_, i) => i);
const plant = { Name: 'plant', Value: 'north' };
const pump = (Value) => ({ Name: 'pump', Value });

async function putRecords(start) {
  const time = (minute) => String(start + 60 * minute);
  const single = minutes.map((m) => ({ MeasureName: 'temperature', MeasureValue: String(20 + m / 10), Time: time(m) }));
  let n = await put({ Dimensions: [plant, pump('p1')], TimeUnit: 'SECONDS', MeasureValueType: 'DOUBLE' }, ...single);
  check('write single-measure records with common attributes', n === 60, n);

  const multi = minutes.map((m) => ({
    Time: time(m),
    MeasureValues: [
      { Name: 'pressure', Type: 'DOUBLE', Value: String(3 + m % 4) },
      { Name: 'strokes', Type: 'BIGINT', Value: String(9007199254740993n + BigInt(m)) },
      { Name: 'running', Type: 'BOOLEAN', Value: String(m % 10 > 0) },
      { Name: 'serviced', Type: 'TIMESTAMP', Value: time(0) },
      ...(m % 10 ? [] : [{ Name: 'note', Type: 'VARCHAR', Value: 'idle – 停止' }]),
    ],
  }));
  n = await put({ Dimensions: [plant, pump('p1')], TimeUnit: 'SECONDS', MeasureName: 'state', MeasureValueType: 'MULTI' }, ...multi);
  check('write multi-measure records', n === 60, n);

  // A point is what has the same dimensions, measure name and time; its value changes with a higher version only.
  const changed = { Dimensions: [plant, pump('p1')], Time: time(0), TimeUnit: 'SECONDS', MeasureName: 'temperature', MeasureValue: '99' };
  const error = await failure(put({}, { ...changed, MeasureName: 'humidity' }, changed));
  check('another value with the same version is rejected',
    error instanceof writeapi.RejectedRecordsException && error.RejectedRecords[0].RecordIndex === 1 && error.RejectedRecords[0].ExistingVersion === 1, error);
  n = await put({ Version: 2 }, changed);
  check('a higher version replaces it', n === 1, n);
}

async function describe() {
  const names = [];
  for await (const page of writeapi.paginateListDatabases({ client: write, pageSize: 1 }, {})) names.push(...page.Databases.map((d) => d.DatabaseName));
  check('list databases, page by page', names.includes(DatabaseName), names);
  const { Tables } = await write.send(new writeapi.ListTablesCommand({ DatabaseName }));
  check('list tables', Tables.length === 1 && Tables[0].TableName === TableName, Tables);
  const { Table } = await write.send(new writeapi.DescribeTableCommand({ DatabaseName, TableName }));
  check('describe a table', Table.RetentionProperties.MemoryStoreRetentionPeriodInHours === 24, Table);
}

async function ask(start) {
  const sizes = [];
  const QueryString = `SELECT time, measure_value::double ${from} WHERE measure_name = 'temperature' ORDER BY time`;
  for await (const page of queryapi.paginateQuery({ client: query, pageSize: 25 }, { QueryString })) sizes.push(page.Rows.length);
  check('query in pages of 25 rows', sizes.reduce((a, b) => a + b) === 60 && Math.max(...sizes) <= 25, sizes);

  const at = new Date(start * 1000).toISOString().replace('T', ' ').replace('Z', '000000');
  const [first, second] = await rows(`SELECT time, pressure, strokes, running, note, serviced ${from} WHERE measure_name = 'state' ORDER BY time LIMIT 2`);
  const want = [at, 3, 9007199254740993n, false, 'idle – 停止', at];
  check('values of all types', first.every((v, i) => v === want[i]), first);
  check('a measure that a record lacks is null', second[4] === null, second);

  const [mean] = await rows(`SELECT pump, count(*), max(measure_value::double) ${from} WHERE measure_name = 'temperature' AND time > ago(2h) GROUP BY pump`);
  check('a maximum, with the value that was replaced', mean[1] === 60n && mean[2] === 99, mean);

  const [[series]] = await rows(`SELECT CREATE_TIME_SERIES(time, measure_value::double) ${from} WHERE measure_name = 'temperature'`);
  check('a time series', series.length === 60 && series[59][1] === 25.9, series);

  const error = await failure(rows(`SELECT nothing ${from}`));
  check('a column that is not there is refused by name', error instanceof queryapi.ValidationException && error.message.includes("'nothing'"), error);
}

/** A query that nobody reads on goes on, and is charged, until it is cancelled. */
async function cancel() {
  const asked = { QueryString: `SELECT * ${from} ORDER BY time`, MaxRows: 10 };
  const { QueryId, NextToken } = await query.send(new queryapi.QueryCommand(asked));
  await query.send(new queryapi.CancelQueryCommand({ QueryId }));
  const error = await failure(query.send(new queryapi.QueryCommand({ ...asked, NextToken })));
  check('a cancelled query has no next page', error instanceof queryapi.ConflictException, error);
}

/** UNLOAD writes a result to S3; its manifest names the files. */
async function unload() {
  const error = await failure(s3.send(new s3api.CreateBucketCommand({ Bucket })));
  if (error && error.name !== 'BucketAlreadyOwnedByYou') throw error;
  const [[n, , manifest]] = await rows(`UNLOAD (SELECT time, strokes ${from} WHERE measure_name = 'state') TO 's3://${Bucket}/states' WITH (format = 'CSV', compression = 'GZIP')`);
  check('UNLOAD to S3', n === 60n, n);
  const files = JSON.parse(await fetchObject(manifest)).result_files;
  let lines = 0;
  for (const { url } of files) lines += gunzipSync(await fetchObject(url)).toString().trimEnd().split('\n').length;
  check('read what it wrote', lines === 60, files);
}

async function fetchObject(url) {
  const { hostname, pathname } = new URL(url);
  const { Body } = await s3.send(new s3api.GetObjectCommand({ Bucket: hostname, Key: decodeURIComponent(pathname.slice(1)) }));
  return Buffer.from(await Body.transformToByteArray());
}

const start = Math.floor(Date.now() / 60000) * 60 - 3600;
const left = await failure(remove()); // what an earlier run may have left
if (left && !(left instanceof writeapi.ResourceNotFoundException)) throw left;
await create();
await putRecords(start);
await describe();
await ask(start);
await cancel();
await unload();
await remove();
const gone = await failure(write.send(new writeapi.DescribeDatabaseCommand({ DatabaseName })));
check('delete table and database', gone instanceof writeapi.ResourceNotFoundException, gone);
