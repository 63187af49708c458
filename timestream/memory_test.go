package timestream_test

import (
	"net/http"
	"net/http/httptest"
	"runtime/debug"
	"runtime/metrics"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/timestream"
)

// TestMemoryOfLongResults reads results of 80 and of 240 MB over loopback, with the limits that Athena sends. Both take
// less than the bound, with the stand-ins' own memory in it, and the long one takes no more than the short one, as far as
// the garbage collector's mood allows such a statement.
func TestMemoryOfLongResults(t *testing.T) {
	if testing.Short() {
		t.Skip("moves 300 MB")
	}
	const bound, mood = 200 << 20, 1.5
	short, long := peakOfRead(t, 90), peakOfRead(t, 270)
	t.Logf("peaks: %d MB and %d MB", short>>20, long>>20)
	if long > bound || float64(long) > mood*float64(short) {
		t.Errorf("a result three times as long takes %d MB instead of %d, with a bound of %d", long>>20, short>>20, bound>>20)
	}
}

// peakOfRead is the most memory, beyond what was there, that a read of so many pages of 0.9 MB takes.
func peakOfRead(t *testing.T, pages int) uint64 {
	t.Helper()
	const rows = 900
	a := newAccount(t, pages)
	a.objects = nil
	a.page = longPage(rows)
	var peak uint64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.ServeHTTP(w, r)
		a.mu.Lock()
		defer a.mu.Unlock()
		peak = max(peak, inUse())
	}))
	defer server.Close()
	h, err := timestream.NewHandler(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, HTTPClient: server.Client(),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, timestream.Config{Federation: federation.Config{DisableGlue: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := readAccount()
	r.MaxBlockSize, r.MaxInlineBlockSize = 16_000_000, 5_242_880
	debug.FreeOSMemory()
	before := inUse()
	m, err := invoke(t.Context(), t, h, r)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := m.(*message.RemoteReadRecordsResponse); !ok || len(got.RemoteBlocks) < pages*rows*rowText/16_000_000 {
		t.Errorf("answered with %T", m)
	}
	return peak - min(before, peak)
}

// inUse is what the Go runtime has of the system and has not given back.
func inUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
