package tsdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/translate"
)

// Options configure a DB.
type Options struct {
	Dir              string           // data folder, made if missing; empty: in memory
	Region           string           // in ARNs; default us-east-1
	Account          string           // in ARNs; default 000000000000
	Now              func() time.Time // the clock; default time.Now
	EnforceRetention bool             // refuse and forget records as the tables' retention says; see the package comment
}

// DB is an open embedded Timestream. It is safe for concurrent use.
type DB struct {
	options Options
	duck    *duck.DB

	queue   *queue          // of writes
	writing sync.Mutex      // one change at a time: of the catalog or of records
	nextID  int64           // under writing
	times   map[int64]times // under writing: by table number, of the tables written to since the start

	mu        sync.RWMutex
	databases map[string]*database
	settings  Settings
}

// database is the stored document of a database.
type database struct {
	Database Database
	Tags     map[string]string

	tables map[string]*table
}

const fileName = "timestream.duckdb"

// setup makes the catalog's tables. The format number guards against a file of a later program.
var setup = []string{
	"CREATE SCHEMA IF NOT EXISTS meta",
	"CREATE TABLE IF NOT EXISTS meta.format (version INTEGER)",
	"CREATE TABLE IF NOT EXISTS meta.databases (name VARCHAR, doc VARCHAR)",
	"CREATE TABLE IF NOT EXISTS meta.tables (id BIGINT, doc VARCHAR)",
	"CREATE TABLE IF NOT EXISTS meta.settings (doc VARCHAR)",
}

const formatVersion = 1

// Open opens the database in o.Dir, or a fresh one in memory.
func Open(o Options) (*DB, error) {
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.Account == "" {
		o.Account = "000000000000"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	path := ""
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o755); err != nil {
			return nil, fmt.Errorf("open the embedded Timestream: %w", err)
		}
		abs, err := filepath.Abs(filepath.Join(o.Dir, fileName))
		if err != nil {
			return nil, fmt.Errorf("open the embedded Timestream: %w", err)
		}
		path = abs
	}
	d, err := duck.Open(path, nil)
	if err != nil {
		return nil, fmt.Errorf("open the embedded Timestream: %w", err)
	}
	db := &DB{options: o, duck: d, queue: newQueue(), nextID: 1, times: map[int64]times{}, databases: map[string]*database{}, settings: NewSettings()}
	if err := db.load(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open the embedded Timestream in %s: %w", o.Dir, err), d.Close())
	}
	return db, nil
}

// Close waits for open cursors to be closed, then closes the file.
func (db *DB) Close() error { return db.duck.Close() }

func (db *DB) load(ctx context.Context) error {
	for _, f := range translate.Natives() {
		if err := db.duck.Define(duck.Function(f)); err != nil {
			return err
		}
	}
	err := db.duck.Update(ctx, func(tx *duck.Tx) error {
		for _, statement := range slices.Concat(setup, translate.Macros()) {
			if err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := db.checkFormat(ctx); err != nil {
		return err
	}
	if err := db.each(ctx, "SELECT doc FROM meta.settings", func(doc []byte) error {
		return json.Unmarshal(doc, &db.settings)
	}); err != nil {
		return err
	}
	if err := db.each(ctx, "SELECT doc FROM meta.databases", func(doc []byte) error {
		d := &database{tables: map[string]*table{}}
		err := json.Unmarshal(doc, d)
		db.databases[d.Database.Name] = d
		return err
	}); err != nil {
		return err
	}
	return db.each(ctx, "SELECT doc FROM meta.tables ORDER BY id", func(doc []byte) error {
		t := &table{}
		if err := json.Unmarshal(doc, t); err != nil {
			return err
		}
		t.index()
		d, ok := db.databases[t.Table.Database]
		if !ok {
			return fmt.Errorf("table %s belongs to no database", t.Table.Name)
		}
		d.tables[t.Table.Name] = t
		db.nextID = max(db.nextID, t.ID+1)
		return nil
	})
}

func (db *DB) checkFormat(ctx context.Context) error {
	rows, err := db.duck.Query(ctx, "SELECT version FROM meta.format")
	if err != nil {
		return err
	}
	found := rows.Next()
	version := int64(formatVersion)
	if found {
		version, _ = rows.Values()[0].(int64)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if version != formatVersion {
		return fmt.Errorf("the data has format %d and this program knows format %d: use the program that wrote it, or another folder", version, formatVersion)
	}
	if found {
		return nil
	}
	return db.duck.Exec(ctx, "INSERT INTO meta.format VALUES (?)", formatVersion)
}

// each calls f with the text of each row's only column.
func (db *DB) each(ctx context.Context, query string, f func(doc []byte) error) error {
	rows, err := db.duck.Query(ctx, query)
	if err != nil {
		return err
	}
	for rows.Next() {
		text, _ := rows.Values()[0].(string)
		if err := f([]byte(text)); err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	err = rows.Err()
	return errors.Join(err, rows.Close())
}

func (db *DB) arn(resource string) string {
	return "arn:aws:timestream:" + db.options.Region + ":" + db.options.Account + ":database/" + resource
}

// find returns a database or a table; table is nil when its name is empty.
func (db *DB) find(databaseName, tableName string) (*database, *table, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	d, ok := db.databases[databaseName]
	if !ok {
		return nil, nil, noDatabase(databaseName)
	}
	if tableName == "" {
		return d, nil, nil
	}
	t, ok := d.tables[tableName]
	if !ok {
		return nil, nil, noTable(tableName)
	}
	return d, t, nil
}
