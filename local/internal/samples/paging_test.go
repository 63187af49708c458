package samples_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
)

var seed = flag.Uint64("seed", 1, "chooses how often each token is used")

// uses is how often the service takes a token.
const uses = 5

// TestPaging asks every query with every MaxRows from one row a page to more than there are: the rows stay the same. Tokens are
// used up to five times on the way and misused in every way that the service refuses.
func TestPaging(t *testing.T) {
	t.Parallel()
	client := start(t)
	random := rand.New(rand.NewPCG(*seed, 0))
	for _, s := range readSamples(t) {
		if s.refused {
			continue
		}
		for maxRows := 1; maxRows <= len(s.answer); maxRows++ {
			r := reader{client: client, sql: s.sql, maxRows: aws.Int32(int32(maxRows)), random: random}
			got, err := r.read(t)
			if err != nil {
				t.Fatalf("%s: MaxRows %d, -seed %d: %v\n%s", s.place, maxRows, *seed, err, s.sql)
			}
			if g, w := s.inOrder(got), s.inOrder(s.answer); !slices.Equal(g, w) {
				t.Errorf("%s: MaxRows %d, -seed %d: got %q, want %q", s.place, maxRows, *seed, g, w)
			}
		}
	}
}

// reader follows the tokens of one query.
type reader struct {
	client  *timestreamquery.Client
	sql     string
	maxRows *int32
	random  *rand.Rand
	queryID string
}

// read is the answer: its columns, then its rows.
func (r *reader) read(t *testing.T) ([]string, error) {
	page, err := r.ask(t, r.sql, nil)
	if err != nil {
		return nil, err
	}
	r.queryID = aws.ToString(page.QueryId)
	answer := append([]string{header(page.ColumnInfo)}, rows(page)...)
	var before *string
	for page.NextToken != nil {
		token := page.NextToken
		if page, err = r.next(t, token, before); err != nil {
			return answer, err
		}
		if columns := header(page.ColumnInfo); columns != answer[0] {
			return answer, fmt.Errorf("a page has the columns %s", columns)
		}
		answer, before = append(answer, rows(page)...), token
	}
	return answer, nil
}

// next gets the page of a token, several times over, and sees that nobody gets another page with it or with the token before it.
func (r *reader) next(t *testing.T, token, before *string) (*timestreamquery.QueryOutput, error) {
	times := 1 + r.random.IntN(uses)
	page, err := r.ask(t, r.sql, token)
	for range times - 1 {
		if err != nil {
			return nil, err
		}
		again, failed := r.ask(t, r.sql, token)
		if failed == nil && !slices.Equal(rows(again), rows(page)) {
			failed = fmt.Errorf("a page was %q and then %q", rows(page), rows(again))
		}
		err = failed
	}
	if err != nil {
		return nil, err
	}
	if before != nil {
		err = r.refused(t, "a token whose successor was used", r.sql, before)
	}
	if times == uses {
		err = errors.Join(err, r.refused(t, "a sixth use", r.sql, token))
	} else {
		err = errors.Join(err, r.refused(t, "another text", r.sql+" ", token))
	}
	return page, err
}

// refused is an error unless the service refuses the token.
func (r *reader) refused(t *testing.T, what, sql string, token *string) error {
	const want = "ValidationException: Invalid pagination token."
	_, err := r.ask(t, sql, token)
	if err == nil {
		return fmt.Errorf("%s gets a page, want %s", what, want)
	}
	if got := errorText(err); got != want {
		return fmt.Errorf("%s: got %s, want %s", what, got, want)
	}
	return nil
}

func (r *reader) ask(t *testing.T, sql string, token *string) (*timestreamquery.QueryOutput, error) {
	page, err := r.client.Query(t.Context(), &timestreamquery.QueryInput{QueryString: &sql, MaxRows: r.maxRows, NextToken: token})
	if err != nil {
		return nil, err
	}
	if id := aws.ToString(page.QueryId); token != nil && id != r.queryID {
		return nil, fmt.Errorf("the query %s became %s", r.queryID, id)
	}
	if n := len(page.Rows); n > int(*r.maxRows) {
		return nil, fmt.Errorf("a page of %d rows", n)
	}
	return page, nil
}
