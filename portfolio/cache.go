package portfolio

import (
	"slices"
	"sync"

	"jalon/internal/civil"
)

// versioned is the key of something that was made from one version of the register.
type versioned[K any] interface {
	comparable
	outdates(K) bool // the other key is an older version of the same thing, or the same
}

// cache keeps what was last used, up to a weight. What is of an older version is never asked for
// again: it makes room for its successor.
type cache[K versioned[K], V any] struct {
	most  int
	weigh func(V) int

	mu     sync.Mutex
	order  []K // the one used longest ago first
	held   map[K]V
	weight int
}

func newCache[K versioned[K], V any](most int, weigh func(V) int) *cache[K, V] {
	return &cache[K, V]{most: most, weigh: weigh, held: map[K]V{}}
}

// find gives what is held under a key.
func (c *cache[K, V]) find(k K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.held[k]
	if i := slices.Index(c.order, k); ok && i >= 0 {
		c.order = append(slices.Delete(c.order, i, i+1), k)
	}
	return v, ok
}

// put holds a value. When another reader was faster it gives theirs, so that all share one.
func (c *cache[K, V]) put(k K, v V) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.held[k]; ok {
		return held
	}
	for _, o := range slices.Clone(c.order) {
		if k.outdates(o) {
			c.drop(o)
		}
	}
	w := c.weigh(v)
	if w > c.most { // it would push out everything and still not fit
		return v
	}
	for c.weight+w > c.most {
		c.drop(c.order[0])
	}
	c.held[k], c.order, c.weight = v, append(c.order, k), c.weight+w
	return v
}

// drop forgets a key that is held.
func (c *cache[K, V]) drop(k K) {
	c.weight -= c.weigh(c.held[k])
	delete(c.held, k)
	i := slices.Index(c.order, k)
	c.order = slices.Delete(c.order, i, i+1)
}

// get gives what is held under a key, or builds it.
func (c *cache[K, V]) get(k K, build func() (V, error)) (V, error) {
	if v, ok := c.find(k); ok {
		return v, nil
	}
	v, err := build()
	if err != nil {
		return v, err
	}
	return c.put(k, v), nil
}

// reportKey names a version of a report. Everything that a report shows is behind one of the three
// counters.
type reportKey struct {
	roadmap                            RoadmapID
	factsVersion, fields, organisation int64
	day                                civil.Date
}

func (k reportKey) outdates(o reportKey) bool { return k.roadmap == o.roadmap && k.day == o.day }

// reportCacheSize is how many reports are kept: the current day of a few roadmaps and some looks
// back.
const reportCacheSize = 16
