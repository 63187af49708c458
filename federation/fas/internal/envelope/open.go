package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// What goes into the additional data of the body's pieces (Developer Guide, "body AAD reference").
const (
	aadOnePiece   = "AWSKMSEncryptionClient Single Block"
	aadFrame      = "AWSKMSEncryptionClient Frame"
	aadFinalFrame = "AWSKMSEncryptionClient Final Frame"
)

// finalFrame stands where other frames have their number.
const finalFrame = math.MaxUint32

// Open is the message's plaintext. It verifies everything that the suite has, and that nothing follows: the commitment to
// this very data key, the header, each piece of the body, and the signature.
func (m *Message) Open(dataKey []byte) ([]byte, error) {
	if len(dataKey) != keySize {
		return nil, fmt.Errorf("its data key has %d bytes, and %d are needed", len(dataKey), keySize)
	}
	commitment, err := hkdf.Key(sha512.New, dataKey, m.id, "COMMITKEY", keySize)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(commitment, m.commitment) != 1 {
		return nil, errors.New("it was not made with this data key")
	}
	gcm, err := m.cipher(dataKey)
	if err != nil {
		return nil, err
	}
	if _, err := gcm.Open(nil, make([]byte, nonceSize), m.tag, m.header); err != nil {
		return nil, errors.New("its header was changed")
	}
	r := &reader{rest: m.body}
	plain, err := m.openBody(gcm, r)
	if err != nil {
		return nil, err
	}
	if err := m.verify(r); err != nil {
		return nil, err
	}
	return plain, nil
}

// cipher seals header and body.
func (m *Message) cipher(dataKey []byte) (cipher.AEAD, error) {
	info := binary.BigEndian.AppendUint16(nil, uint16(m.suite))
	key, err := hkdf.Key(sha512.New, dataKey, m.id, string(append(info, "DERIVEKEY"...)), keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (m *Message) openBody(gcm cipher.AEAD, r *reader) ([]byte, error) {
	plain := make([]byte, 0, len(r.rest))
	if m.frameLength == 0 {
		nonce, size := r.bytes(nonceSize), r.uint64()
		return m.openPiece(gcm, r, plain, piece{aadOnePiece, nonce, 1, size})
	}
	for number := uint32(1); ; number++ {
		p := piece{aadFrame, nil, r.uint32(), uint64(m.frameLength)}
		last := p.number == finalFrame
		if last {
			p.kind, p.number = aadFinalFrame, r.uint32()
		}
		p.nonce = r.bytes(nonceSize)
		if last {
			p.size = uint64(r.uint32())
		}
		if !r.short && (p.number != number || p.size > uint64(m.frameLength)) {
			return nil, fmt.Errorf("frame %d with %d bytes, where frame %d with at most %d comes", p.number, p.size, number, m.frameLength)
		}
		var err error
		if plain, err = m.openPiece(gcm, r, plain, p); err != nil || last {
			return plain, err
		}
	}
}

// piece is a frame, or a body that is one piece.
type piece struct {
	kind   string
	nonce  []byte
	number uint32
	size   uint64 // of its plaintext
}

// openPiece takes a piece's bytes and appends its plaintext.
func (m *Message) openPiece(gcm cipher.AEAD, r *reader, plain []byte, p piece) ([]byte, error) {
	if r.short || p.size > uint64(len(r.rest)) {
		return nil, errShort
	}
	sealed := r.bytes(int(p.size) + tagSize)
	if r.short {
		return nil, errShort
	}
	aad := append([]byte(nil), m.id...)
	aad = append(aad, p.kind...)
	aad = binary.BigEndian.AppendUint32(aad, p.number)
	aad = binary.BigEndian.AppendUint64(aad, p.size)
	plain, err := gcm.Open(plain, p.nonce, sealed, aad)
	if err != nil {
		return nil, fmt.Errorf("its piece %d was changed", p.number)
	}
	return plain, nil
}

// verify reads the end: the signature of all that comes before, if the suite has one.
func (m *Message) verify(r *reader) error {
	if m.suite == committingSigned {
		digest := sha512.Sum384(m.whole[:len(m.whole)-len(r.rest)])
		signature := r.bytes(int(r.uint16()))
		if r.short {
			return errShort
		}
		key, err := verificationKey(m.Context[publicKey])
		if err != nil {
			return err
		}
		if !ecdsa.VerifyASN1(key, digest[:], signature) {
			return errors.New("its signature does not fit")
		}
	}
	if len(r.rest) > 0 {
		return fmt.Errorf("%d bytes follow it", len(r.rest))
	}
	return nil
}

// coordinateSize is that of P-384, in bytes.
const coordinateSize = 48

// verificationKey reads a point on P-384: base64 of its compressed form.
func verificationKey(text string) (*ecdsa.PublicKey, error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("its key for the signature is not base64")
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P384(), b)
	if x == nil {
		return nil, errors.New("its key for the signature is no point on P-384")
	}
	point := make([]byte, 1+2*coordinateSize)
	point[0] = 4 // uncompressed
	x.FillBytes(point[1 : 1+coordinateSize])
	y.FillBytes(point[1+coordinateSize:])
	return ecdsa.ParseUncompressedPublicKey(elliptic.P384(), point)
}
