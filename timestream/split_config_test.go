package timestream_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/timestream"
)

func TestSplitSettings(t *testing.T) {
	for name, c := range map[string]struct {
		env    map[string]string
		want   timestream.SplitConfig
		faults []string
	}{
		"defaults": {want: timestream.SplitConfig{Most: 4, Least: 6 * time.Hour, Unbounded: timestream.AllowUnbounded}},
		"all": {
			env:  map[string]string{"max_splits": " 16", "min_split_hours": "0.5", "look_back_hours": "720", "unbounded_queries": "Look_Back", "split_by_count": "TRUE"},
			want: timestream.SplitConfig{Most: 16, Least: 30 * time.Minute, LookBack: 30 * day, Unbounded: timestream.LookBackUnbounded, Count: true},
		},
		"refused": {
			env:  map[string]string{"max_splits": "1", "unbounded_queries": "refuse", "split_by_count": "false"},
			want: timestream.SplitConfig{Most: 1, Least: 6 * time.Hour, Unbounded: timestream.RefuseUnbounded},
		},
		"faults, all at once": {
			env:    map[string]string{"max_splits": "0", "min_split_hours": "-1", "look_back_hours": "a week", "unbounded_queries": "never", "split_by_count": "ture", "spill_bucket": "a/b"},
			faults: []string{"max_splits", "min_split_hours", "look_back_hours", "unbounded_queries", "split_by_count: \"ture\" is neither", "spill_bucket"},
		},
		"too many":           {env: map[string]string{"max_splits": "1001"}, faults: []string{"1 to 1000"}},
		"no number":          {env: map[string]string{"min_split_hours": "NaN", "look_back_hours": "1e300"}, faults: []string{"min_split_hours", "look_back_hours"}},
		"back to where?":     {env: map[string]string{"unbounded_queries": "look_back"}, faults: []string{"unbounded_queries: look_back_hours"}},
		"not a fault's echo": {env: map[string]string{"unbounded_queries": "look_back", "look_back_hours": "x"}, faults: []string{"look_back_hours: \"x\""}},
	} {
		got, err := timestream.ConfigFromEnv(func(name string) string { return c.env[name] })
		if c.faults == nil && (err != nil || !reflect.DeepEqual(got.Splits, c.want)) {
			t.Errorf("%s: %+v, %v, want %+v", name, got.Splits, err, c.want)
		}
		for _, f := range c.faults {
			if err == nil || strings.Count(err.Error(), f) != 1 {
				t.Errorf("%s: error %v, want %s in it once", name, err, f)
			}
		}
		for variable := range c.env {
			if !slices.Contains(timestream.SettingNames(), variable) {
				t.Errorf("SettingNames lacks %s", variable)
			}
		}
	}
}
