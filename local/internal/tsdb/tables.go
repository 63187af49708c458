package tsdb

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"athena-timestream/local/internal/duck"
)

// maxTables is the account's limit (page ts-limits of the developer guide).
const maxTables = 50_000

// CreateTable makes a table; zero fields of t get the service's defaults, ARN and times are filled in. Errors: NotFound
// (the database), Validation (a tag), Conflict, Quota.
func (db *DB) CreateTable(ctx context.Context, t Table, tags map[string]string) (*Table, error) {
	if err := checkTags(tags); err != nil {
		return nil, err
	}
	db.writing.Lock()
	defer db.writing.Unlock()
	d, _, err := db.find(t.Database, "")
	if err != nil {
		return nil, err
	}
	if _, ok := d.tables[t.Name]; ok {
		return nil, errorf(Conflict, "The table %s already exists.", t.Name)
	}
	if db.countTables() >= maxTables {
		return nil, errorf(Quota, "The account has reached its limit of %d tables.", maxTables)
	}
	if t.Retention.MemoryHours == 0 {
		t.Retention.MemoryHours = DefaultRetention.MemoryHours
	}
	if t.Retention.MagneticDays == 0 {
		t.Retention.MagneticDays = DefaultRetention.MagneticDays
	}
	if len(t.PartitionKey) == 0 {
		t.PartitionKey = []PartitionKey{{Type: "MEASURE"}}
	}
	t.ARN = db.arn(t.Database + "/table/" + t.Name)
	t.Created, t.Updated = db.now(), db.now()
	stored := &table{ID: db.nextID, Table: t, Tags: cloneTags(tags)}
	stored.index()
	if err := db.insertTable(ctx, stored); err != nil {
		return nil, fmt.Errorf("create table %s.%s: %w", t.Database, t.Name, err)
	}
	db.nextID++
	db.swapTable(t.Database, t.Name, stored)
	return &stored.Table, nil
}

func (db *DB) insertTable(ctx context.Context, t *table) error {
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return db.duck.Update(ctx, func(tx *duck.Tx) error {
		create := "CREATE TABLE " + t.from() + " (series UBIGINT, version BIGINT, m VARCHAR, t TIMESTAMP_NS)"
		if err := tx.Exec(ctx, create); err != nil {
			return err
		}
		return tx.Exec(ctx, "INSERT INTO meta.tables VALUES (?, ?)", t.ID, string(doc))
	})
}

func (db *DB) countTables() int {
	db.mu.RLock()
	defer db.mu.RUnlock()
	n := 0
	for _, d := range db.databases {
		n += len(d.tables)
	}
	return n
}

// swapTable puts a table into the catalog, or takes it out when it is nil. The database is copied, since a reader may
// hold the old one.
func (db *DB) swapTable(databaseName, tableName string, t *table) {
	db.mu.Lock()
	defer db.mu.Unlock()
	d := *db.databases[databaseName]
	d.tables = maps.Clone(d.tables)
	if t == nil {
		delete(d.tables, tableName)
	} else {
		d.tables[tableName] = t
	}
	db.databases[databaseName] = &d
}

// DescribeTable returns a table. Errors: NotFound.
func (db *DB) DescribeTable(databaseName, tableName string) (*Table, error) {
	_, t, err := db.find(databaseName, tableName)
	if err != nil {
		return nil, err
	}
	view := t.Table
	return &view, nil
}

// UpdateTable changes what the arguments name; nil leaves a property alone. Errors: NotFound, Validation.
func (db *DB) UpdateTable(ctx context.Context, databaseName, tableName string, r *Retention, m *MagneticWrites, key []PartitionKey) (*Table, error) {
	return db.changeTable(ctx, databaseName, tableName, func(t *table) error {
		if r != nil {
			t.Table.Retention = *r
		}
		if m != nil {
			t.Table.MagneticWrites = *m
		}
		t.Table.Updated = db.now()
		return t.changeKey(key)
	})
}

// changeKey may change the enforcement of a dimension key, nothing else (page customer-defined-partition-keys).
func (t *table) changeKey(key []PartitionKey) error {
	if key == nil {
		return nil
	}
	old := t.Table.PartitionKey
	if len(key) != len(old) {
		return errorf(Validation, "The partition key of a table cannot be changed.")
	}
	for i, k := range key {
		if k.Type != old[i].Type || k.Name != old[i].Name {
			return errorf(Validation, "The partition key of a table cannot be changed.")
		}
	}
	t.Table.PartitionKey = slices.Clone(key)
	return nil
}

// changeTable replaces a table by a changed copy.
func (db *DB) changeTable(ctx context.Context, databaseName, tableName string, change func(*table) error) (*Table, error) {
	db.writing.Lock()
	defer db.writing.Unlock()
	_, t, err := db.find(databaseName, tableName)
	if err != nil {
		return nil, err
	}
	t = t.clone()
	if err := change(t); err != nil {
		return nil, err
	}
	doc, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	if err := db.duck.Exec(ctx, updateTable, string(doc), t.ID); err != nil {
		return nil, fmt.Errorf("change table %s.%s: %w", databaseName, tableName, err)
	}
	db.swapTable(databaseName, tableName, t)
	view := t.Table
	return &view, nil
}

const updateTable = "UPDATE meta.tables SET doc = ? WHERE id = ?"

// DeleteTable drops a table with its records. Errors: NotFound.
func (db *DB) DeleteTable(ctx context.Context, databaseName, tableName string) error {
	db.writing.Lock()
	defer db.writing.Unlock()
	_, t, err := db.find(databaseName, tableName)
	if err != nil {
		return err
	}
	err = db.duck.Update(ctx, func(tx *duck.Tx) error {
		if err := tx.Exec(ctx, "DELETE FROM meta.tables WHERE id = ?", t.ID); err != nil {
			return err
		}
		return tx.Exec(ctx, "DROP TABLE "+t.from())
	})
	if err != nil {
		return fmt.Errorf("delete table %s.%s: %w", databaseName, tableName, err)
	}
	delete(db.times, t.ID)
	db.swapTable(databaseName, tableName, nil)
	return nil
}

// Tables lists the tables of a database, or of all when the name is empty, by database and name. Errors: NotFound.
func (db *DB) Tables(databaseName string) ([]Table, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	if _, ok := db.databases[databaseName]; databaseName != "" && !ok {
		return nil, noDatabase(databaseName)
	}
	list := []Table{}
	for name, d := range db.databases {
		if databaseName != "" && name != databaseName {
			continue
		}
		for _, t := range d.tables {
			list = append(list, t.Table)
		}
	}
	slices.SortFunc(list, func(a, b Table) int {
		return strings.Compare(a.Database+"\x00"+a.Name, b.Database+"\x00"+b.Name)
	})
	return list, nil
}
