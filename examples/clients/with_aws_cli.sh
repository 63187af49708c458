#!/usr/bin/env bash
# Amazon Timestream for LiveAnalytics from a shell with the AWS CLI: the ordinary things, once each.
#
# It talks to the service that the CLI's ordinary settings name. With AWS_ENDPOINT_URL pointing at `athena-local serve` that is
# the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a thing that
# worked, and it exits with 1 at the first that did not.
#
# Needs the AWS CLI, gzip.
set -euo pipefail
database=example_cli table=readings bucket=example-cli # at AWS, a bucket of yours
here=(--database-name "$database" --table-name "$table")
export AWS_PAGER=

# check STATEMENT WANT GOT
check() {
	if [[ $3 != "$2" ]]; then
		printf 'FAILED: %s; seen: %s\n' "$1" "$3" >&2
		exit 1
	fi
	echo "ok $1"
}

# refused STATEMENT ERROR COMMAND...: the command fails with that error.
refused() {
	local statement=$1 error=$2 said
	shift 2
	if said=$("$@" 2>&1); then said="no error: $said"; fi
	if [[ $said == *"$error"* ]]; then said=$error; fi
	check "$statement" "$error" "$said"
}

# ask SQL [PATH]: the values of a row on a line, or what the path finds in the rows. The CLI looks at each page by itself, and a
# page may be empty although more follow: [*] finds nothing there, where [0] would find None.
ask() { aws timestream-query query --query-string "$1" --output text --query "${2:-Rows[*].Data[*].ScalarValue}"; }

remove() {
	local t
	for t in $(aws timestream-write list-tables --database-name "$database" --query 'Tables[].TableName' --output text); do
		aws timestream-write delete-table --database-name "$database" --table-name "$t"
	done
	aws timestream-write delete-database --database-name "$database"
}
remove 2>/dev/null || true # what an earlier run may have left

made=$(aws timestream-write create-database --database-name "$database" --tags Key=purpose,Value=example --query Database.TableCount)
check "create a database" 0 "$made"
made=$(aws timestream-write create-table "${here[@]}" \
	--retention-properties MemoryStoreRetentionPeriodInHours=24,MagneticStoreRetentionPeriodInDays=365 \
	--magnetic-store-write-properties EnableMagneticStoreWrites=true --query Table.TableStatus --output text)
check "create a table" ACTIVE "$made"
refused "a second table of that name is refused" ConflictException aws timestream-write create-table "${here[@]}"

# Single-measure records: one value each; what all have in common is written once.
start=$(($(date +%s) / 60 * 60 - 3600))
records=
for minute in {0..59}; do
	records+=$(printf '{"Time":"%d","MeasureName":"temperature","MeasureValue":"%d.5"},' $((start + 60 * minute)) $((20 + minute / 10)))
done
common='{"Dimensions":[{"Name":"plant","Value":"north"},{"Name":"pump","Value":"p1"}],"TimeUnit":"SECONDS","MeasureValueType":"DOUBLE"}'
n=$(aws timestream-write write-records "${here[@]}" --common-attributes "$common" --records "[${records%,}]" --query RecordsIngested.Total)
check "write single-measure records with common attributes" 60 "$n"

# A multi-measure record: several values of one time.
record='{"Dimensions":[{"Name":"plant","Value":"north"},{"Name":"pump","Value":"p1"}],"Time":"'$start'","TimeUnit":"SECONDS","MeasureName":"state","MeasureValueType":"MULTI","MeasureValues":[
	{"Name":"pressure","Type":"DOUBLE","Value":"3.25"},{"Name":"strokes","Type":"BIGINT","Value":"41000"},
	{"Name":"running","Type":"BOOLEAN","Value":"true"},{"Name":"note","Type":"VARCHAR","Value":"idle – 停止"},{"Name":"serviced","Type":"TIMESTAMP","Value":"'$start'"}]}'
n=$(aws timestream-write write-records "${here[@]}" --records "[$record]" --query RecordsIngested.Total)
check "write a multi-measure record" 1 "$n"

refused "another value with the same version is rejected" RejectedRecordsException aws timestream-write write-records "${here[@]}" --records "[${record/3.25/4.5}]"
n=$(aws timestream-write write-records "${here[@]}" --common-attributes Version=2 --records "[${record/3.25/4.5}]" --query RecordsIngested.Total)
check "a higher version replaces it" 1 "$n"

found=$(aws timestream-write list-databases --query "Databases[?DatabaseName=='$database'].TableCount" --output text)
check "list databases" 1 "$found"
found=$(aws timestream-write list-tables --database-name "$database" --query 'Tables[].TableName' --output text)
check "list tables" "$table" "$found"
found=$(aws timestream-write describe-table "${here[@]}" --query Table.RetentionProperties.MemoryStoreRetentionPeriodInHours)
check "describe a table" 24 "$found"
found=$(ask "DESCRIBE $database.$table" | sort | grep -E '^(pump|pressure|time)[[:blank:]]')
check "its columns, with DESCRIBE" $'pressure\tdouble\tMULTI\npump\tvarchar\tDIMENSION\ntime\ttimestamp\tTIMESTAMP' "$found"

found=$(ask "SELECT pressure, strokes, running, note, serviced = from_unixtime($start) FROM $database.$table WHERE measure_name = 'state'")
check "values of all types" $'4.5\t41000\ttrue\tidle – 停止\ttrue' "$found"
sql="SELECT measure_value::double FROM $database.$table WHERE measure_name = 'temperature' ORDER BY time"
found=$(aws timestream-query query --query-string "$sql" --page-size 25 --query 'length(Rows)')
check "query in pages of 25 rows, which the CLI puts together" 60 "$found"
found=$(ask "SELECT plant, avg(measure_value::double), count(*) FROM $database.$table WHERE measure_name = 'temperature' AND time > ago(2h) GROUP BY plant")
check "a mean of the last two hours" $'north\t23.0\t60' "$found"
refused "a column that is not there is refused by name" "Column 'nothing' does not exist" aws timestream-query query --query-string "SELECT nothing FROM $database.$table"

found=$(ask "SELECT CREATE_TIME_SERIES(time, measure_value::double) FROM $database.$table WHERE measure_name = 'temperature'" \
	'Rows[*].Data[0].TimeSeriesValue[-1].Value.ScalarValue')
check "a time series" 25.5 "$found"

read -r id token <<<"$(aws timestream-query query --query-string "$sql" --max-rows 10 --no-paginate --query '[QueryId, NextToken]' --output text)"
aws timestream-query cancel-query --query-id "$id" >/dev/null
refused "a cancelled query has no next page" ConflictException aws timestream-query query --query-string "$sql" --max-rows 10 --next-token "$token"

aws s3 mb "s3://$bucket" >/dev/null 2>&1 || true # there from an earlier run
manifest=$(ask "UNLOAD ($sql) TO 's3://$bucket/temperatures' WITH (format = 'CSV', compression = 'GZIP')" 'Rows[*].Data[2].ScalarValue')
found=$(aws s3 cp "$manifest" - | grep -oE 's3://[^"]+\.gz' | while read -r file; do aws s3 cp "$file" - | gzip -d; done | wc -l)
check "UNLOAD to S3, and read it" 60 "$((found))"

remove
found=$(aws timestream-write list-databases --query "Databases[?DatabaseName=='$database']" --output text)
check "delete table and database" "" "$found"
