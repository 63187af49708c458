package stack_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/stack"
)

func open(t *testing.T, f func(context.Context, stack.Options) (*stack.Stack, error), o stack.Options) *stack.Stack {
	t.Helper()
	s, err := f(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSpilledBlocksAreGoneOnceRead(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, stack.Open, stack.Options{Dir: dir})
	e := &athena.Engine{Invoker: s.Invoker, Store: s.Store, Limits: spill.Limits{MaxBlockSize: 20_000, MaxInlineSize: 1}}
	r, err := e.Query(ctx, "SELECT count(hostname), max(cpu_user) FROM demo.devops")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.Stats.Spilled < 2 {
		t.Errorf("%d blocks were spilled, want several", r.Stats.Spilled)
	}
	left := 0
	err = filepath.WalkDir(filepath.Join(dir, "s3"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(path, stack.SpillBucket+"/") {
			left++
		}
		return err
	})
	if err != nil || left > 0 {
		t.Errorf("%d files are left in the spill bucket, %v", left, err)
	}
}

func TestServedFolderIsShared(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	server := open(t, stack.Serve, stack.Options{Dir: dir})
	guest := open(t, stack.Open, stack.Options{Dir: dir})
	if guest.URL != server.URL {
		t.Errorf("a guest is at %s, the server at %s", guest.URL, server.URL)
	}
	mark, err := guest.Mark(ctx)
	if err != nil {
		t.Fatal(err)
	}
	e := &athena.Engine{Invoker: guest.Invoker, Store: guest.Store}
	r, err := e.Query(ctx, "SELECT count(*) FROM demo.climate")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ran, err := guest.Since(ctx, mark)
	if err != nil || len(ran) != 2 || !ran[0].Metadata || !strings.Contains(ran[1].SQL, `"demo"."climate"`) || ran[1].Rows == 0 {
		t.Errorf("Timestream ran %+v, %v; want a DESCRIBE and a SELECT", ran, err)
	}
	if _, err := stack.Serve(ctx, stack.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "is served already, on "+server.URL) {
		t.Errorf("a second server: %v", err)
	}
}

// An address that a killed process left behind may be another stack's by now.
func TestStaleAddressLeadsNowhere(t *testing.T) {
	ctx, mine, others := context.Background(), t.TempDir(), t.TempDir()
	first := open(t, stack.Serve, stack.Options{Dir: mine})
	left, err := os.ReadFile(filepath.Join(mine, "serve.url"))
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimPrefix(first.URL, "http://")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "serve.url"), left, 0o600); err != nil {
		t.Fatal(err)
	}
	other := open(t, stack.Serve, stack.Options{Dir: others, Listen: address})
	s := open(t, stack.Open, stack.Options{Dir: mine})
	if s.URL == other.URL {
		t.Fatal("a stale address led to another folder's server")
	}
	if _, err := s.Write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("mine")}); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Write.DescribeDatabase(ctx, &timestreamwrite.DescribeDatabaseInput{DatabaseName: aws.String("mine")}); err == nil {
		t.Error("what was written to one folder is in the other")
	}
}

func TestCloseKeepsWhatWasWritten(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := open(t, stack.Open, stack.Options{Dir: dir})
	if _, err := s.Write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("kept")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, stack.Open, stack.Options{Dir: dir})
	if _, err := again.Write.DescribeDatabase(ctx, &timestreamwrite.DescribeDatabaseInput{DatabaseName: aws.String("kept")}); err != nil {
		t.Error(err)
	}
}
