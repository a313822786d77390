// Package keep holds on to what is dear to make, up to a number of things: the oldest goes first.
package keep

import (
	"slices"
	"sync"
)

// Cache keeps at most a number of values by their key. The zero Cache keeps nothing; use New.
type Cache[K comparable, V any] struct {
	mu   sync.Mutex
	most int
	keys []K // oldest first
	kept map[K]*entry[V]
}

type entry[V any] struct {
	once  sync.Once
	value V
}

// New makes a cache of at most so many values.
func New[K comparable, V any](most int) *Cache[K, V] {
	return &Cache[K, V]{most: most, kept: make(map[K]*entry[V], most)}
}

// Get gives the value of a key, made when it is first asked for. Whoever asks while it is being made
// waits for it; other keys do not.
func (c *Cache[K, V]) Get(key K, create func() V) V {
	c.mu.Lock()
	e, ok := c.kept[key]
	if !ok {
		e = &entry[V]{}
		if len(c.keys) >= max(c.most, 1) {
			delete(c.kept, c.keys[0])
			c.keys = slices.Delete(c.keys, 0, 1)
		}
		c.keys = append(c.keys, key)
		c.kept[key] = e
	}
	c.mu.Unlock()
	e.once.Do(func() { e.value = create() })
	return e.value
}
