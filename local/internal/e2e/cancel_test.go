package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/tsserver"
)

// TestCancelledQueryLeavesNothing cancels a statement at several places. It must end with the context's error, tell the
// service to stop where that is still at work, and leave no goroutine; the database's Close waits for open cursors, so
// the test would hang with one.
func TestCancelledQueryLeavesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 0))
	for _, at := range []int64{1, 2, 3, 9} {
		for _, limits := range []spill.Limits{{}, {MaxBlockSize: 3000, MaxInlineSize: 1}} {
			t.Run(fmt.Sprintf("page %d, blocks of %d", at, limits.MaxBlockSize), func(t *testing.T) {
				federationtest.NoLeaks(t)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var pages, cancels atomic.Int64
				db := openDB(t)
				o := setting{limits: limits, server: tsserver.Options{PageBytes: 4000, OnPage: func(p tsserver.Page) {
					if !p.Metadata && pages.Add(1) == at {
						cancel()
					}
				}}}
				s := serve(t, db, o, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".CancelQuery") {
							cancels.Add(1)
						}
						next.ServeHTTP(w, r)
					})
				})
				tb := randomTable(r, "db", "multi", 200, false)
				s.write(t, tb)
				start := time.Now()
				_, _, err := query(ctx, s.engine(), "SELECT * FROM db.multi")
				if !errors.Is(err, context.Canceled) {
					t.Errorf("error %v, want the context's", err)
				}
				if took := time.Since(start); took > 5*time.Second {
					t.Errorf("it took %v to end", took)
				}
				// The first page names the query: without it there is nothing to cancel.
				if n := cancels.Load(); at > 1 && n != 1 {
					t.Errorf("%d calls of CancelQuery, want 1", n)
				}
				if n := pages.Load(); n > at+2 {
					t.Errorf("%d pages were made, %d of them after the end", n, n-at)
				}
				same(t, "afterwards", answer(t, s.engine(), "SELECT count(*) FROM db.multi"), []string{"200"})
			})
		}
	}
}

// TestCancelBeforeTheFirstPage cancels while the service is at work on an answer that nobody will wait for: no query id is
// known yet, so that it must notice by itself.
func TestCancelBeforeTheFirstPage(t *testing.T) {
	started := make(chan struct{}, 1)
	s := serve(t, openDB(t), setting{}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query") {
				started <- struct{}{}
			}
			next.ServeHTTP(w, r)
		})
	})
	s.write(t, randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 200, false))
	t.Run("read", func(t *testing.T) {
		federationtest.NoLeaks(t) // when this ends, not when the server is closed
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			<-started
			time.Sleep(100 * time.Millisecond)
			cancel()
		}()
		_, _, err := query(ctx, s.engine(), "SELECT * FROM "+through("SELECT sum(a.n % 7 + b.n % 5) FROM db.multi a, db.multi b, db.multi c, db.multi d, db.multi e"))
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v, want the context's", err)
		}
	})
}

// TestResultLeftEarly closes a result in the middle.
func TestResultLeftEarly(t *testing.T) {
	federationtest.NoLeaks(t)
	s := serve(t, openDB(t), setting{}, nil)
	s.write(t, randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 100, false))
	r, err := s.engine().Query(t.Context(), "SELECT a.id FROM db.multi a CROSS JOIN db.multi b")
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range r.Rows() {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

// TestLimitStopsTheService reads no page more than it needs where the limit is the service's.
func TestLimitStopsTheService(t *testing.T) {
	var rows atomic.Int64
	s := serve(t, openDB(t), setting{server: tsserver.Options{OnPage: func(p tsserver.Page) {
		if !p.Metadata {
			rows.Add(int64(p.Rows))
		}
	}}}, nil)
	s.write(t, randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 100, false))
	if got := answer(t, s.engine(), "SELECT id FROM db.multi WHERE host = 'h1' LIMIT 3"); len(got) != 3 || rows.Load() != 3 {
		t.Errorf("%d rows of %d that were read, want 3 of 3", len(got), rows.Load())
	}
}
