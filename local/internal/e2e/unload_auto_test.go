package e2e_test

import (
	"math/rand/v2"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

// TestAutoUnload: a long range whose first page promises much is unloaded; all else is not.
func TestAutoUnload(t *testing.T) {
	t.Parallel()
	progress := regexp.MustCompile(`"ProgressPercentage":[0-9.]+`)
	m := &meddler{page: func(body string) string { return progress.ReplaceAllString(body, `"ProgressPercentage":0.000001`) }}
	log := &journal{}
	o := setting{mode: timestream.ReadAuto, server: tsserver.Options{OnPage: log.note, PageBytes: 4000}}
	far, near := serve(t, openDB(t), o, m.wrap), serve(t, openDB(t), o, nil)
	plain := serve(t, far.db, setting{}, nil)
	tb := randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 100, false)
	far.write(t, tb)
	near.write(t, tb)
	const long, short = "SELECT * FROM db.multi", " WHERE time < TIMESTAMP '2026-11-22 12:00:00' AND time > TIMESTAMP '2026-11-22 11:00:00'"
	for _, c := range []struct {
		site            *site
		sql             string
		unloads, others int
	}{
		{far, long, 1, 1}, // the first page is looked at
		{far, long + short, 0, 1},
		{near, long, 0, 2},
		{far, long + " WHERE id > 'b' AND id < 'a'", 0, 0},
	} {
		log.unloads()
		rows := answer(t, c.site.engine(), c.sql)
		if n, others := log.unloads(); n != c.unloads || others != c.others {
			t.Errorf("%s ran %d UNLOADs and %d other statements, want %d and %d", c.sql, n, others, c.unloads, c.others)
		}
		same(t, c.sql, rows, answer(t, plain.engine(), c.sql))
	}
}

// TestTablesReadMode: the parameter of a Glue table goes before the setting, both ways.
func TestTablesReadMode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mode      timestream.ReadMode
		parameter string
		unloads   int
	}{{timestream.ReadPages, "unload", 1}, {timestream.ReadUnload, "pages", 0}, {timestream.ReadUnload, "never", 0}} {
		log := &journal{}
		s := serve(t, openDB(t), setting{mode: c.mode, server: tsserver.Options{OnPage: log.note}}, nil)
		s.points(t)
		if _, err := s.glue.CreateDatabase(t.Context(), &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: aws.String("db")}}); err != nil {
			t.Fatal(err)
		}
		in := &types.TableInput{
			Name: aws.String("points"), Parameters: map[string]string{"timestream-metadata-flag": "x", "timestream-read-mode": c.parameter},
			StorageDescriptor: &types.StorageDescriptor{Columns: []types.Column{{Name: aws.String("cpu"), Type: aws.String("double")}}},
		}
		if _, err := s.glue.CreateTable(t.Context(), &glue.CreateTableInput{DatabaseName: aws.String("db"), TableInput: in}); err != nil {
			t.Fatal(err)
		}
		same(t, c.parameter, answer(t, s.engine(), "SELECT * FROM db.points"), []string{"-0", "1.5", "1e+300", "3.5", "7"})
		if n, others := log.unloads(); n != c.unloads || n+others != 1 {
			t.Errorf("%s, and %s for the table: %d UNLOADs, %d other statements", c.mode, c.parameter, n, others)
		}
	}
}
