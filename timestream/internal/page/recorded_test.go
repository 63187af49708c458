package page_test

import (
	"os"
	"path/filepath"
	"testing"
)

// recordedDir holds answers of the real service, as a client of the SDK printed them: with white space, and with a
// null for each absent member.
const recordedDir = "../../../../shared/data/recorded"

func recorded(t testing.TB) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(recordedDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		pages[filepath.Base(f)] = string(b)
	}
	return pages
}

func TestRecorded(t *testing.T) {
	pages := recorded(t)
	if len(pages) == 0 {
		t.Skipf("no recorded answers in %s: they are kept outside the repository", recordedDir)
	}
	for name, body := range pages {
		t.Run(name, func(t *testing.T) {
			p, rows := compare(t, body)
			if p.BySDK {
				t.Error("the SDK had to read it")
			}
			t.Logf("%d rows of %d bytes", len(rows), p.Bytes)
		})
	}
}
