package duck_test

import (
	"os"
	"path/filepath"
	"testing"

	"athena-timestream/local/internal/duck"
)

// A sort beyond the memory limit goes to disk, closed database or not, and leaves nothing behind.
func TestSortsBeyondMemory(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	db, err := duck.Open("", map[string]string{"memory_limit": "60MB", "threads": "1"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := all(db, "SELECT s FROM (SELECT (i * 7919) % 3000017 || ' a text that takes room in memory' AS s FROM range(3000000) r(i)) ORDER BY s LIMIT 3 OFFSET 2999990")
	if err != nil || len(got) != 3 {
		t.Errorf("got %v, %v", got, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*", "*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
