package awsapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

// glue is a Data Catalog of databases and tables. A table is kept as the caller wrote it, because connectors read any
// part of it. Names are lower-cased on their way in and compared so, as Glue does.
type glue struct {
	file string // empty: memory only

	mu        sync.Mutex
	databases map[string]*glueDatabase
}

type glueDatabase struct {
	Database map[string]any
	Tables   map[string]map[string]any
}

// openGlue reads the catalog that dir keeps, if any.
func openGlue(dir string) (*glue, error) {
	g := &glue{databases: map[string]*glueDatabase{}}
	if dir == "" {
		return g, nil
	}
	g.file = filepath.Join(dir, "glue.json")
	b, err := os.ReadFile(g.file)
	if errors.Is(err, fs.ErrNotExist) {
		return g, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &g.databases)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the embedded Glue catalog %s: %w", g.file, err)
	}
	return g, nil
}

func (g *glue) operations() operations {
	locked := func(f func([]byte) (any, error)) func([]byte) (any, error) {
		return func(body []byte) (any, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			return f(body)
		}
	}
	return operations{
		"CreateDatabase": locked(operation(g.createDatabase)),
		"DeleteDatabase": locked(operation(g.deleteDatabase)),
		"GetDatabase":    locked(operation(g.getDatabase)),
		"GetDatabases":   locked(operation(g.getDatabases)),
		"CreateTable":    locked(operation(g.createTable)),
		"UpdateTable":    locked(operation(g.updateTable)),
		"DeleteTable":    locked(operation(g.deleteTable)),
		"GetTable":       locked(operation(g.getTable)),
		"GetTables":      locked(operation(g.getTables)),
	}
}

type databaseInput struct{ DatabaseInput map[string]any }

func (g *glue) createDatabase(in databaseInput) (any, error) {
	name, err := nameOf(in.DatabaseInput)
	if err != nil {
		return nil, err
	}
	if g.databases[name] != nil {
		return nil, badRequest("AlreadyExistsException", "Database already exists.")
	}
	g.databases[name] = &glueDatabase{Database: stored(in.DatabaseInput, name), Tables: map[string]map[string]any{}}
	return struct{}{}, g.save()
}

func (g *glue) deleteDatabase(in struct{ Name string }) (any, error) {
	name := strings.ToLower(in.Name)
	if _, err := g.database(name); err != nil {
		return nil, err
	}
	delete(g.databases, name)
	return struct{}{}, g.save()
}

func (g *glue) getDatabase(in struct{ Name string }) (any, error) {
	d, err := g.database(in.Name)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Database": d.Database}, nil
}

func (g *glue) getDatabases(struct{}) (any, error) {
	list := []any{}
	for _, name := range sortedKeys(g.databases) {
		list = append(list, g.databases[name].Database)
	}
	return map[string]any{"DatabaseList": list}, nil
}

type tableInput struct {
	DatabaseName string
	TableInput   map[string]any
}

func (g *glue) createTable(in tableInput) (any, error) { return g.putTable(in, false) }
func (g *glue) updateTable(in tableInput) (any, error) { return g.putTable(in, true) }

func (g *glue) putTable(in tableInput, replace bool) (any, error) {
	d, err := g.database(in.DatabaseName)
	if err != nil {
		return nil, err
	}
	name, err := nameOf(in.TableInput)
	if err != nil {
		return nil, err
	}
	switch exists := d.Tables[name] != nil; {
	case exists && !replace:
		return nil, badRequest("AlreadyExistsException", "Table already exists.")
	case !exists && replace:
		return nil, badRequest("EntityNotFoundException", "Table %s not found.", name)
	}
	t := stored(in.TableInput, name)
	t["DatabaseName"] = strings.ToLower(in.DatabaseName)
	d.Tables[name] = t
	return struct{}{}, g.save()
}

type tableName struct{ DatabaseName, Name string }

func (g *glue) table(in tableName) (*glueDatabase, map[string]any, error) {
	d, err := g.database(in.DatabaseName)
	if err != nil {
		return nil, nil, err
	}
	t := d.Tables[strings.ToLower(in.Name)]
	if t == nil {
		return nil, nil, badRequest("EntityNotFoundException", "Table %s not found.", in.Name)
	}
	return d, t, nil
}

func (g *glue) deleteTable(in tableName) (any, error) {
	d, _, err := g.table(in)
	if err != nil {
		return nil, err
	}
	delete(d.Tables, strings.ToLower(in.Name))
	return struct{}{}, g.save()
}

func (g *glue) getTable(in tableName) (any, error) {
	_, t, err := g.table(in)
	if err != nil {
		return nil, err
	}
	return map[string]any{"Table": t}, nil
}

func (g *glue) getTables(in struct{ DatabaseName string }) (any, error) {
	d, err := g.database(in.DatabaseName)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, name := range sortedKeys(d.Tables) {
		list = append(list, d.Tables[name])
	}
	return map[string]any{"TableList": list}, nil
}

func (g *glue) database(name string) (*glueDatabase, error) {
	d := g.databases[strings.ToLower(name)]
	if d == nil {
		return nil, badRequest("EntityNotFoundException", "Database %s not found.", name)
	}
	return d, nil
}

// save writes the catalog beside its old file and puts it in that file's place, so that a crash leaves one of the two.
func (g *glue) save() error {
	if g.file == "" {
		return nil
	}
	b, err := json.MarshalIndent(g.databases, "", "  ")
	if err == nil {
		err = os.WriteFile(g.file+".new", b, 0o600)
	}
	if err == nil {
		err = os.Rename(g.file+".new", g.file)
	}
	if err != nil {
		return fmt.Errorf("keeping the embedded Glue catalog: %w", err)
	}
	return nil
}

func nameOf(input map[string]any) (string, error) {
	name, _ := input["Name"].(string)
	if name == "" {
		return "", badRequest("InvalidInputException", "the name is missing")
	}
	return strings.ToLower(name), nil
}

// stored is the caller's input as Glue gives it back: lower-case name, catalog and times added.
func stored(input map[string]any, name string) map[string]any {
	now := float64(time.Now().UnixMilli()) / 1000
	out := map[string]any{"Name": name, "CatalogId": Account, "CreateTime": now}
	for k, v := range input {
		if k != "Name" {
			out[k] = v
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
