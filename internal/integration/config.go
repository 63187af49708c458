// Package integration examines the connector on a Timestream, of a real account or embedded: it makes a database and a table
// of its own, loads them, has the connector read them in every way that Athena may ask, and removes them.
package integration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"athena-timestream/timestream"
)

// Config is a file such as etc/test-config.json. Its keys are those of the Java connector's file of that name, as far as they
// mean the same; its others are passed over.
type Config struct {
	// Environment are the connector's settings, by the names of their variables; spill_bucket has to be among them.
	Environment map[string]string `json:"environment_vars"`
	User        struct {
		Database string `json:"timestream_db_name"` // the name's beginning: each run makes a database of its own
		Table    string `json:"timestream_table_name"`
	} `json:"user_settings"`
}

// ReadConfig reads a file.
func ReadConfig(file string) (Config, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("read the tests' settings: %w", err)
	}
	var c Config
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return Config{}, fmt.Errorf("read the tests' settings from %s: %w", file, err)
	}
	for name, value := range map[string]string{
		"environment_vars.spill_bucket":    c.Environment["spill_bucket"],
		"user_settings.timestream_db_name": c.User.Database, "user_settings.timestream_table_name": c.User.Table,
	} {
		if value == "" {
			return Config{}, fmt.Errorf("read the tests' settings from %s: set %s", file, name)
		}
	}
	return c, nil
}

// connector are the connector's own settings.
func (c Config) connector() (timestream.Config, error) {
	return timestream.ConfigFromEnv(func(name string) string { return c.Environment[name] })
}
