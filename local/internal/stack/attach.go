package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"athena-timestream/federation/message"
	"athena-timestream/local/internal/console"
)

// addressFile, in a data folder, holds the URL of the journal of the process that serves it.
const addressFile = "serve.url"

// announce leaves the stack's address in the folder until Close.
func (s *Stack) announce(dir string) error {
	path := filepath.Join(dir, addressFile)
	if err := os.WriteFile(path, []byte(s.URL+s.journalPath+"\n"), 0o600); err != nil {
		return fmt.Errorf("leaving the address in the data folder: %w", err)
	}
	s.onClose(func() error {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("taking the address out of the data folder: %w", err)
		}
		return nil
	})
	return nil
}

// served returns the stack of the process that serves the folder, nil if there is none. A process that was killed leaves
// its address behind, which another stack may have by now: only the one that left it answers to its token.
func served(ctx context.Context, dir string) *Stack {
	if dir == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, addressFile))
	if err != nil {
		return nil
	}
	journal := strings.TrimSpace(string(b))
	statements := remoteStatements(journal)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if _, err := statements(ctx, math.MaxInt64); err != nil {
		return nil
	}
	url, _, _ := strings.Cut(journal, "/-/")
	s := &Stack{URL: url, Invoker: remoteFunction(url), statements: statements, failed: make(chan error)}
	s.connect()
	return s
}

// remoteFunction invokes the connector through Lambda's API.
type remoteFunction string

func (url remoteFunction) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, string(url)+"/2015-03-31/functions/"+FunctionName+"/invocations", bytes.NewReader(payload))
	if err != nil {
		return nil, fmt.Errorf("invoking the connector: %w", err)
	}
	console.TellStatement(ctx, req.Header)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("invoking the connector: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the connector's answer: %w", err)
	}
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("invoking the connector: %s: %s", resp.Status, body)
	case resp.Header.Get("X-Amz-Function-Error") == "":
		return body, nil
	}
	failure, err := message.DecodeFunctionError(body)
	if err != nil {
		return nil, fmt.Errorf("reading the connector's error: %w", err)
	}
	return nil, failure
}

func getJSON(ctx context.Context, url string, out any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
