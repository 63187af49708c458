package translate

import "sync"

// memo keeps what was made of a few texts, such as compiled patterns: statements apply one of them to many rows.
type memo[T any] struct {
	make func(text string) (T, error)

	mu    sync.Mutex
	known map[string]T
}

// memoSize is how many texts are kept; past it the memo starts afresh.
const memoSize = 256

func newMemo[T any](make func(text string) (T, error)) *memo[T] {
	return &memo[T]{make: make, known: map[string]T{}}
}

func (m *memo[T]) get(text string) (T, error) {
	m.mu.Lock()
	v, ok := m.known[text]
	m.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := m.make(text)
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= memoSize {
		clear(m.known)
	}
	m.known[text] = v
	return v, nil
}
