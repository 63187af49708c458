-- Statements that DuckDB takes and the service does not: all are refused before DuckDB sees them. Those after "-- unchecked" need what a
-- test's DuckDB has not (files, extensions, rights), so nobody checks that it takes them.
SELECT c0, row_number() OVER (ORDER BY c0) AS r FROM numbers QUALIFY r = 1
SELECT * EXCLUDE (c0) FROM numbers
SELECT * EXCLUDE c0 FROM numbers
SELECT * REPLACE (c0 + 1 AS c0) FROM numbers
SELECT * RENAME (c0 AS n) FROM numbers
SELECT * LIKE 'c%' FROM numbers
SELECT * ILIKE 'C%' FROM numbers
SELECT COLUMNS(*) FROM numbers
SELECT COLUMNS('c[01]') FROM numbers
SELECT min(COLUMNS(*)) FROM numbers
SELECT 1::BIGINT
SELECT '2020-01-01'::DATE
SELECT c0::VARCHAR FROM numbers
SELECT [1, 2, 3]
SELECT [x + 1 FOR x IN [1, 2, 3]]
SELECT [x FOR x IN [1, 2, 3] IF x > 1]
SELECT {'a': 1, 'b': 2}
SELECT MAP {'a': 1}
SELECT ARRAY[1, 2, 3][1:2]
SELECT 'DuckDB'[1:2]
FROM numbers
FROM numbers SELECT c0
FROM numbers WHERE c0 > 1
SELECT c0, count(*) FROM numbers GROUP BY ALL
SELECT c0 FROM numbers ORDER BY ALL
SELECT c0 FROM numbers LIMIT 50%
SELECT c0 FROM numbers LIMIT 50 PERCENT
SELECT c0 FROM numbers OFFSET 1
SELECT c0 FROM numbers LIMIT 1 OFFSET 1
SELECT c0 FROM numbers LIMIT (SELECT 1)
SELECT c0 FROM numbers USING SAMPLE 10%
SELECT c0 FROM numbers USING SAMPLE reservoir(10 ROWS)
SELECT c0 FROM numbers TABLESAMPLE 10%
SELECT DISTINCT ON (c0) c0, c1 FROM numbers
SELECT a.c0 FROM numbers a ASOF JOIN numbers b ON a.c0 >= b.c0
SELECT a.c0 FROM numbers a ASOF LEFT JOIN numbers b ON a.c0 >= b.c0
SELECT a.c0 FROM numbers a POSITIONAL JOIN numbers b
SELECT a.c0 FROM numbers a SEMI JOIN numbers b ON a.c0 = b.c0
SELECT a.c0 FROM numbers a ANTI JOIN numbers b ON a.c0 = b.c0
SELECT a.c0 FROM numbers a NATURAL JOIN numbers b
UNPIVOT numbers ON c1 INTO NAME k VALUE v
SELECT * FROM numbers PIVOT (sum(c1) FOR c0 IN (1, 2))
SUMMARIZE numbers
SUMMARIZE SELECT 1
DESCRIBE SELECT 1
SHOW ALL TABLES
EXPLAIN SELECT 1
EXPLAIN ANALYZE SELECT 1
TABLE numbers
VALUES (1), (2) LIMIT 1 OFFSET 1
SELECT c0 FROM numbers UNION BY NAME SELECT c0 FROM numbers
SELECT c0 FROM numbers UNION ALL BY NAME SELECT c0 FROM numbers
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t
WITH t AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM t
SELECT c0 FROM numbers GROUP BY ROLLUP (c0)
SELECT c0 FROM numbers GROUP BY CUBE (c0)
SELECT c0 FROM numbers GROUP BY GROUPING SETS ((c0), ())
SELECT c0 FROM numbers WINDOW w AS (ORDER BY c0)
SELECT sum(c0) OVER (ORDER BY c0 GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM numbers
SELECT sum(c0) OVER (ORDER BY c0 ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM numbers
SELECT 7 // 2
SELECT 2 ** 3
SELECT 2 ^ 3
SELECT 5 & 3
SELECT 5 | 3
SELECT 1 << 3
SELECT ~5
SELECT 5!
SELECT @ -5
SELECT 1 == 1
SELECT 'a' ILIKE 'A'
SELECT 'a' GLOB 'a*'
SELECT 'a' SIMILAR TO 'a.*'
SELECT 'a' ~ 'a'
SELECT 'a' ^@ 'a'
SELECT 'abc' NOT ILIKE 'A%'
SELECT c0 IS NOT UNKNOWN FROM (SELECT true AS c0)
SELECT 1 IN ARRAY[1, 2]
SELECT 1_000
SELECT 0x1F
SELECT E'a\n'
SELECT $$text$$
SELECT #1 FROM numbers
SELECT a: 1
SELECT 1 AS 'quoted'
SELECT 1,
SELECT c0, FROM numbers
SELECT 1;
SELECT INTERVAL 3 DAY
SELECT INTERVAL '3 days'
SELECT INTERVAL (3) DAY
SELECT DATE '2020-01-01' + 1
SELECT CAST(1 AS HUGEINT)
SELECT CAST(1 AS UBIGINT)
SELECT CAST('x' AS BLOB)
SELECT CAST('x' AS TEXT)
SELECT CAST('x' AS STRING)
SELECT CAST([1] AS BIGINT[])
SELECT TIMESTAMP_NS '2020-01-01'
SELECT CAST('2020-01-01' AS TIMESTAMP_NS)
SELECT list_transform([1, 2], lambda x: x + 1)
SELECT list_value(1, 2)
SELECT list_sum(ARRAY[1, 2])
SELECT list_sort(ARRAY[1, 2])
SELECT list_filter(ARRAY[1, 2], lambda x: x > 1)
SELECT list_aggregate(ARRAY[1, 2], 'sum')
SELECT array_slice(ARRAY[1, 2], 1, 1)
SELECT array_length(ARRAY[1, 2])
SELECT array_append(ARRAY[1, 2], 3)
SELECT array_extract(ARRAY[1, 2], 1)
SELECT len(ARRAY[1, 2])
SELECT unnest(ARRAY[1, 2])
SELECT range(3)
SELECT generate_series(1, 3)
SELECT struct_pack(a := 1)
SELECT struct_extract(ROW(1), 1)
SELECT row_to_json({'a': 1})
SELECT map_from_entries([(1, 2)])
SELECT strftime(DATE '2020-01-01', '%Y')
SELECT strptime('2020', '%Y')
SELECT epoch_ms(1)
SELECT epoch_ns(TIMESTAMP '2020-01-01 00:00:00')
SELECT epoch(TIMESTAMP '2020-01-01 00:00:00')
SELECT make_timestamp(1)
SELECT make_date(2020, 1, 1)
SELECT time_bucket(INTERVAL '1' HOUR, TIMESTAMP '2020-01-01 00:00:00')
SELECT datepart('year', DATE '2020-01-01')
SELECT date_part('year', DATE '2020-01-01')
SELECT datetrunc('year', DATE '2020-01-01')
SELECT date_sub('day', DATE '2020-01-01', DATE '2020-01-02')
SELECT dayname(DATE '2020-01-01')
SELECT today()
SELECT get_current_timestamp()
SELECT quantile_cont(c1, 0.5) FROM numbers
SELECT median(c1) FROM numbers
SELECT mode(c1) FROM numbers
SELECT first(c1) FROM numbers
SELECT last(c1) FROM numbers
SELECT list(c1) FROM numbers
SELECT string_agg(c2, ',') FROM numbers
SELECT arg_max(c0, c1) FROM numbers
SELECT approx_quantile(c1, 0.5) FROM numbers
SELECT product(c1) FROM numbers
SELECT regr_avgx(c1, c1) FROM numbers
SELECT sum(c1 ORDER BY c0) FROM numbers
SELECT regexp_matches('a', 'a')
SELECT regexp_full_match('a', 'a')
SELECT string_split('a,b', ',')
SELECT str_split('a,b', ',')
SELECT contains('abc', 'b')
SELECT prefix('abc', 'a')
SELECT left('abc', 2)
SELECT right('abc', 2)
SELECT instr('abc', 'b')
SELECT ascii('a')
SELECT printf('%d', 1)
SELECT format('{}', 1)
SELECT md5('a')
SELECT hash('a')
SELECT sha256('a')
SELECT trunc(1.5)
SELECT isnan(1.5)
SELECT gcd(4, 6)
SELECT factorial(5)
SELECT even(3)
SELECT error('x') FROM numbers WHERE false
SELECT getvariable('x')
SELECT current_setting('memory_limit')
SELECT version()
SELECT ts_bin(TIMESTAMP_NS '2020-01-01', 1)
SELECT * FROM range(3)
SELECT * FROM generate_series(1, 3)
SELECT * FROM unnest([1, 2])
SELECT * FROM duckdb_tables()
SELECT * FROM duckdb_settings()
SELECT * FROM pragma_version()
SELECT * FROM information_schema.tables
SELECT * FROM sqlite_master
SELECT * FROM query('SELECT 1')
SELECT * FROM query_table('numbers')
SELECT rowid FROM numbers
INSERT INTO numbers (c0) VALUES (9)
UPDATE numbers SET c0 = 9
DELETE FROM numbers
TRUNCATE numbers
CREATE TABLE t1 (a INTEGER)
CREATE OR REPLACE TABLE t2 AS SELECT 1 AS a
CREATE VIEW v1 AS SELECT 1 AS a
CREATE MACRO one() AS 1
CREATE SCHEMA s1
CREATE SEQUENCE s
SELECT nextval('s')
ALTER TABLE numbers ADD COLUMN z INTEGER
DROP TABLE IF EXISTS nothing
PREPARE p AS SELECT 1
SET VARIABLE x = 1
PRAGMA version
PRAGMA table_info('numbers')
BEGIN TRANSACTION
CHECKPOINT
VACUUM
ANALYZE
USE main
COMMENT ON TABLE numbers IS 'x'
-- unchecked
SELECT * FROM read_csv('/etc/passwd')
SELECT * FROM read_text('/etc/passwd')
SELECT * FROM read_parquet('x.parquet')
SELECT * FROM read_json_auto('x.json')
SELECT * FROM '/etc/passwd'
SELECT * FROM 'data.csv'
SELECT * FROM glob('*')
SELECT * FROM sniff_csv('x.csv')
COPY numbers TO '/tmp/x.csv'
COPY (SELECT 1) TO 'x.parquet' (FORMAT parquet)
COPY numbers FROM 'x.csv'
EXPORT DATABASE 'x'
IMPORT DATABASE 'x'
ATTACH 'x.db' AS x
DETACH x
INSTALL httpfs
LOAD httpfs
SET memory_limit = '1GB'
RESET memory_limit
SET threads TO 1
CALL pragma_version()
EXECUTE p
DEALLOCATE p
KILL 1
CREATE SECRET (TYPE s3)
MERGE INTO numbers USING numbers AS b ON false WHEN NOT MATCHED THEN INSERT VALUES (1)
SELECT '{"a": 1}' -> '$.a'
SELECT '{"a": 1}' ->> '$.a'
SELECT json_extract('{"a": 1}', '$.a')
SELECT json('{"a": 1}')
SELECT sum(c0) FILTER (c0 > 1) FROM numbers
SELECT getenv('HOME')
PIVOT numbers ON c0 USING sum(c1)
SELECT * FROM (PIVOT numbers ON c0 USING sum(c1))
SELECT $1
