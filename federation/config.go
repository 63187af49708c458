package federation

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// DefaultSpillPrefix is the Java SDK's key prefix of spilled blocks.
const DefaultSpillPrefix = "athena-federation-spill"

// Config is what a deployed function is told through its environment. The zero
// Config works; it switches query passthrough off.
type Config struct {
	SpillBucket            string            // bucket for spilled blocks; empty: only what the request names
	SpillPrefix            string            // key prefix; empty: DefaultSpillPrefix
	KMSKeyID               string            // key id, ARN or alias for data keys; empty: local keys
	DisableSpillEncryption bool              // store blocks in the clear
	SpillPutHeaders        map[string]string // extra headers of every S3 PutObject
	MaxBlockSize           int64             // bytes of a block, overrides the request; 0: the request's
	SpillUploads           int               // blocks uploaded at once; 0: spill's default
	Passthrough            bool              // query passthrough is declared and allowed
	DisableGlue            bool              // do not look for schemas in Glue
	GlueCatalog            string            // Glue catalog id; empty: the account's
	LogLevel               slog.Level        // least level that is logged
	Throttle               ThrottleConfig
	Warnings               []string // what ConfigFromEnv did not take as it stands; NewHandler logs them
}

// setting binds one environment variable to its field; set is called only with
// a value that is present.
type setting struct {
	name string
	set  func(c *Config, value string) error
}

// settings are all variables ConfigFromEnv reads; names are case-sensitive and
// those of the Java SDK.
var settings = []setting{
	{"spill_bucket", func(c *Config, v string) error { c.SpillBucket = v; return bucketName(v) }},
	{"spill_prefix", func(c *Config, v string) error { c.SpillPrefix = strings.TrimSuffix(v, "/"); return nil }},
	{"kms_key_id", func(c *Config, v string) error { c.KMSKeyID = v; return nil }},
	{"disable_spill_encryption", func(c *Config, v string) error { return parseBool(&c.DisableSpillEncryption, v) }},
	{"spill_put_request_headers", func(c *Config, v string) (err error) { c.SpillPutHeaders, err = parseHeaders(v); return err }},
	{"MAX_BLOCK_SIZE_BYTES", func(c *Config, v string) error { return parseSize(&c.MaxBlockSize, v) }},
	{"spill_queue_capacity", func(c *Config, v string) error { return parseCount(&c.SpillUploads, v) }},
	{"SPILL_QUEUE_CAPACITY", func(c *Config, v string) error { return parseCount(&c.SpillUploads, v) }},
	{"enable_query_passthrough", func(c *Config, v string) error { return parseBool(&c.Passthrough, v) }},
	{"disable_glue", func(c *Config, v string) error { c.DisableGlue = !strings.EqualFold(v, "false"); return nil }},
	{"glue_catalog", func(c *Config, v string) error { c.GlueCatalog = v; return nil }},
	{"ATHENA_FEDERATION_SDK_LOG_LEVEL", func(c *Config, v string) error { return parseLevel(&c.LogLevel, v) }},
	{"throttle_initial_delay_ms", func(c *Config, v string) error { return parseMillis(&c.Throttle.InitialDelay, v) }},
	{"throttle_max_delay_ms", func(c *Config, v string) error { return parseMillis(&c.Throttle.MaxDelay, v) }},
	{"throttle_decrease_factor", func(c *Config, v string) error { return parseFactor(&c.Throttle.DecreaseFactor, v) }},
	{"throttle_increase_ms", func(c *Config, v string) error { return parseMillis(&c.Throttle.Increase, v) }},
}

// SettingNames are the environment variables that [ConfigFromEnv] reads.
func SettingNames() []string {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.name
	}
	return names
}

// tolerated is a fault that does not keep the Java SDK from starting: it takes
// the value for something else in silence. Here it is a warning.
type tolerated struct{ error }

// ConfigFromEnv reads the settings, os.Getenv being the usual getenv. An empty
// variable counts as unset, where the Java SDK takes an empty kms_key_id for a
// key and an empty disable_glue for true; a slash at the end of spill_prefix,
// which the Java SDK doubles, is dropped. Every fault is reported at once, each
// with the variable's name.
//
// The environment of a function that works in Java works here: what the Java SDK
// puts up with is no error but one of the Config's Warnings. A boolean is false
// unless it is "true" in any letter case; headers that are no JSON object and an
// unknown log level are passed over; kms_key_id has no effect if
// disable_spill_encryption is true.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	c := Config{SpillPrefix: DefaultSpillPrefix, Passthrough: true, Throttle: DefaultThrottle()}
	var faults []error
	for _, s := range settings {
		value := getenv(s.name)
		if value == "" {
			continue
		}
		err := s.set(&c, value)
		if t, ok := errors.AsType[tolerated](err); ok {
			c.Warnings = append(c.Warnings, s.name+": "+t.Error())
		} else if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	if c.DisableSpillEncryption && c.KMSKeyID != "" {
		c.Warnings = append(c.Warnings, "kms_key_id: not used, because disable_spill_encryption is true: remove one of them")
	}
	if err := c.Validate(); err != nil {
		faults = append(faults, err)
	}
	return c, errors.Join(faults...)
}

// Validate reports every value out of range at once.
func (c Config) Validate() error {
	var faults []error
	if c.MaxBlockSize < 0 {
		faults = append(faults, fmt.Errorf("block size %d is negative: set MAX_BLOCK_SIZE_BYTES to bytes, or leave it out", c.MaxBlockSize))
	}
	if c.Throttle != (ThrottleConfig{}) {
		faults = append(faults, c.Throttle.Validate())
	}
	return errors.Join(faults...)
}

// bucketName lets the ARN of an access point through, which S3 takes for a bucket.
func bucketName(v string) error {
	if !strings.HasPrefix(v, "arn:") && strings.ContainsAny(v, "/ \t") {
		return fmt.Errorf("%q is not a bucket name: it must hold no '/' and no blanks", v)
	}
	return nil
}

// parseBool is Java's Boolean.parseBoolean.
func parseBool(to *bool, v string) error {
	*to = strings.EqualFold(v, "true")
	if !*to && !strings.EqualFold(v, "false") {
		return tolerated{fmt.Errorf("%q is neither true nor false and is taken for false", v)}
	}
	return nil
}

// parseHeaders reads a JSON object; values that are numbers or booleans become
// text.
func parseHeaders(v string) (map[string]string, error) {
	var values map[string]any
	d := json.NewDecoder(strings.NewReader(v))
	d.UseNumber()
	if err := d.Decode(&values); err != nil || values == nil {
		return nil, errNotHeaders
	}
	headers := make(map[string]string, len(values))
	for name, value := range values {
		switch value.(type) {
		case string, json.Number, bool:
			headers[name] = fmt.Sprint(value)
		default:
			return nil, errNotHeaders
		}
	}
	return headers, nil
}

// errNotHeaders does not repeat the text, which may hold a customer key.
var errNotHeaders = tolerated{errors.New(
	`not a JSON object of header names and values, such as {"x-amz-server-side-encryption":"aws:kms"}: blocks are stored without these headers`)}

func parseSize(to *int64, v string) error {
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is not a positive number of bytes", v)
	}
	*to = n
	return nil
}

func parseCount(to *int, v string) error {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n <= 0 {
		return fmt.Errorf("%q is not a positive number", v)
	}
	*to = n
	return nil
}

func parseMillis(to *time.Duration, v string) error {
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 32)
	if err != nil || n < 0 {
		return fmt.Errorf("%q is not a number of milliseconds", v)
	}
	*to = time.Duration(n) * time.Millisecond
	return nil
}

func parseFactor(to *float64, v string) error {
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return fmt.Errorf("%q is not a number", v)
	}
	*to = f
	return nil
}

// parseLevel accepts slog's names and those of Log4j that slog lacks.
func parseLevel(to *slog.Level, v string) error {
	switch strings.ToLower(v) {
	case "trace", "all":
		*to = slog.LevelDebug
		return nil
	case "fatal", "off":
		*to = slog.LevelError
		return nil
	}
	if err := to.UnmarshalText([]byte(v)); err != nil {
		return tolerated{fmt.Errorf("%q is not a log level and is passed over: use debug, info, warn or error", v)}
	}
	return nil
}
