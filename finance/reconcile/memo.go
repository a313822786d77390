package reconcile

import "sync"

// memo remembers which rules fit the texts of a line. It holds two generations: when the younger is full it becomes the
// older one, and what nobody asked for since is forgotten.
type memo struct {
	mu         sync.Mutex
	size       int // of one generation
	young, old map[string][]*compiled
}

// memoSize bounds a memo to some tens of megabytes with the longest labels.
const memoSize = 1 << 15

func newMemo(size int) *memo { return &memo{size: size, young: map[string][]*compiled{}} }

func (m *memo) get(key []byte) ([]*compiled, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.young[string(key)]; ok {
		return v, true
	}
	v, ok := m.old[string(key)]
	if ok {
		m.keep(string(key), v)
	}
	return v, ok
}

func (m *memo) put(key []byte, v []*compiled) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keep(string(key), v)
}

func (m *memo) keep(key string, v []*compiled) {
	if len(m.young) >= m.size {
		m.old, m.young = m.young, make(map[string][]*compiled, m.size)
	}
	m.young[key] = v
}
