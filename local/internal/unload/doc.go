// Package unload is Timestream's UNLOAD: it writes a query's rows into files in S3, with a manifest and a metadata file, as
// the service's guide says (export-unload-concepts, export-unload-limits, export-unload-best-practices).
//
// # Layout
//
//	<prefix>/results/[column=value/…]<query id>_<stamp>_<unique>.csv | .gz | .parquet
//	<prefix>/<query id>_<stamp>_<unique>_manifest.json
//	<prefix>/<query id>_<stamp>_<unique>_metadata.json
//
// A stamp has ten digits, the unique part sixteen letters and digits, as in manifests of the service. The columns of
// partitioned_by are the last of the SELECT; they name folders and are not in the files, but in the metadata. A compressed
// Parquet file is called .parquet all the same. Nothing is ever deleted: an UNLOAD that fails leaves the files it had
// finished, without a manifest.
//
// # CSV
//
// Lines end in \n. A value that contains the delimiter, a quote, the escape character or a line break is put into double
// quotes, and a quote or an escape character in it is escaped. Null and the empty text are both an empty field. Arrays, rows
// and time series are JSON; a time inside of them ends in Z.
//
// # Parquet
//
// All columns are optional. varchar is BYTE_ARRAY (UTF8), timestamp INT96 (nanoseconds without loss), date INT32 (DATE), bigint
// INT64, integer INT32, double DOUBLE, boolean BOOLEAN, array LIST, row a group, time series LIST of a group (time, value).
//
// # What the guide leaves open
//
// It does not say how intervals look in Parquet (here: their text), where rows without a value of a partition column go (here:
// Hive's folder __HIVE_DEFAULT_PARTITION__), nor which characters of a value are written differently in a folder's name (here:
// those that Hive escapes, as %2F). Messages of refusals are this program's own.
//
// # Memory
//
// A result is never held. A file grows on disk, in the folder for temporary files, until it is uploaded; of each open file some
// kilobytes are in memory, and of the unfinished row groups of all open Parquet files together some bufferBytes. At most a
// hundred files, one for each partition, are open.
package unload
