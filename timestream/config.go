package timestream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
)

// Config is what a deployed function is told. The zero Config works and switches query passthrough off.
type Config struct {
	// Federation are the settings that every connector has, Glue's among them.
	Federation federation.Config
	// NanosecondColumns gives each timestamp column of a table a bigint column beside it, with "_nanos" behind its name, that
	// counts the nanoseconds since 1970 which Athena's timestamps cannot hold.
	NanosecondColumns bool
	// ReadMode is how tables are read; empty: in pages. A table's parameter in Glue goes before it.
	ReadMode ReadMode
	// Splits says into how many splits reads are cut.
	Splits SplitConfig
}

// The settings that are read before all others, from the environment alone.
const (
	glueConnection = "glue_connection"
	glueEndpoint   = "GLUE_ENDPOINT"
)

// Settings that the Java connector has not.
const (
	nanosecondColumns = "nanosecond_columns"
	readMode          = "read_mode"
)

// WithConnection puts the settings of a Glue connection behind those of the environment, if the variable
// glue_connection names one: Athena deploys connectors so. What the environment has not set, or set to nothing, is then
// looked up there. It asks Glue once, at the endpoint GLUE_ENDPOINT if that is set; a failure is an error, since the
// connection may be where the spill bucket and its key are named.
func WithConnection(ctx context.Context, cfg aws.Config, getenv func(string) string) (func(string) string, error) {
	name := getenv(glueConnection)
	if strings.TrimSpace(name) == "" {
		return getenv, nil
	}
	cfg = cfg.Copy()
	cfg.HTTPClient = patient(cfg.HTTPClient, connectionTimeout)
	client := glue.NewFromConfig(cfg, func(o *glue.Options) {
		if endpoint := getenv(glueEndpoint); endpoint != "" {
			o.BaseEndpoint = &endpoint
		}
	})
	settings, err := gluemeta.ConnectionSettings(ctx, client, name)
	if err != nil {
		return nil, err
	}
	return func(name string) string { return cmp.Or(getenv(name), settings[name]) }, nil
}

// ConfigFromEnv reads the settings of the Java connector under their names, and those that it has not; os.Getenv is the
// usual getenv, perhaps [WithConnection]. It reports all faults at once, as [federation.ConfigFromEnv] does, which reads those
// that any connector has.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	common, err := federation.ConfigFromEnv(getenv)
	splits, splitErr := splitConfigFromEnv(getenv)
	err = errors.Join(err, splitErr)
	c := Config{Federation: common, ReadMode: ReadPages, Splits: splits}
	var fault error
	if text := getenv(nanosecondColumns); text != "" {
		if c.NanosecondColumns, fault = parseBool(text); fault != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", nanosecondColumns, fault))
		}
	}
	if text := getenv(readMode); text != "" {
		if c.ReadMode, fault = parseReadMode(text); fault != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", readMode, fault))
		}
	}
	return c, err
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", text)
}

// SettingNames are the environment variables that [WithConnection] and [ConfigFromEnv] read.
func SettingNames() []string {
	names := append(federation.SettingNames(), nanosecondColumns, readMode, glueConnection, glueEndpoint)
	for _, s := range splitSettings {
		names = append(names, s.name)
	}
	return names
}
