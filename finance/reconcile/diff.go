package reconcile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"

	"jalon/internal/money"
)

// Print identifies one line of a file, or one live posting of the books. A line without a natural key has its content
// as its key.
type Print struct {
	Key, Content [16]byte
	Ref          int64 // number of the line in the file, or id of the live posting
	Unique       bool  // of a line: its profile declares that the key names exactly one line; of a posting: not read
	Outside      bool  // of a posting: it lies outside the coverage of the file, which may restate but not withdraw it
	Amount       money.Amount
}

// CoverageKind says what it means that a line is absent from a file.
type CoverageKind string

// The kinds of coverage. A delta never withdraws anything.
const (
	Snapshot CoverageKind = "snapshot" // the file holds all there is in its coverage
	Delta    CoverageKind = "delta"    // the file holds what is new or changed
)

// Plan is what a file changes in the books.
type Plan struct {
	Pairs     []Pair  // one for each print of the file, in the order in which they were given
	Withdrawn []int64 // live postings that a snapshot no longer holds, in ascending order
	// Repeated are the lines whose key, declared unique, stands more than once in the file, in ascending order. They are
	// paired as those of any other key; a person should know that the file does not keep what its profile promises.
	Repeated []int64

	withdrawn []uint32 // where the withdrawn postings stood, in the order of Withdrawn
}

// Pair is what becomes of one line. Its outcome is New, Unchanged or Supersedes.
type Pair struct {
	Outcome Outcome
	at      uint32 // where the live posting stood
	Live    int64  // posting that the line is unchanged from or supersedes; 0 for a new one
}

// Diff compares the lines of a file with the live postings inside its coverage, and with those outside whose key a line
// of the file may have taken over, as when the date of a document was corrected. Within a group of equal keys:
//
//  1. Equal contents are unchanged, as often as they stand on both sides: two equal invoices of one day are two.
//  2. A key that its profile declares unique and that has one line left on each side is superseded.
//  3. In a snapshot what is then left is superseded pair by pair in the order of contents; lines beyond are new,
//     postings beyond are withdrawn. In a delta what is left of the file is new, and nothing is withdrawn: a line that
//     is absent says nothing, and a key that may name several lines does not say which one it corrects.
//
// Of equal postings those inside the coverage stay, and of these the ones with the lowest ids. Neither side's order matters, and neither side is changed. It
// takes linear memory: four bytes a print beside the plan itself.
func Diff(file, live []Print, kind CoverageKind) Plan {
	d := differ{file: file, live: live, kind: kind, plan: Plan{Pairs: make([]Pair, len(file))}}
	a, b := order(file), order(live)
	for len(a) > 0 || len(b) > 0 {
		key := d.leastKey(a, b)
		n, m := run(file, a, key), run(live, b, key)
		d.group(a[:n], b[:m])
		a, b = a[n:], b[m:]
	}
	d.plan.sortRefs(live)
	return d.plan
}

// differ carries what one comparison needs; the two slices are those that a group leaves, kept for the next one.
type differ struct {
	file, live         []Print
	kind               CoverageKind
	plan               Plan
	fileLeft, liveLeft []uint32
}

func (d *differ) leastKey(a, b []uint32) [16]byte {
	switch {
	case len(a) == 0:
		return d.live[b[0]].Key
	case len(b) == 0:
		return d.file[a[0]].Key
	}
	x, y := d.file[a[0]].Key, d.live[b[0]].Key
	if bytes.Compare(x[:], y[:]) <= 0 {
		return x
	}
	return y
}

// run counts how many prints at the head of an order have the key.
func run(prints []Print, order []uint32, key [16]byte) int {
	n := 0
	for n < len(order) && prints[order[n]].Key == key {
		n++
	}
	return n
}

// group settles the lines and postings of one key, both in the order of contents.
func (d *differ) group(a, b []uint32) {
	unique := d.pairEqual(a, b)
	paired := 0
	if one := unique && len(d.fileLeft) == 1 && len(d.liveLeft) == 1; one || d.kind == Snapshot {
		paired = min(len(d.fileLeft), len(d.liveLeft))
	}
	if unique && len(a) > 1 {
		for _, i := range a {
			d.plan.Repeated = append(d.plan.Repeated, d.file[i].Ref)
		}
	}
	slices.SortStableFunc(d.liveLeft, func(i, j uint32) int { return compareBools(d.live[i].Outside, d.live[j].Outside) })
	for k, i := range d.fileLeft[:paired] {
		j := d.liveLeft[k]
		d.plan.Pairs[i] = Pair{Outcome: Supersedes, at: j, Live: d.live[j].Ref}
	}
	for _, j := range d.liveLeft[paired:] {
		if d.kind == Snapshot && !d.live[j].Outside {
			d.plan.withdrawn = append(d.plan.withdrawn, j)
		}
	}
}

// pairEqual pairs equal contents, keeps what is left of both sides, and tells whether the key is declared unique.
func (d *differ) pairEqual(a, b []uint32) (unique bool) {
	d.fileLeft, d.liveLeft = d.fileLeft[:0], d.liveLeft[:0]
	unique = len(a) > 0
	for _, i := range a {
		unique = unique && d.file[i].Unique
	}
	for len(a) > 0 && len(b) > 0 {
		x, y := &d.file[a[0]], &d.live[b[0]]
		switch c := bytes.Compare(x.Content[:], y.Content[:]); {
		case c < 0:
			d.fileLeft, a = append(d.fileLeft, a[0]), a[1:]
		case c > 0:
			d.liveLeft, b = append(d.liveLeft, b[0]), b[1:]
		default:
			d.plan.Pairs[a[0]] = Pair{Outcome: Unchanged, at: b[0], Live: y.Ref}
			a, b = a[1:], b[1:]
		}
	}
	d.fileLeft, d.liveLeft = append(d.fileLeft, a...), append(d.liveLeft, b...)
	return unique
}

// sortRefs puts what was found in the order of keys into the order of references.
func (p *Plan) sortRefs(live []Print) {
	slices.Sort(p.Repeated)
	slices.SortFunc(p.withdrawn, func(i, j uint32) int { return cmp.Compare(live[i].Ref, live[j].Ref) })
	if len(p.withdrawn) > 0 {
		p.Withdrawn = make([]int64, len(p.withdrawn))
	}
	for k, j := range p.withdrawn {
		p.Withdrawn[k] = live[j].Ref
	}
}

// order gives the prints by key, content and reference. Keys are hashes, so their first bits spread them evenly over
// buckets of about eight; what is left is sorted within each. Keys that do not spread only cost time.
func order(prints []Print) []uint32 {
	width := bits.Len(uint(len(prints)) / 8)
	bucket := func(p *Print) int { return int(binary.BigEndian.Uint64(p.Key[:8]) >> (64 - width)) } // a shift by 64 gives 0
	ends := make([]uint32, 1<<width+1)
	for i := range prints {
		ends[bucket(&prints[i])+1]++
	}
	for k := range ends[1:] {
		ends[k+1] += ends[k]
	}
	out := make([]uint32, len(prints))
	for i := range prints {
		k := bucket(&prints[i])
		out[ends[k]] = uint32(i)
		ends[k]++
	}
	start := uint32(0)
	for _, end := range ends[:1<<width] {
		slices.SortFunc(out[start:end], func(i, j uint32) int { return comparePrints(&prints[i], &prints[j]) })
		start = end
	}
	return out
}

func comparePrints(a, b *Print) int {
	if c := bytes.Compare(a.Key[:], b.Key[:]); c != 0 {
		return c
	}
	if c := bytes.Compare(a.Content[:], b.Content[:]); c != 0 {
		return c
	}
	return cmp.Or(compareBools(a.Outside, b.Outside), cmp.Compare(a.Ref, b.Ref))
}
