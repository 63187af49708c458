package timestream

import (
	"sync"
	"time"
)

// cache remembers answers of the service for a while, and no longer than the process lives.
type cache[K comparable, V any] struct {
	age  time.Duration
	most int // entries; past it they are forgotten all at once
	now  func() time.Time

	mu      sync.Mutex
	entries map[K]cached[V]
}

type cached[V any] struct {
	value V
	at    time.Time
}

func newCache[K comparable, V any](age time.Duration, most int) *cache[K, V] {
	return &cache[K, V]{age: age, most: most, now: time.Now, entries: map[K]cached[V]{}}
}

// recall is the value of a key that was kept lately.
func (c *cache[K, V]) recall(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	return e.value, ok && c.now().Sub(e.at) < c.age
}

// keep notes the value of a key.
func (c *cache[K, V]) keep(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= c.most {
		clear(c.entries)
	}
	c.entries[key] = cached[V]{value, c.now()}
}

// forget drops what was kept of a key.
func (c *cache[K, V]) forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
}

// get is the value of a key, which load finds if it is not known any more, and says whether to keep it. Two callers at once may
// both load it.
func (c *cache[K, V]) get(key K, load func() (value V, keep bool)) V {
	value, ok := c.recall(key)
	if ok {
		return value
	}
	value, ok = load()
	if ok {
		c.keep(key, value)
	}
	return value
}
