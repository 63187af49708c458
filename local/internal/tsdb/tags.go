package tsdb

import (
	"context"
	"maps"
	"strings"
)

// maxTags is how many tags a resource may have.
const maxTags = 200

// checkTags refuses the keys that AWS keeps for itself (page TagRestrictions of the developer guide).
func checkTags(tags map[string]string) error {
	for key := range tags {
		if len(key) >= 4 && strings.EqualFold(key[:4], "aws:") {
			return errorf(Validation, "The tag key %s begins with aws:, which is reserved.", key)
		}
	}
	return nil
}

func cloneTags(tags map[string]string) map[string]string {
	c := make(map[string]string, len(tags))
	maps.Copy(c, tags)
	return c
}

// parseARN splits the ARN of a database or a table; the table's name is empty for a database.
func (db *DB) parseARN(arn string) (databaseName, tableName string, err error) {
	rest, ok := strings.CutPrefix(arn, db.arn(""))
	if !ok {
		return "", "", errorf(Validation, "Invalid resource ARN: %s", arn)
	}
	databaseName, tableName, _ = strings.Cut(rest, "/table/")
	return databaseName, tableName, nil
}

// Tags returns a copy of the tags of a database or table. Errors: Validation (the ARN), NotFound.
func (db *DB) Tags(arn string) (map[string]string, error) {
	databaseName, tableName, err := db.parseARN(arn)
	if err != nil {
		return nil, err
	}
	d, t, err := db.find(databaseName, tableName)
	switch {
	case err != nil:
		return nil, err
	case t != nil:
		return cloneTags(t.Tags), nil
	}
	return cloneTags(d.Tags), nil
}

// Tag adds and replaces tags. Errors: Validation, NotFound, Quota.
func (db *DB) Tag(ctx context.Context, arn string, tags map[string]string) error {
	if err := checkTags(tags); err != nil {
		return err
	}
	return db.changeTags(ctx, arn, func(have map[string]string) { maps.Copy(have, tags) })
}

// Untag removes tags; absent keys are ignored. Errors: Validation, NotFound.
func (db *DB) Untag(ctx context.Context, arn string, keys []string) error {
	return db.changeTags(ctx, arn, func(have map[string]string) {
		for _, k := range keys {
			delete(have, k)
		}
	})
}

func (db *DB) changeTags(ctx context.Context, arn string, change func(map[string]string)) error {
	have, err := db.Tags(arn)
	if err != nil {
		return err
	}
	if change(have); len(have) > maxTags {
		return errorf(Quota, "A resource can have %d tags at most.", maxTags)
	}
	databaseName, tableName, err := db.parseARN(arn)
	if err != nil {
		return err
	}
	if tableName == "" {
		_, err = db.changeDatabase(ctx, databaseName, func(d *database) { change(d.Tags) })
		return err
	}
	_, err = db.changeTable(ctx, databaseName, tableName, func(t *table) error {
		change(t.Tags)
		return nil
	})
	return err
}
