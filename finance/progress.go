package finance

import "sync"

// Progress is how far the booking of a file has come.
type Progress struct {
	File  int64
	Step  string // reading, comparing, booking, checking
	Done  int64  // lines
	Total int64  // lines; 0: not known yet
}

// tracker holds the progress of the bookings that run in this process. It is for watching only: what became of a booking stands
// in the database.
type tracker struct {
	mu      sync.Mutex
	running map[int64]Progress
}

func newTracker() *tracker { return &tracker{running: map[int64]Progress{}} }

func (t *tracker) set(p Progress) {
	t.mu.Lock()
	t.running[p.File] = p
	t.mu.Unlock()
}

func (t *tracker) get(file int64) (Progress, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.running[file]
	return p, ok
}

func (t *tracker) end(file int64) {
	t.mu.Lock()
	delete(t.running, file)
	t.mu.Unlock()
}
