package csvload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
)

func write(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTypesAreWhatAllValuesAre(t *testing.T) {
	for name, test := range map[string]struct {
		values []string
		want   string
	}{
		"whole numbers":          {[]string{"1", "", "-9223372036854775808"}, "bigint"},
		"one too large":          {[]string{"1", "9223372036854775808"}, "double"},
		"one with a fraction":    {[]string{"1", "2", "3.25"}, "double"},
		"exponents":              {[]string{"1e5", "-.5"}, "double"},
		"codes":                  {[]string{"007", "12"}, "varchar"},
		"a code with a fraction": {[]string{"00.5"}, "varchar"},
		"not storable":           {[]string{"1.5", "NaN"}, "varchar"},
		"infinite":               {[]string{"1e999"}, "varchar"},
		"hexadecimal":            {[]string{"0x1p-2"}, "varchar"},
		"booleans":               {[]string{"true", "FALSE", ""}, "boolean"},
		"mixed":                  {[]string{"true", "1"}, "varchar"},
		"nothing":                {[]string{"", ""}, "varchar"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, append([]string{"d,v"}, prefixed("d,", test.values)...)...)
			got, err := inferTypes(path, []int{1})
			if err != nil || strings.ToLower(string(got[0])) != test.want {
				t.Errorf("got %v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func prefixed(prefix string, values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = prefix + v
	}
	return out
}

// recorder is a Write API that keeps what it is sent and rejects records whose value is "reject".
type recorder struct {
	mu     sync.Mutex
	values []string
	firsts map[string]string // by time
	delay  bool              // by chance
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var in struct {
		Records []struct {
			Time          string
			MeasureValues []struct{ Value string }
		}
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if r.delay {
		time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var rejected []map[string]any
	for i, rec := range in.Records {
		if _, ok := r.firsts[rec.Time]; !ok && r.firsts != nil {
			r.firsts[rec.Time] = rec.MeasureValues[0].Value
		}
		if v := rec.MeasureValues[0].Value; v == "reject" {
			rejected = append(rejected, map[string]any{"RecordIndex": i, "Reason": "on purpose"})
		} else {
			r.values = append(r.values, v)
		}
	}
	if rejected != nil {
		w.Header().Set("X-Amzn-ErrorType", "RejectedRecordsException")
		w.WriteHeader(419)
		_ = json.NewEncoder(w).Encode(map[string]any{"RejectedRecords": rejected})
		return
	}
	fmt.Fprint(w, `{"RecordsIngested":{}}`)
}

func clientOf(url string) *timestreamwrite.Client {
	return timestreamwrite.New(timestreamwrite.Options{
		BaseEndpoint: aws.String(url), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		EndpointDiscovery: timestreamwrite.EndpointDiscoveryOptions{EnableEndpointDiscovery: aws.EndpointDiscoveryDisabled},
	})
}

func TestBadLinesAreNamedAndNothingElseIsLost(t *testing.T) {
	path := write(t,
		"\ufefftime,host,v", // line 1
		"1,a,one",
		"2,a",        // 3: a field short
		"x,a,two",    // 4: no time
		"4,,three",   // 5: no dimension
		"5,a,",       // 6: no measure
		"6,a,reject", // 7: refused by the service
		`7,a,"quo`+"\n"+`ted"`,
		`8,a,b"ad`, // 10: not CSV
		"9,a,last",
	)
	want := map[int]string{
		3: "it has 2 fields, the header has 3", 4: `column "time": "x" is not a number of ms since 1970`, 5: "all its dimensions are empty",
		6: "all its measures are empty", 7: "Timestream rejected it: on purpose", 10: `bare " in non-quoted-field`,
	}
	for _, skip := range []bool{true, false} {
		t.Run(fmt.Sprintf("skip=%v", skip), func(t *testing.T) {
			server := &recorder{}
			h := httptest.NewServer(server)
			defer h.Close()
			client := clientOf(h.URL)
			bad := map[int]string{}
			result, err := Load(context.Background(), client, Options{
				Path: path, Database: "d", Table: "t", Time: "time", Unit: Milliseconds, Dimensions: []string{"host"},
				SkipBad: skip, OnBad: func(b *BadLine) { bad[b.Line] = b.Reason },
			})
			var stopped *BadLine
			switch {
			case skip && (err != nil || !reflect.DeepEqual(bad, want) || !reflect.DeepEqual(server.values, []string{"one", "quo\nted", "last"}) || result.Records != 3 || result.Bad != 6):
				t.Errorf("got %v, bad %v, written %q, %+v", err, bad, server.values, result)
			case !skip && (!errors.As(err, &stopped) || stopped.Line != 3 || !reflect.DeepEqual(server.values, []string{"one"}) || result.Records != 1):
				t.Errorf("got %v, written %q, %+v", err, server.values, result)
			}
		})
	}
}

// A file of many batches is written in its order where that matters: of lines with one point the first is the one that is
// stored, however many batches lie between them.
func TestRepeatedPointsKeepTheirOrder(t *testing.T) {
	const lines, period = 5000, 270
	rows := []string{"time,host,v"}
	for i := range lines {
		rows = append(rows, fmt.Sprintf("%d,a,%d", 1+i%period, i))
	}
	server := &recorder{firsts: map[string]string{}, delay: true}
	h := httptest.NewServer(server)
	defer h.Close()
	result, err := Load(context.Background(), clientOf(h.URL), Options{
		Path: write(t, rows...), Database: "d", Table: "t", Time: "time", Unit: Seconds, Dimensions: []string{"host"},
		SkipBad: true, OnBad: func(b *BadLine) { t.Error(b) },
	})
	if err != nil || result.Records != lines {
		t.Fatalf("got %+v, %v", result, err)
	}
	for i := range period {
		if got := server.firsts[fmt.Sprintf("%d000000000", 1+i)]; got != fmt.Sprint(i) {
			t.Errorf("the first value at %d s was %s", 1+i, got)
		}
	}
}

func TestRolesAreChecked(t *testing.T) {
	path := write(t, "time,host,v", "1,a,1")
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"unknown time":       {Options{Time: "when", Dimensions: []string{"host"}}, `no column "when" for the time`},
		"unknown dimension":  {Options{Time: "time", Dimensions: []string{"zone"}}, `no column "zone" for a dimension`},
		"two roles":          {Options{Time: "time", Dimensions: []string{"time"}}, `column "time" has two roles`},
		"no dimension":       {Options{Time: "time"}, "a record needs a dimension"},
		"nothing to measure": {Options{Time: "time", Dimensions: []string{"host"}, MeasureName: "v"}, "is left to be a measure"},
	} {
		t.Run(name, func(t *testing.T) {
			test.o.Path = path
			_, err := Load(context.Background(), nil, test.o)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want …%s…", err, test.want)
			}
		})
	}
}
