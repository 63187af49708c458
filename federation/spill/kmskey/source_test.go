package kmskey_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/kmskey"
)

const target = "TrentService."

// client talks to answers by operation; it records the requests.
func client(t *testing.T, answers map[string]func(w http.ResponseWriter), requests map[string]map[string]any) *kms.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		op := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), target)
		var in map[string]any
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		requests[op] = in
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		answers[op](w)
	}))
	t.Cleanup(server.Close)
	return kms.NewFromConfig(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
}

func plaintext(b []byte) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		fmt.Fprintf(w, `{"Plaintext":%q,"CiphertextBlob":"AAAA","KeyId":"k"}`, base64.StdEncoding.EncodeToString(b))
	}
}

func refuse(name string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":%q,"message":"no"}`, name)
	}
}

func TestNewKey(t *testing.T) {
	key, nonce := bytes.Repeat([]byte{7}, 16), bytes.Repeat([]byte{9}, 12)
	requests := map[string]map[string]any{}
	c := client(t, map[string]func(http.ResponseWriter){"GenerateDataKey": plaintext(key), "GenerateRandom": plaintext(nonce)}, requests)
	got, err := kmskey.New(c, "alias/spill").NewKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Key, key) || !bytes.Equal(got.Nonce, nonce) {
		t.Errorf("got %x and %x", got.Key, got.Nonce)
	}
	if r := requests["GenerateDataKey"]; r["KeyId"] != "alias/spill" || r["KeySpec"] != "AES_128" || len(r) != 2 {
		t.Errorf("GenerateDataKey request %v", r)
	}
	if r := requests["GenerateRandom"]; r["NumberOfBytes"] != 12.0 || len(r) != 1 {
		t.Errorf("GenerateRandom request %v", r)
	}
	sealed, err := spill.Seal(got, nil, []byte("block"))
	if err != nil || len(sealed) != 5+16 {
		t.Errorf("the key does not seal: %v", err)
	}
}

func TestNewKeyFails(t *testing.T) {
	good := plaintext(make([]byte, 16))
	for name, c := range map[string]struct {
		dataKey, random func(http.ResponseWriter)
		code            message.Code
		want            string
	}{
		"unknown key":   {refuse("NotFoundException"), good, message.EntityNotFound, "KMS answers GenerateDataKey with NotFoundException, no: there is no KMS key k, set"},
		"denied":        {refuse("AccessDeniedException"), good, message.AccessDenied, "needs kms:GenerateDataKey for KMS key k"},
		"disabled":      {refuse("DisabledException"), good, message.InvalidInput, "KMS key k is disabled, enable it"},
		"to be deleted": {refuse("KMSInvalidStateException"), good, message.InvalidInput, "KMS key k cannot be used as it is"},
		"asymmetric":    {refuse("InvalidKeyUsageException"), good, message.InvalidInput, "is not for symmetric encryption"},
		"throttled":     {refuse("ThrottlingException"), good, message.Throttling, "run fewer queries at once"},
		"expired":       {refuse("ExpiredTokenException"), good, message.InvalidCredentials, "check its role"},
		"new to us":     {refuse("DryRunOperationException"), good, message.InvalidInput, "DryRunOperationException, no: check KMS key k"},
		"random denied": {good, refuse("AccessDeniedException"), message.AccessDenied, "KMS answers GenerateRandom with AccessDeniedException, no: the function's role needs kms:GenerateRandom"},
		"random fails":  {good, refuse("KMSInternalException"), message.InternalService, "KMS answers GenerateRandom with KMSInternalException, no: KMS failed"},
	} {
		t.Run(name, func(t *testing.T) {
			answers := map[string]func(http.ResponseWriter){"GenerateDataKey": c.dataKey, "GenerateRandom": c.random}
			k, err := kmskey.New(client(t, answers, map[string]map[string]any{}), "k").NewKey(t.Context())
			if k != nil || message.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("key %v, error %v", k, err)
			}
		})
	}
}
