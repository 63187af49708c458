package stack

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"athena-timestream/local/internal/awsapi"
	"athena-timestream/timestream"
)

// spillSetting is the setting that a stack makes itself.
const spillSetting = "spill_bucket"

// settings are those of the connector. A name that it does not read is an error: it would do nothing, in silence.
func (o Options) settings() (map[string]string, error) {
	all := map[string]string{spillSetting: SpillBucket}
	for name, value := range o.Settings {
		if known := timestream.SettingNames(); !slices.Contains(known, name) {
			slices.Sort(known)
			return nil, fmt.Errorf("the connector has no setting %s: there are %s", name, strings.Join(known, ", "))
		}
		all[name] = value
	}
	return all, nil
}

// function is the connector, in this process or in processes of its own.
func (s *Stack) function(o Options) (awsapi.Invoker, error) {
	settings, err := o.settings()
	if err != nil {
		return nil, err
	}
	if o.LambdaBinary == "" {
		c, err := timestream.ConfigFromEnv(func(name string) string { return settings[name] })
		if err != nil {
			return nil, fmt.Errorf("settings of the connector: %w", err)
		}
		cfg := s.config()
		cfg.HTTPClient = awsapi.Traced(cfg.HTTPClient)
		logs := o.Logs
		if logs == nil {
			logs = slog.NewTextHandler(o.Log, &slog.HandlerOptions{Level: slog.LevelWarn})
		}
		return timestream.NewHandler(cfg, c, slog.New(logs))
	}
	env := []string{"AWS_ENDPOINT_URL=" + s.URL, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN="}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		env = append(env, name+"="+settings[name])
	}
	b, err := awsapi.StartBinary(awsapi.BinaryOptions{Path: o.LambdaBinary, Name: FunctionName, Log: o.Log, Env: env})
	if err != nil {
		return nil, err
	}
	s.onClose(func() error { b.Close(); return nil })
	return b, nil
}
