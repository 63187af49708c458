package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// await FILE waits until a file is there: a server has announced itself.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await file")
	}
	path := ts.MkAbs(args[0])
	for range 300 {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("%s did not appear within 30 seconds", args[0])
}

// get METHOD PATH [BODYFILE [HEADER…]] asks $ADDRESS and prints status, error header and body.
func get(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: get method path [bodyfile [header: value]...]")
	}
	var body io.Reader
	if len(args) > 2 {
		body = strings.NewReader(strings.TrimSpace(ts.ReadFile(args[2])))
	}
	req, err := http.NewRequest(args[0], "http://"+ts.Getenv("ADDRESS")+args[1], body)
	ts.Check(err)
	for _, header := range args[min(3, len(args)):] {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), []byte(resp.Status+"\n"+resp.Header.Get("X-Amz-Function-Error")+"\n"+string(answer)+"\n"), 0o600))
}
