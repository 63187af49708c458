package federation_test

import (
	"bytes"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/spill"
)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestConfigDefaults(t *testing.T) {
	got, err := federation.ConfigFromEnv(env())
	want := federation.Config{SpillPrefix: "athena-federation-spill", Passthrough: true, Throttle: federation.DefaultThrottle()}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestConfigFromEnv(t *testing.T) {
	tests := []struct {
		name, value string
		want        func(*federation.Config)
	}{
		{"spill_bucket", "b", func(c *federation.Config) { c.SpillBucket = "b" }},
		{"spill_prefix", "x/y/", func(c *federation.Config) { c.SpillPrefix = "x/y" }},
		{"kms_key_id", "alias/k", func(c *federation.Config) { c.KMSKeyID = "alias/k" }},
		{"disable_spill_encryption", "TRUE", func(c *federation.Config) { c.DisableSpillEncryption = true }},
		{"spill_bucket", "arn:aws:s3:eu-west-1:123456789012:accesspoint/a", func(c *federation.Config) { c.SpillBucket = "arn:aws:s3:eu-west-1:123456789012:accesspoint/a" }},
		{"spill_put_request_headers", `{"a":"b"}`, func(c *federation.Config) { c.SpillPutHeaders = map[string]string{"a": "b"} }},
		{"spill_put_request_headers", `{"a":true,"b":12}`, func(c *federation.Config) { c.SpillPutHeaders = map[string]string{"a": "true", "b": "12"} }},
		{"MAX_BLOCK_SIZE_BYTES", "100", func(c *federation.Config) { c.MaxBlockSize = 100 }},
		{"spill_queue_capacity", "4", func(c *federation.Config) { c.SpillUploads = 4 }},
		{"SPILL_QUEUE_CAPACITY", "5", func(c *federation.Config) { c.SpillUploads = 5 }},
		{"enable_query_passthrough", "False", func(c *federation.Config) { c.Passthrough = false }},
		{"disable_glue", "yes", func(c *federation.Config) { c.DisableGlue = true }},
		{"disable_glue", "FALSE", func(*federation.Config) {}},
		{"glue_catalog", "123", func(c *federation.Config) { c.GlueCatalog = "123" }},
		{"ATHENA_FEDERATION_SDK_LOG_LEVEL", "Debug", func(c *federation.Config) { c.LogLevel = slog.LevelDebug }},
		{"ATHENA_FEDERATION_SDK_LOG_LEVEL", "ALL", func(c *federation.Config) { c.LogLevel = slog.LevelDebug }},
		{"ATHENA_FEDERATION_SDK_LOG_LEVEL", "trace", func(c *federation.Config) { c.LogLevel = slog.LevelDebug }},
		{"throttle_initial_delay_ms", "7", func(c *federation.Config) { c.Throttle.InitialDelay = 7 * time.Millisecond }},
		{"throttle_max_delay_ms", "8", func(c *federation.Config) { c.Throttle.MaxDelay = 8 * time.Millisecond }},
		{"throttle_decrease_factor", "0.25", func(c *federation.Config) { c.Throttle.DecreaseFactor = 0.25 }},
		{"throttle_increase_ms", "9", func(c *federation.Config) { c.Throttle.Increase = 9 * time.Millisecond }},
	}
	covered := map[string]bool{}
	for _, test := range tests {
		want, _ := federation.ConfigFromEnv(env())
		test.want(&want)
		got, err := federation.ConfigFromEnv(env(test.name, test.value))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s=%s: got %+v, %v; want %+v", test.name, test.value, got, err, want)
		}
		covered[test.name] = true
	}
	for _, name := range federation.SettingNames() {
		if !covered[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

// TestConfigFaults: every fault is told, by its variable's name, in one error.
func TestConfigFaults(t *testing.T) {
	faults := []string{
		"spill_bucket", "b/", "MAX_BLOCK_SIZE_BYTES", "-5", "spill_queue_capacity", "x",
		"throttle_initial_delay_ms", "1s", "throttle_max_delay_ms", "0", "throttle_decrease_factor", "2", "throttle_increase_ms", "0",
	}
	_, err := federation.ConfigFromEnv(env(faults...))
	if err == nil {
		t.Fatal("no error")
	}
	for i := 0; i < len(faults); i += 2 {
		if !strings.Contains(err.Error(), faults[i]+": ") {
			t.Errorf("nothing about %s in:\n%v", faults[i], err)
		}
	}
	if n := len(strings.Split(err.Error(), "\n")); n != len(faults)/2 {
		t.Errorf("%d lines for %d faults:\n%v", n, len(faults)/2, err)
	}
}

// TestConfigWarnings: what the Java SDK puts up with has the outcome that it has
// there, and a warning in the log.
func TestConfigWarnings(t *testing.T) {
	tests := map[string]struct {
		env  []string
		want func(*federation.Config)
		says string
	}{
		"disable wins over a KMS key": {
			[]string{"kms_key_id", "k", "disable_spill_encryption", "true"},
			func(c *federation.Config) { c.KMSKeyID, c.DisableSpillEncryption = "k", true }, "kms_key_id: not used",
		},
		"odd text encrypts":            {[]string{"disable_spill_encryption", "yes"}, nil, `disable_spill_encryption: "yes" is neither true nor false`},
		"blanks are no true":           {[]string{"disable_spill_encryption", " true"}, nil, `" true" is neither`},
		"odd text forbids passthrough": {[]string{"enable_query_passthrough", "1"}, func(c *federation.Config) { c.Passthrough = false }, `enable_query_passthrough: "1"`},
		"headers that are no JSON":     {[]string{"spill_put_request_headers", "x-amz-a: secret"}, nil, "spill_put_request_headers: not a JSON object"},
		"headers that are nested":      {[]string{"spill_put_request_headers", `{"a":{}}`}, nil, "spill_put_request_headers: not a JSON object"},
		"headers that are null":        {[]string{"spill_put_request_headers", "null"}, nil, "spill_put_request_headers: not a JSON object"},
		"a level that is none":         {[]string{"ATHENA_FEDERATION_SDK_LOG_LEVEL", "loud"}, nil, `"loud" is not a log level`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want, _ := federation.ConfigFromEnv(env())
			if test.want != nil {
				test.want(&want)
			}
			got, err := federation.ConfigFromEnv(env(test.env...))
			if err != nil || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], test.says) || strings.Contains(got.Warnings[0], "secret") {
				t.Fatalf("warnings %q, error %v; want one saying %q", got.Warnings, err, test.says)
			}
			var log bytes.Buffer
			o := federation.Options{Config: got, Store: spill.NewMem(), Logger: slog.New(slog.NewTextHandler(&log, nil))}
			if _, err := federation.NewHandler(federationtest.Connector{}, o); err != nil || !strings.Contains(log.String(), "level=WARN") {
				t.Errorf("new handler: %v, log %s", err, &log)
			}
			if got.Warnings = nil; !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestSettingNamesAreUnique(t *testing.T) {
	names := federation.SettingNames()
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%v", names)
	}
}
