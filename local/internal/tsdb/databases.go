package tsdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxDatabases is the account's limit (page ts-limits of the developer guide).
const maxDatabases = 500

// now is the time of a change as the service reports it: whole milliseconds.
func (db *DB) now() time.Time { return db.options.Now().UTC().Truncate(time.Millisecond) }

func (d *database) view() *Database {
	v := d.Database
	v.Tables = len(d.tables)
	return &v
}

// CreateDatabase makes a database. Errors: Validation (a tag), Conflict, Quota.
func (db *DB) CreateDatabase(ctx context.Context, name, kmsKeyID string, tags map[string]string) (*Database, error) {
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	db.writing.Lock()
	defer db.writing.Unlock()
	if _, _, err := db.find(name, ""); err == nil {
		return nil, errorf(Conflict, "The database %s already exists.", name)
	}
	if len(db.databases) >= maxDatabases {
		return nil, errorf(Quota, "The account has reached its limit of %d databases.", maxDatabases)
	}
	if kmsKeyID == "" {
		kmsKeyID = fmt.Sprintf("arn:aws:kms:%s:%s:alias/aws/timestream", db.options.Region, db.options.Account)
	}
	d := &database{tables: map[string]*table{}, Tags: cloneTags(tags)}
	d.Database = Database{Name: name, ARN: db.arn(name), KMSKeyID: kmsKeyID, Created: db.now(), Updated: db.now()}
	doc, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	if err := db.duck.Exec(ctx, "INSERT INTO meta.databases VALUES (?, ?)", name, string(doc)); err != nil {
		return nil, fmt.Errorf("create database %s: %w", name, err)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.databases[name] = d
	return d.view(), nil
}

// DescribeDatabase returns a database. Errors: NotFound.
func (db *DB) DescribeDatabase(name string) (*Database, error) {
	d, _, err := db.find(name, "")
	if err != nil {
		return nil, err
	}
	db.mu.RLock()
	defer db.mu.RUnlock()
	return d.view(), nil
}

// UpdateDatabase changes the key of a database. Errors: NotFound.
func (db *DB) UpdateDatabase(ctx context.Context, name, kmsKeyID string) (*Database, error) {
	return db.changeDatabase(ctx, name, func(d *database) {
		d.Database.KMSKeyID, d.Database.Updated = kmsKeyID, db.now()
	})
}

// changeDatabase replaces a database by a changed copy.
func (db *DB) changeDatabase(ctx context.Context, name string, change func(*database)) (*Database, error) {
	db.writing.Lock()
	defer db.writing.Unlock()
	d, _, err := db.find(name, "")
	if err != nil {
		return nil, err
	}
	changed := *d
	changed.Tags = cloneTags(d.Tags)
	change(&changed)
	doc, err := json.Marshal(&changed)
	if err != nil {
		return nil, err
	}
	if err := db.duck.Exec(ctx, "UPDATE meta.databases SET doc = ? WHERE name = ?", string(doc), name); err != nil {
		return nil, fmt.Errorf("change database %s: %w", name, err)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.databases[name] = &changed
	return changed.view(), nil
}

// DeleteDatabase drops a database that has no tables. Errors: NotFound, Validation.
func (db *DB) DeleteDatabase(ctx context.Context, name string) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	d, _, err := db.find(name, "")
	if err != nil {
		return err
	}
	if len(d.tables) > 0 {
		return errorf(Validation, "The database %s still contains tables. Delete all tables in the database before deleting the database.", name)
	}
	if err := db.duck.Exec(ctx, "DELETE FROM meta.databases WHERE name = ?", name); err != nil {
		return fmt.Errorf("delete database %s: %w", name, err)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	delete(db.databases, name)
	return nil
}

// Databases lists all databases by name.
func (db *DB) Databases() []Database {
	db.mu.RLock()
	defer db.mu.RUnlock()
	list := make([]Database, 0, len(db.databases))
	for _, d := range db.databases {
		list = append(list, *d.view())
	}
	slices.SortFunc(list, func(a, b Database) int { return strings.Compare(a.Name, b.Name) })
	return list
}
