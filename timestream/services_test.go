package timestream_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

// session is a forward access session that AWS's Encryption SDK sealed.
type session struct {
	Name, Token string
	Credentials struct{ AccessKeyID string }
	DataKeys    []struct {
		KeyID, Sealed, Plaintext string
		EncryptionContext        map[string]string
	}
}

func sessions(t *testing.T) (map[string]session, string) {
	t.Helper()
	text, err := os.ReadFile("../vectors/fas/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ServiceKMSKeyID string `json:"serviceKmsKeyId"`
		Cases           []session
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	byName := map[string]session{}
	for _, s := range file.Cases {
		byName[s.Name] = s
	}
	return byName, file.ServiceKMSKeyID
}

// signed is an account that also has Glue and the sessions' KMS key, and counts calls by "service operation signer".
type signed struct {
	*account
	known []session

	mu    sync.Mutex
	calls map[string]int
}

func (s *signed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	parts := strings.Split(scope, "/") // key id, date, region, service
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if operation == "" {
		operation = r.Method
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || len(parts) < 4 {
		s.t.Errorf("%s: %v, signed by %q", operation, err, scope)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	signer := parts[0]
	s.mu.Lock()
	s.calls[parts[3]+" "+operation+" "+signer]++
	s.mu.Unlock()
	if token := r.Header.Get("X-Amz-Security-Token"); token != sessionTokens[signer] {
		s.t.Errorf("%s signed by %s has the session token %q", operation, signer, token)
	}
	// What can be told apart by its content has the signer that it belongs to.
	if named := r.URL.Path + string(body); operation != "Decrypt" && parts[3] != "timestream" {
		for id, name := range names {
			if strings.Contains(named, name) && id != signer {
				s.t.Errorf("%s signs a call for %s: %s %s", signer, id, operation, named)
			}
		}
	}
	switch operation {
	case "Decrypt":
		s.decrypt(w, body)
	case "GetTable":
		fmt.Fprint(w, `{"Table":{"Name":"t","Parameters":{"timestream-metadata-flag":""},"StorageDescriptor":{"Columns":[{"Name":"a","Type":"string"}]}}}`)
	case "Query":
		if found := shown(string(body)); found != nil {
			fmt.Fprintf(w, `{"QueryId":"Q",%s}`, found[0])
			return
		}
		fallthrough
	default:
		s.account.ServeHTTP(w, r)
	}
}

// shown is what Timestream shows of its one table.
func shown(sql string) []string {
	for prefix, answer := range map[string][2]string{"SHOW DATABASES": {"Database", "d"}, "SHOW TABLES": {"Table", "t"}} {
		if strings.Contains(sql, prefix) {
			return jsonPages([]string{answer[0] + " VARCHAR"}, [][][]string{{{answer[1]}}})
		}
	}
	if strings.Contains(sql, "DESCRIBE") {
		return jsonPages([]string{"Column VARCHAR", "Type VARCHAR", "Timestream-attribute-type VARCHAR"}, [][][]string{{{"a", "varchar", "DIMENSION"}}})
	}
	return nil
}

// sessionTokens are those of each signer: the function has none.
var sessionTokens = map[string]string{"id": "", "ASIACALLER": "caller-session", "ASIAOTHER": "other-session"}

func (s *signed) decrypt(w http.ResponseWriter, body []byte) {
	var in struct {
		KeyID             string `json:"KeyId"`
		CiphertextBlob    []byte
		EncryptionContext map[string]string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		s.t.Error(err)
	}
	for _, k := range s.known {
		if d := k.DataKeys[0]; d.Sealed == string(in.CiphertextBlob) && maps.Equal(d.EncryptionContext, in.EncryptionContext) {
			fmt.Fprintf(w, `{"KeyId":%q,"Plaintext":%q}`, d.KeyID, d.Plaintext)
			return
		}
	}
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprint(w, `{"__type":"AccessDeniedException","Message":"not this key"}`)
}

func (s *signed) handler(log io.Writer, mode timestream.ReadMode) *federation.Handler {
	front := faults.New(s, faults.Script{"Query": always(faults.Slow(700 * time.Millisecond))}) // so that Athena is asked
	cfg := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String("http://aws.local"), HTTPClient: &http.Client{Transport: front},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
	c := federation.Config{SpillBucket: "b", KMSKeyID: "alias/spill"}
	h, err := timestream.NewHandler(cfg, timestream.Config{Federation: c, ReadMode: mode}, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// names are those of the queries of each signer.
var names = map[string]string{"id": "query-of-nobody", "ASIACALLER": "query-of-one", "ASIAOTHER": "query-of-another"}

// query is what Athena asks for one query: whose it is, its names say.
func (s *signed) query(h *federation.Handler, signer string, options map[string]string) error {
	name := names[signer]
	head := message.Header{
		Identity: &message.Identity{Account: name, ConfigOptions: options}, QueryID: name, CatalogName: "ts",
	}
	var layout *block.Block
	read := readAccount()
	read.Header, read.Split.SpillLocation.Key = head, "p/"+name
	for _, r := range []func() message.Message{
		func() message.Message { return &message.GetTableRequest{Header: head, TableName: read.TableName} },
		func() message.Message {
			return &message.GetTableLayoutRequest{Header: head, TableName: read.TableName, Schema: accountSchema, Constraints: read.Constraints}
		},
		func() message.Message {
			return &message.GetSplitsRequest{Header: head, TableName: read.TableName, Constraints: read.Constraints, Partitions: layout}
		},
		func() message.Message { return read },
	} {
		m, err := invoke(s.t.Context(), s.t, h, r())
		if err != nil {
			return err
		}
		if l, ok := m.(*message.GetTableLayoutResponse); ok {
			layout = l.Partitions
		}
	}
	return nil
}

// take is what was called since the last time, without the pages of the result.
func (s *signed) take() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := s.calls
	s.calls = map[string]int{}
	return calls
}

// callsOf are the calls of some queries whose caller signs what is not Timestream's.
func callsOf(signer string, queries int) map[string]int {
	calls := map[string]int{
		"glue GetTable ":           1,
		"s3 HEAD ":                 1,
		"s3 PUT ":                  3,
		"kms GenerateDataKey ":     1,
		"athena GetQueryExecution": 3,
	}
	want := map[string]int{}
	for call, n := range calls {
		want[strings.TrimSpace(call)+" "+signer] = n * queries
	}
	return want
}

// TestForwardAccessSession runs queries of two callers at once, many times, and then one without a session: each call of S3,
// Glue, KMS and Athena has the caller's own signature, each of Timestream the function's.
func TestForwardAccessSession(t *testing.T) {
	known, key := sessions(t)
	caller, other := known["an encryption context"], known["another caller"]
	synctest.Test(t, func(t *testing.T) {
		const queries = 20
		s, log := &signed{account: newAccount(t, 6), known: []session{caller, other}, calls: map[string]int{}}, &bytes.Buffer{}
		h := s.handler(log, timestream.ReadPages)
		var all sync.WaitGroup
		for range queries {
			for _, of := range s.known {
				all.Go(func() {
					if err := s.query(h, of.Credentials.AccessKeyID, map[string]string{"fas_token": of.Token, "service_kms_key_id": key}); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		want := map[string]int{"kms Decrypt id": 2 * 4 * queries, "kms GenerateRandom id": 2 * queries}
		maps.Copy(want, callsOf("ASIACALLER", queries))
		maps.Copy(want, callsOf("ASIAOTHER", queries))
		s.expect(want)

		for name, options := range map[string]map[string]string{
			"no session": nil, "only a token": {"fas_token": caller.Token}, "only a key": {"service_kms_key_id": key},
		} {
			if err := s.query(h, "id", options); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		want = callsOf("id", 3)
		want["s3 HEAD id"] = 1 // the function's yes is kept
		want["kms GenerateRandom id"] = 3
		s.expect(want)
		for _, secret := range []string{caller.Token, "ASIA", "caller/secret", "caller-session", "other-session"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log tells %s", secret)
			}
		}
	})
}

// An UNLOAD would be written with the function's permissions: with a session of the caller's the rows come in pages.
func TestForwardAccessSessionReadsPages(t *testing.T) {
	known, key := sessions(t)
	of := known["another caller"]
	synctest.Test(t, func(t *testing.T) {
		s := &signed{account: newAccount(t, 6), known: []session{of}, calls: map[string]int{}}
		h := s.handler(io.Discard, timestream.ReadUnload)
		if err := s.query(h, of.Credentials.AccessKeyID, map[string]string{"fas_token": of.Token, "service_kms_key_id": key}); err != nil {
			t.Error(err)
		}
		want := callsOf(of.Credentials.AccessKeyID, 1)
		want["kms Decrypt id"], want["kms GenerateRandom id"] = 4, 1
		s.expect(want)
	})
}

// expect compares all calls but those of Timestream, which the function has to have signed.
func (s *signed) expect(want map[string]int) {
	s.t.Helper()
	got := s.take()
	for call := range got {
		if strings.HasPrefix(call, "timestream ") {
			if !strings.HasSuffix(call, " id") {
				s.t.Errorf("%s", call)
			}
			delete(got, call)
		}
	}
	if !maps.Equal(got, want) {
		s.t.Errorf("calls %v\nwant  %v", got, want)
	}
}

// A session that cannot be opened ends the request: nothing is done in the function's name instead.
func TestForwardAccessSessionRefused(t *testing.T) {
	known, key := sessions(t)
	good := known["an encryption context"]
	damaged, err := base64.StdEncoding.DecodeString(good.Token)
	if err != nil {
		t.Fatal(err)
	}
	damaged[len(damaged)-1] ^= 1 // of the signature
	for name, test := range map[string]struct {
		token, key string
		code       federation.Code
		want       string
		calls      map[string]int
	}{
		"damaged":         {base64.StdEncoding.EncodeToString(damaged), key, federation.InvalidCredentials, "its signature", map[string]int{"kms Decrypt id": 1}},
		"another key":     {good.Token, key + "0", federation.InvalidCredentials, "none of its data keys is sealed under", map[string]int{}},
		"KMS says no":     {known["another caller"].Token, key, federation.AccessDenied, "the function's role needs kms:Decrypt", map[string]int{"kms Decrypt id": 1}},
		"no commitment":   {known["ALG_AES_256_GCM_IV12_TAG16_NO_KDF"].Token, key, federation.InvalidCredentials, "only format version 2", map[string]int{}},
		"an empty token":  {"", key, federation.InvalidCredentials, "it is empty", map[string]int{}},
		"an empty key id": {good.Token, "", federation.InvalidCredentials, "service_kms_key_id is empty", map[string]int{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := &signed{account: newAccount(t, 1), known: []session{good}, calls: map[string]int{}}
			h := s.handler(io.Discard, timestream.ReadPages)
			err := s.query(h, "ASIACALLER", map[string]string{"fas_token": test.token, "service_kms_key_id": test.key})
			if message.CodeOf(err) != test.code || !strings.Contains(fmt.Sprint(err), test.want) {
				t.Errorf("%s: %v", message.CodeOf(err), err)
			}
			s.expect(test.calls)
		})
	}
}
