package envelope

import (
	"errors"
	"fmt"
	"slices"
)

// Message is a message whose header has been read. Nothing of it is authentic before Open has succeeded. It refers to
// the bytes it was parsed from.
type Message struct {
	// Context is the encryption context, to be given to whoever opens the data key.
	Context map[string]string
	// DataKeys are forms of the one data key, sealed under different keys.
	DataKeys []DataKey

	suite       suite
	id          []byte
	commitment  []byte
	frameLength int // of plaintext; 0: one piece
	header      []byte
	tag         []byte
	body        []byte // and the signature
	whole       []byte
}

// DataKey is a data key, sealed.
type DataKey struct {
	Provider string // "aws-kms" for a key of KMS
	KeyID    string // for KMS, the key's ARN
	Sealed   []byte // what the provider opens
}

const (
	version     = 2
	idSize      = 32
	keySize     = 32 // of data key, encryption key and commitment
	nonceSize   = 12
	tagSize     = 16
	maxDataKeys = 16 // each may cost a call of KMS; senders write one for each of their keys

	onePiece, framed = 1, 2 // content types
)

// suite is an algorithm suite's number.
type suite uint16

const (
	committing       suite = 0x0478
	committingSigned suite = 0x0578
)

// publicKey is the name in the encryption context of the key that verifies the signature.
const publicKey = "aws-crypto-public-key"

// errShort says that bytes are missing, wherever.
var errShort = errors.New("it is cut off")

// Parse reads a message's header.
func Parse(b []byte) (*Message, error) {
	if len(b) == 0 {
		return nil, errors.New("it is empty")
	}
	if b[0] != version {
		return nil, fmt.Errorf("its first byte is %d, and only format version %d, with key commitment, is read", b[0], version)
	}
	r := &reader{rest: b[1:]}
	m := &Message{whole: b, suite: suite(r.uint16()), id: r.bytes(idSize)}
	if m.suite != committing && m.suite != committingSigned && !r.short {
		return nil, fmt.Errorf("its algorithm suite is %04x, and only 0478 and 0578 are read", uint16(m.suite))
	}
	var err error
	if m.Context, err = encryptionContext(r.bytes(int(r.uint16()))); err != nil {
		return nil, err
	}
	if m.DataKeys, err = dataKeys(r); err != nil {
		return nil, err
	}
	content := r.bytes(1)
	m.frameLength = int(r.uint32())
	m.commitment = r.bytes(keySize)
	m.header = b[:len(b)-len(r.rest)]
	m.tag, m.body = r.bytes(tagSize), r.rest
	if r.short {
		return nil, errShort
	}
	if kind := content[0]; kind != onePiece && kind != framed || (kind == framed) != (m.frameLength > 0) {
		return nil, fmt.Errorf("content type %d with frames of %d bytes", kind, m.frameLength)
	}
	if _, signed := m.Context[publicKey]; signed != (m.suite == committingSigned) {
		return nil, fmt.Errorf("algorithm suite %04x, and a key for a signature: %t", uint16(m.suite), signed)
	}
	return m, nil
}

// encryptionContext reads pairs of texts.
func encryptionContext(b []byte) (map[string]string, error) {
	pairs := map[string]string{}
	if len(b) == 0 {
		return pairs, nil
	}
	r := &reader{rest: b}
	for n := r.uint16(); n > 0 && !r.short; n-- {
		name := string(r.bytes(int(r.uint16())))
		if _, twice := pairs[name]; twice {
			return nil, errors.New("its encryption context has a name twice")
		}
		pairs[name] = string(r.bytes(int(r.uint16())))
	}
	if r.short || len(r.rest) > 0 {
		return nil, errors.New("its encryption context has another length than it says")
	}
	return pairs, nil
}

func dataKeys(r *reader) ([]DataKey, error) {
	n := r.uint16()
	if n > maxDataKeys {
		return nil, fmt.Errorf("it has %d data keys, more than %d", n, maxDataKeys)
	}
	keys := make([]DataKey, n)
	for i := range keys {
		keys[i].Provider = string(r.bytes(int(r.uint16())))
		keys[i].KeyID = string(r.bytes(int(r.uint16())))
		keys[i].Sealed = slices.Clip(r.bytes(int(r.uint16())))
	}
	return keys, nil
}
