package timestream

import (
	"errors"
	"fmt"
	"strings"

	"athena-timestream/federation"
)

// Config is what a deployed function is told. The zero Config works and switches query passthrough off.
type Config struct {
	// Federation are the settings that every connector has, Glue's among them.
	Federation federation.Config
}

// glueConnection names a Glue connection whose properties the Java connector takes for settings.
const glueConnection = "glue_connection"

// ConfigFromEnv reads the settings of the Java connector under their names; os.Getenv is the usual getenv. An empty
// variable counts as unset. All faults are reported at once.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	fed, err := federation.ConfigFromEnv(getenv)
	var faults []error
	if err != nil {
		faults = append(faults, err)
	}
	if name := getenv(glueConnection); strings.TrimSpace(name) != "" {
		faults = append(faults, fmt.Errorf("%s: settings are not read from Glue connections: remove the variable and set the properties of %q as environment variables", glueConnection, name))
	}
	return Config{Federation: fed}, errors.Join(faults...)
}

// SettingNames are the environment variables that [ConfigFromEnv] gives a meaning.
func SettingNames() []string { return federation.SettingNames() }
