package standin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// objects is S3, addressed by path: PUT and GET of objects, HEAD of buckets, and DELETE of everything at "/", which is
// no call of S3's.
type objects struct {
	mu     sync.Mutex
	byPath map[string][]byte
}

func (o *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodHead:
	case http.MethodPut:
		o.put(w, r)
	case http.MethodGet:
		o.mu.Lock()
		body, ok := o.byPath[r.URL.Path]
		o.mu.Unlock()
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body) //nolint:errcheck // nobody is there to be told
	case http.MethodDelete:
		o.mu.Lock()
		defer o.mu.Unlock()
		clear(o.byPath)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (o *objects) put(w http.ResponseWriter, r *http.Request) {
	body := make([]byte, max(r.ContentLength, 0))
	_, err := io.ReadFull(r.Body, body)
	if err == nil {
		err = checkDigests(r.Header, body)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `<Error><Code>BadDigest</Code><Message>%s</Message></Error>`, err)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byPath == nil {
		o.byPath = map[string][]byte{}
	}
	o.byPath[r.URL.Path] = body
}

// checkDigests compares a body with its CRC32 and SHA-256. S3 wants the one, and the SDK signs the other when the
// connection is no TLS; to send neither is an error here.
func checkDigests(h http.Header, body []byte) error {
	crc, sha := h.Get("X-Amz-Checksum-Crc32"), h.Get("X-Amz-Content-Sha256")
	if crc == "" || len(sha) != sha256.Size*2 {
		return fmt.Errorf("an object with the CRC32 %q and the SHA-256 %q", crc, sha)
	}
	want, err := base64.StdEncoding.DecodeString(crc)
	if got := crc32.ChecksumIEEE(body); err != nil || !bytes.Equal(want, []byte{byte(got >> 24), byte(got >> 16), byte(got >> 8), byte(got)}) {
		return fmt.Errorf("the CRC32 is %08x, not %q", got, crc)
	}
	if got := sha256.Sum256(body); !strings.EqualFold(hex.EncodeToString(got[:]), sha) {
		return fmt.Errorf("the SHA-256 is %x, not %s", got, sha)
	}
	return nil
}
