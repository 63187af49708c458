package page

import "sync"

// buffers keeps the bodies of decoded answers for the next ones. One is decoded while another is fetched, so there
// are rarely more than two.
type buffers struct {
	mu   sync.Mutex
	free [][]byte
}

func (f *buffers) take() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.free)
	if n == 0 {
		return nil
	}
	b := f.free[n-1]
	f.free = f.free[:n-1]
	return b
}

// release takes the body of an answer that is done with.
func (f *buffers) release(a *Answer) {
	if a.body == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.free = append(f.free, a.body[:0])
	a.body = nil
}
