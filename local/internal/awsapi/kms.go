package awsapi

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"strings"
)

// kms hands out data keys under one master key that lives as long as the process. Any key id is accepted, so that a
// connector's configuration works unchanged; the id is bound to what it sealed.
type kms struct {
	master cipher.AEAD
}

func newKMS() (*kms, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("making the embedded KMS's master key: %w", err)
	}
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making the embedded KMS's master key: %w", err)
	}
	master, err := cipher.NewGCM(c)
	if err != nil {
		return nil, fmt.Errorf("making the embedded KMS's master key: %w", err)
	}
	return &kms{master: master}, nil
}

func (k *kms) operations() operations {
	return operations{
		"GenerateDataKey": operation(k.generateDataKey),
		"GenerateRandom":  operation(k.generateRandom),
		"Decrypt":         operation(k.decrypt),
	}
}

func (k *kms) generateDataKey(in struct {
	KeyId, KeySpec string
	NumberOfBytes  int
},
) (any, error) {
	size := map[string]int{"AES_128": 16, "AES_256": 32, "": in.NumberOfBytes}[in.KeySpec]
	if in.KeyId == "" || size < 1 || size > 1024 {
		return nil, badRequest("ValidationException", "GenerateDataKey needs KeyId and KeySpec AES_128 or AES_256, or NumberOfBytes from 1 to 1024")
	}
	plain, nonce := make([]byte, size), make([]byte, k.master.NonceSize())
	for _, b := range [][]byte{plain, nonce} {
		if _, err := rand.Read(b); err != nil {
			return nil, fmt.Errorf("making a data key: %w", err)
		}
	}
	arn := keyARN(in.KeyId)
	blob := append([]byte{byte(len(arn) >> 8), byte(len(arn))}, arn...)
	blob = append(blob, nonce...)
	return map[string]any{
		"KeyId": arn, "Plaintext": plain, "CiphertextBlob": k.master.Seal(blob, nonce, plain, []byte(arn)),
	}, nil
}

func (k *kms) generateRandom(in struct{ NumberOfBytes int }) (any, error) {
	if in.NumberOfBytes < 1 || in.NumberOfBytes > 1024 {
		return nil, badRequest("ValidationException", "NumberOfBytes must be from 1 to 1024")
	}
	b := make([]byte, in.NumberOfBytes)
	if _, err := rand.Read(b); err != nil {
		return nil, fmt.Errorf("making random bytes: %w", err)
	}
	return map[string]any{"Plaintext": b}, nil
}

func (k *kms) decrypt(in struct{ CiphertextBlob []byte }) (any, error) {
	invalid := badRequest("InvalidCiphertextException", "the ciphertext was not made by this run of the embedded KMS")
	b := in.CiphertextBlob
	if len(b) < 2 {
		return nil, invalid
	}
	n := int(b[0])<<8 | int(b[1])
	if b = b[2:]; len(b) < n+k.master.NonceSize() {
		return nil, invalid
	}
	arn, nonce, sealed := b[:n], b[n:n+k.master.NonceSize()], b[n+k.master.NonceSize():]
	plain, err := k.master.Open(nil, nonce, sealed, arn)
	if err != nil {
		return nil, invalid
	}
	return map[string]any{"KeyId": string(arn), "Plaintext": plain, "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}, nil
}

func keyARN(id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	if !strings.HasPrefix(id, "alias/") {
		id = "key/" + id
	}
	return "arn:aws:kms:" + Region + ":" + Account + ":" + id
}
