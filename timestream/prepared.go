package timestream

import "crypto/sha256"

// maxPrepared bounds the queries remembered.
const maxPrepared = 1000

// prepared remembers the columns of queries for [nameAge]: of passthrough queries within one query of Athena, which may
// ask for them several times, and of views, since the service prepares five queries a second for the whole account.
type prepared struct {
	known *cache[[sha256.Size]byte, []column] // never changed
}

func newPrepared() prepared {
	return prepared{newCache[[sha256.Size]byte, []column](nameAge, maxPrepared)}
}

// columns are those that find gave for the statement lately, or gives now. A scope, which is Athena's query or anything
// else, remembers for itself. An error is not remembered.
func (p prepared) columns(scope, sql string, find func() ([]column, error)) (columns []column, err error) {
	columns = p.known.get(sha256.Sum256([]byte(scope+"\x00"+sql)), func() ([]column, bool) {
		columns, err = find()
		return columns, err == nil
	})
	return columns, err
}
