package spill

import (
	"strconv"
	"strings"

	"athena-timestream/federation/message"
)

// Location is the directory for the blocks of one split: <prefix>/<queryID>/<splitID>, or <prefix>/<splitID> when the
// prefix already contains the query ID (Athena may provide such a prefix) or the query ID is blank: docs/protocol.md,
// chapter 10.
func Location(bucket, prefix, queryID, splitID string) message.SpillLocation {
	key := prefix + "/" + queryID + "/" + splitID
	if strings.TrimSpace(queryID) == "" || strings.Contains(prefix, queryID) {
		key = prefix + "/" + splitID
	}
	return message.SpillLocation{Bucket: bucket, Key: key, Directory: true}
}

// blockLocation is where block n of the split with a directory goes.
func blockLocation(dir message.SpillLocation, n int) message.SpillLocation {
	return message.SpillLocation{Bucket: dir.Bucket, Key: dir.Key + "." + strconv.Itoa(n)}
}
