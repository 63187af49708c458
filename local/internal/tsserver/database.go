package tsserver

import (
	"encoding/base64"
	"strings"
	"time"

	"athena-timestream/local/internal/tsdb"
)

// epoch is a time as a JSON number of seconds, in milliseconds.
func epoch(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

type databaseShape struct {
	Arn             string
	DatabaseName    string
	TableCount      int
	KmsKeyId        string //nolint:revive // the wire's spelling
	CreationTime    float64
	LastUpdatedTime float64
}

func showDatabase(d *tsdb.Database) databaseShape {
	return databaseShape{d.ARN, d.Name, d.Tables, d.KMSKeyID, epoch(d.Created), epoch(d.Updated)}
}

type databaseInput struct {
	DatabaseName *string
	KmsKeyId     *string //nolint:revive // the wire's spelling
	Tags         []tag
	MaxResults   *int64
	NextToken    *string
}

func (c *call) databaseInput(create bool) (*databaseInput, error) {
	in := &databaseInput{}
	if err := c.decode(in); err != nil {
		return nil, err
	}
	var check constraints
	if create {
		check.newName("databaseName", in.DatabaseName)
		checkTags(&check, in.Tags)
	} else {
		check.required("databaseName", in.DatabaseName)
	}
	check.length("kmsKeyId", in.KmsKeyId, 1, 2048)
	return in, check.err()
}

func databaseAnswer(d *tsdb.Database, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return struct{ Database databaseShape }{showDatabase(d)}, nil
}

func (s *Server) createDatabase(c *call) (any, error) {
	in, err := c.databaseInput(true)
	if err != nil {
		return nil, err
	}
	return databaseAnswer(s.db.CreateDatabase(c.ctx, *in.DatabaseName, text(in.KmsKeyId), tagMap(in.Tags)))
}

func (s *Server) describeDatabase(c *call) (any, error) {
	in, err := c.databaseInput(false)
	if err != nil {
		return nil, err
	}
	return databaseAnswer(s.db.DescribeDatabase(*in.DatabaseName))
}

func (s *Server) updateDatabase(c *call) (any, error) {
	in, err := c.databaseInput(false)
	if err != nil {
		return nil, err
	}
	if in.KmsKeyId == nil {
		var check constraints
		check.required("kmsKeyId", nil)
		return nil, check.err()
	}
	return databaseAnswer(s.db.UpdateDatabase(c.ctx, *in.DatabaseName, *in.KmsKeyId))
}

func (s *Server) deleteDatabase(c *call) (any, error) {
	in, err := c.databaseInput(false)
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.DeleteDatabase(c.ctx, *in.DatabaseName)
}

func (s *Server) listDatabases(c *call) (any, error) {
	var in databaseInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	part, next, err := pageOf(s.db.Databases(), listing{in.MaxResults, in.NextToken, maxListed}, func(d tsdb.Database) string { return d.Name })
	if err != nil {
		return nil, err
	}
	out := struct {
		Databases []databaseShape
		NextToken string `json:",omitempty"`
	}{Databases: []databaseShape{}, NextToken: next}
	for _, d := range part {
		out.Databases = append(out.Databases, showDatabase(&d))
	}
	return out, nil
}

// maxListed is the page size of lists of databases and tables, and the most that can be asked for.
const maxListed = 20

// listing says which page of a list is asked for.
type listing struct {
	maxResults *int64
	token      *string
	most       int64 // the largest maxResults, and its default
}

// tokenMark begins what a list's token says, so that a made-up token is not taken for a name.
const tokenMark = "after\x00"

// pageOf cuts a sorted list. The token names the last item given, so that changes between calls lose nothing.
func pageOf[T any](all []T, l listing, key func(T) string) (part []T, next string, err error) {
	var check constraints
	check.between("maxResults", l.maxResults, 1, l.most)
	if err := check.err(); err != nil {
		return nil, "", err
	}
	size := int(l.most)
	if l.maxResults != nil {
		size = int(*l.maxResults)
	}
	if l.token != nil {
		text, err := base64.RawURLEncoding.DecodeString(*l.token)
		after, ok := strings.CutPrefix(string(text), tokenMark)
		if err != nil || !ok {
			return nil, "", badToken
		}
		for len(all) > 0 && key(all[0]) <= after {
			all = all[1:]
		}
	}
	if len(all) <= size {
		return all, "", nil
	}
	return all[:size], base64.RawURLEncoding.EncodeToString([]byte(tokenMark + key(all[size-1]))), nil
}

// text is the value of an optional member.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
