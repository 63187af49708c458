package federation_test

import (
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation"
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
		{"spill_put_request_headers", `{"a":"b"}`, func(c *federation.Config) { c.SpillPutHeaders = map[string]string{"a": "b"} }},
		{"MAX_BLOCK_SIZE_BYTES", "100", func(c *federation.Config) { c.MaxBlockSize = 100 }},
		{"spill_queue_capacity", "4", func(c *federation.Config) { c.SpillUploads = 4 }},
		{"SPILL_QUEUE_CAPACITY", "5", func(c *federation.Config) { c.SpillUploads = 5 }},
		{"enable_query_passthrough", "False", func(c *federation.Config) { c.Passthrough = false }},
		{"disable_glue", "yes", func(c *federation.Config) { c.DisableGlue = true }},
		{"disable_glue", "FALSE", func(*federation.Config) {}},
		{"glue_catalog", "123", func(c *federation.Config) { c.GlueCatalog = "123" }},
		{"ATHENA_FEDERATION_SDK_LOG_LEVEL", "Debug", func(c *federation.Config) { c.LogLevel = slog.LevelDebug }},
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
		"spill_bucket", "b/", "disable_spill_encryption", "maybe", "spill_put_request_headers", "{", "MAX_BLOCK_SIZE_BYTES", "-5",
		"spill_queue_capacity", "x", "enable_query_passthrough", "1", "ATHENA_FEDERATION_SDK_LOG_LEVEL", "loud",
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
	_, err = federation.ConfigFromEnv(env("kms_key_id", "k", "disable_spill_encryption", "true"))
	if err == nil || !strings.Contains(err.Error(), "contradict") {
		t.Errorf("got %v", err)
	}
}

func TestSettingNamesAreUnique(t *testing.T) {
	names := federation.SettingNames()
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%v", names)
	}
}
