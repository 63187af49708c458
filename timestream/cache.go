package timestream

import (
	"sync"
	"time"
)

// cache remembers answers of the service for a while, failures among them, for as long as the process lives.
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

// get is the value of a key, which load finds if it is not known any more, and says whether to keep it. Two callers at once may
// both load it.
func (c *cache[K, V]) get(key K, load func() (value V, keep bool)) V {
	c.mu.Lock()
	e, ok := c.entries[key]
	c.mu.Unlock()
	if ok && c.now().Sub(e.at) < c.age {
		return e.value
	}
	value, keep := load()
	if !keep {
		return value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= c.most {
		clear(c.entries)
	}
	c.entries[key] = cached[V]{value, c.now()}
	return value
}
