package message

import (
	"fmt"
	"log/slog"
)

// SpillLocation is a place in S3: of one object, or a prefix (Directory) below which a split's blocks go.
type SpillLocation struct {
	Bucket    string
	Key       string
	Directory bool

	null nulls // a connector without a spill bucket sends null
}

const s3SpillLocation = "S3SpillLocation"

func (l *SpillLocation) walk(w *walker) {
	const nullBucket, nullKey nulls = 1, 2
	w.braces(func() {
		kind := s3SpillLocation
		w.discriminator(&kind)
		if w.err == nil && kind != s3SpillLocation {
			w.fail("no serde configured for %s", kind)
		}
		w.textOrNull("bucket", &l.Bucket, &l.null, nullBucket)
		w.textOrNull("key", &l.Key, &l.null, nullKey)
		w.boolean("directory", &l.Directory)
	})
}

// EncryptionKey is the AES-GCM key and nonce for all blocks of one split. It hides itself when logged or printed.
type EncryptionKey struct {
	Key   []byte // 16 or 32 bytes
	Nonce []byte // 12 bytes
}

const maskedKey = "EncryptionKey(hidden)"

// LogValue hides the key.
func (EncryptionKey) LogValue() slog.Value { return slog.StringValue(maskedKey) }

// Format hides the key from every verb.
func (EncryptionKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(maskedKey)) }

// MarshalJSON hides the key, since JSON logs marshal what they do not know. The wire form comes from [Encode] only.
func (EncryptionKey) MarshalJSON() ([]byte, error) { return []byte(`"` + maskedKey + `"`), nil }

func (k *EncryptionKey) walk(w *walker) {
	w.braces(func() {
		w.bytes("key", &k.Key)
		w.bytes("nonce", &k.Nonce)
	})
}

func encryptionKey(w *walker, p **EncryptionKey) {
	w.field("encryptionKey", func() {
		if w.null(*p == nil) {
			return
		}
		if w.decoding() {
			*p = &EncryptionKey{}
		}
		(*p).walk(w)
	})
}

// Split is one part of a read, done by one ReadRecordsRequest.
type Split struct {
	SpillLocation *SpillLocation    // where its blocks may be spilled; nil if nowhere
	EncryptionKey *EncryptionKey    // nil if spilled blocks are not encrypted
	Properties    map[string]string // the connector's own; the engine only hands them back
}

// LogValue leaves out the key and the properties.
func (s Split) LogValue() slog.Value {
	if s.SpillLocation == nil {
		return slog.StringValue("split without spill location")
	}
	return slog.StringValue("s3://" + s.SpillLocation.Bucket + "/" + s.SpillLocation.Key)
}

func (s *Split) walk(w *walker) {
	w.braces(func() {
		w.field("spillLocation", func() {
			if w.null(s.SpillLocation == nil) {
				return
			}
			if w.decoding() {
				s.SpillLocation = &SpillLocation{}
			}
			s.SpillLocation.walk(w)
		})
		encryptionKey(w, &s.EncryptionKey)
		w.textMap("properties", &s.Properties)
	})
}
