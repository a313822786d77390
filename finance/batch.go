package finance

import "time"

// Batch is what was allocated by one act.
type Batch struct {
	ID         int64
	Kind       BatchKind
	File       int64 // of an import
	Undoes     int64 // the batch that this one took back
	UndoneBy   int64 // the batch that took this one back; 0: it holds
	Reason     string
	By, ByName string // as the trail names them, and by name
	At         time.Time
}

// Undoable tells whether a batch is of a kind that can be taken back as a whole. What an import allocated is taken back line by line.
func (b Batch) Undoable() bool {
	switch b.Kind {
	case BatchManual, BatchBulk, BatchMove, BatchRerun:
		return b.UndoneBy == 0
	}
	return false
}
