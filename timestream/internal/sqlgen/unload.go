package sqlgen

import "strings"

// Unload is a statement that writes the rows of a query into Parquet files in S3.
type Unload struct {
	// Select is a query as [Select] writes it.
	Select string
	// Bucket and Prefix are where the files go: below Prefix, which has no slash at its end.
	Bucket, Prefix string
	// KMSKey is the key with which S3 encrypts the files; empty for S3's own.
	KMSKey string
}

// maxUnloadFile is the least that the service takes for max_file_size ("Syntax" of UNLOAD in the developer guide). A split
// reads a file at once.
const maxUnloadFile = "16MB"

// SQL is the statement. Files are compressed: of rows as devices write them they take a third of the bytes, and to read
// them takes 1.7 times the processor's time (BenchmarkRead of package parquet); a function does not get the files from S3 fast
// enough for that to matter.
func (u Unload) SQL() string {
	options := []string{"format = 'PARQUET'", "compression = 'GZIP'", "max_file_size = " + Text(maxUnloadFile).String()}
	if u.KMSKey != "" {
		options = append(options, "encryption = 'SSE_KMS'", "kms_key = "+Text(u.KMSKey).String())
	}
	return "UNLOAD (\n" + u.Select + "\n)\nTO " + Text("s3://"+u.Bucket+"/"+u.Prefix).String() + "\nWITH (" + strings.Join(options, ", ") + ")"
}
