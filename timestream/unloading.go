package timestream

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/unload"
)

// unloading is one UNLOAD under way. Its exported fields are what a continuation token carries.
type unloading struct {
	// Client is the token by which the service knows a first call again when it is repeated within five minutes.
	Client string `json:"client"`
	// Next asks for the following page; empty before the first answer.
	Next string `json:"next,omitempty"`
	// QueryID is the service's name for the query, once it has told.
	QueryID string `json:"query,omitempty"`
	// Place is where the files go.
	Place unload.Place `json:"place"`
	// Digest is of the statement.
	Digest string `json:"digest"`
	// Turn counts the answers, so that no two tokens are the same.
	Turn int `json:"turn"`

	connector          *Connector
	sql                string
	rows               int64 // the answer
	manifest, metadata string
}

const (
	// followFor is how long one request waits for an UNLOAD, unless the function has less time. A call may take a minute
	// more. It is not known how long Athena waits for splits; with the token it need not be long.
	followFor = 45 * time.Second
	// followReserve is the time that is kept for reading the manifest, or for the answer with a token.
	followReserve = 15 * time.Second
	// pollPause is between answers without an end.
	pollPause = 250 * time.Millisecond
)

// write makes the statement around a query.
func (u *unloading) write(query string) error {
	key, err := u.connector.Unloads.kmsKey()
	if err != nil {
		return err
	}
	u.sql = sqlgen.Unload{Select: query, Bucket: u.Place.Bucket, Prefix: u.Place.Prefix[:len(u.Place.Prefix)-1], KMSKey: key}.SQL()
	u.Digest = digest(u.sql)
	return nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// token is how another request goes on.
func (u *unloading) token() (string, error) {
	u.Turn++
	text, err := json.Marshal(u)
	return string(text), err
}

// follow calls until the UNLOAD has ended or time is up. Done says which.
func (u *unloading) follow(ctx context.Context) (done bool, err error) {
	start := time.Now()
	within := ctx
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		var stop context.CancelFunc
		within, stop = context.WithTimeout(ctx, left-min(followReserve, left/2))
		defer stop()
	}
	u.connector.logger.DebugContext(ctx, "UNLOAD goes on", keySQL, u.sql, keyQueryID, u.QueryID)
	for time.Since(start) < followFor {
		done, err := u.ask(within)
		switch {
		case done:
			u.connector.logger.InfoContext(ctx, "UNLOAD has ended", keyQueryID, u.QueryID, keyRows, u.rows, keyDuration, time.Since(start))
			return true, nil
		case err != nil && ctx.Err() == nil && within.Err() != nil: // the call was ours to end; its token is good for more
			return false, nil
		case err != nil:
			return false, err
		}
		_ = sleep(within, pollPause) // its end is the next call's error
	}
	return false, nil
}

// ask makes one call. Only a page without a token is the end.
func (u *unloading) ask(ctx context.Context) (done bool, err error) {
	in := &timestreamquery.QueryInput{QueryString: &u.sql, ClientToken: &u.Client}
	if u.Next != "" {
		in.NextToken = &u.Next
	}
	out, err := u.connector.statements.api.Query(ctx, in)
	if err != nil {
		return false, serviceError(err, "run an UNLOAD")
	}
	u.QueryID = aws.ToString(out.QueryId)
	if len(out.Rows) > 0 {
		if err := u.answer(out); err != nil {
			return false, err
		}
	}
	if u.Next = aws.ToString(out.NextToken); u.Next != "" {
		return false, nil
	}
	if u.manifest == "" {
		return false, errors.New("the UNLOAD ended without an answer")
	}
	return true, nil
}

// answer reads the one row: rows, metadataFile, manifestFile.
func (u *unloading) answer(out *timestreamquery.QueryOutput) error {
	texts := map[string]string{}
	for i, c := range out.ColumnInfo {
		if i < len(out.Rows[0].Data) {
			texts[aws.ToString(c.Name)] = scalarText(out.Rows[0].Data[i])
		}
	}
	rows, err := strconv.ParseInt(texts["rows"], 10, 64)
	if err != nil || texts["manifestFile"] == "" || texts["metadataFile"] == "" {
		return fmt.Errorf("the UNLOAD answered %q, not with rows, metadataFile and manifestFile", texts)
	}
	u.rows, u.manifest, u.metadata = rows, texts["manifestFile"], texts["metadataFile"]
	return nil
}

func scalarText(d types.Datum) string { return aws.ToString(d.ScalarValue) }

// clear ends the UNLOAD, if it is not over, and removes what it left.
func (u *unloading) clear(ctx context.Context) {
	if ctx.Err() != nil {
		var stop context.CancelFunc
		ctx, stop = federation.LastCalls(ctx)
		defer stop()
	}
	if u.QueryID != "" && u.manifest == "" {
		r := reading{statements: u.connector.statements}
		r.queryID = u.QueryID
		r.cancel(ctx)
	}
	if err := unload.DeleteAll(ctx, u.connector.Unloads.Objects, u.Place); err != nil {
		u.connector.logger.WarnContext(ctx, "files of an UNLOAD may be left in the spill bucket", keyError, redact.Text(err))
	}
}
