package standin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// objects is S3, addressed by path: PUT and GET of objects, HEAD of buckets, and DELETE of everything at "/", which is
// no call of S3's.
type objects struct {
	mu     sync.Mutex
	byPath map[string][]byte
	free   [][]byte // of objects that were deleted: new memory would cost more than what is measured
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
		o.clear()
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

func (o *objects) put(w http.ResponseWriter, r *http.Request) {
	body := o.take(r.ContentLength)
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

// take is a buffer for an object, an old one if there is one that is large enough.
func (o *objects) take(n int64) []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	n = max(n, 0)
	for i, b := range o.free {
		if int64(cap(b)) >= n {
			o.free = slices.Delete(o.free, i, i+1)
			return b[:n]
		}
	}
	return make([]byte, n)
}

func (o *objects) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.free = slices.Collect(maps.Values(o.byPath))
	clear(o.byPath)
}

// Unsigned is said in place of a SHA-256 where the connection is safe without.
const Unsigned = "UNSIGNED-PAYLOAD"

// checkDigests compares a body with its CRC32, which has to be there, and with its SHA-256 if that was signed.
func checkDigests(h http.Header, body []byte) error {
	crc := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	if want := h.Get("X-Amz-Checksum-Crc32"); base64.StdEncoding.EncodeToString(crc) != want {
		return fmt.Errorf("the CRC32 is %x, not %q", crc, want)
	}
	want := h.Get("X-Amz-Content-Sha256")
	if want == Unsigned {
		return nil
	}
	if got := sha256.Sum256(body); hex.EncodeToString(got[:]) != want {
		return fmt.Errorf("the SHA-256 is %x, not %q", got, want)
	}
	return nil
}
