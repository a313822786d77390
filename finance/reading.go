package finance

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/fault"
)

// reading is what one pass over a file found: of each line no more than comparing it with the books needs.
type reading struct {
	summary  ledgerfile.Summary
	prints   []reconcile.Print // of the lines that can be booked, in the order of the file
	outcomes []byte            // of every line, reconcile.Outcome; what can be booked is New until it is compared
	labels   map[int]int       // fiscal years as lines name them, with the first line of each
	days     map[civil.Date]int
	undated  bool           // some line has neither a label nor a day
	corrects []correctedKey // of the lines that correct others
	news     int            // lines of ledgerfile.KindStatus
	digest   []byte
}

// correctedKey is the key of the line that another one corrects.
type correctedKey struct {
	at  uint32 // which of the prints corrects it
	key ledgerfile.Hash
}

// bookable tells whether lines of a kind become entries.
func bookable(k ledgerfile.Kind) bool {
	return k == ledgerfile.KindPosting || k == ledgerfile.KindCommitment
}

// outcomeOf is the outcome that the reader of a file decides; New stands for what is still to be compared.
func outcomeOf(k ledgerfile.Kind) reconcile.Outcome {
	switch k {
	case ledgerfile.KindPosting, ledgerfile.KindCommitment:
		return reconcile.New
	case ledgerfile.KindRejected:
		return reconcile.Rejected
	case ledgerfile.KindOutOfScope:
		return reconcile.OutOfScope
	}
	return reconcile.Other
}

// lineDigest tells whether a second pass meets the lines of the first one.
type lineDigest struct {
	hash hash.Hash
	buf  [25]byte
}

func newLineDigest() *lineDigest { return &lineDigest{hash: sha256.New()} }

func (d *lineDigest) add(l *ledgerfile.Line) {
	copy(d.buf[:], l.Content[:])
	d.buf[16] = byte(l.Kind)
	binary.BigEndian.PutUint64(d.buf[17:], uint64(l.Amount))
	d.hash.Write(d.buf[:])
}

// sampled is how many lines are read before the memory for all of them is asked for.
const sampled = 4096

// readFile goes through a file and keeps what comparing needs. It stands complete as far as it came also when it gives an error.
func readFile(src ledgerfile.Source, p ledgerfile.Profile, o ledgerfile.Options, tell func(lines int)) (*reading, error) {
	r := &reading{labels: map[int]int{}, days: map[civil.Date]int{}}
	digest := newLineDigest()
	lastLabel, lastDay, bytes := 0, civil.Date{}, 0
	summary, err := ledgerfile.Read(src, p, o, func(l *ledgerfile.Line) error {
		digest.add(l)
		r.outcomes = append(r.outcomes, byte(outcomeOf(l.Kind)))
		if n := len(r.outcomes); n%progressLines == 0 {
			tell(n)
		}
		bytes += l.Size + 1
		if l.Kind == ledgerfile.KindStatus {
			r.news++
		}
		if !bookable(l.Kind) {
			return nil
		}
		if len(r.prints) == sampled && bytes > sampled {
			more := int(src.Size() / int64(bytes/sampled))
			r.prints, r.outcomes = slices.Grow(r.prints, min(more+more/20, 4<<20)), slices.Grow(r.outcomes, min(more+more/20, 4<<20))
		}
		if l.Origin != (ledgerfile.Hash{}) {
			r.corrects = append(r.corrects, correctedKey{uint32(len(r.prints)), l.Origin})
		}
		r.prints = append(r.prints, reconcile.Print{Key: l.Key, Content: l.Content, Ref: int64(l.No), Unique: l.Unique, Amount: l.Amount})
		switch {
		case l.Exercice != 0:
			if l.Exercice != lastLabel {
				lastLabel = l.Exercice
				firstAt(r.labels, lastLabel, l.No)
			}
		case l.Date.IsZero():
			r.undated = true
		case l.Date != lastDay:
			lastDay = l.Date
			firstAt(r.days, lastDay, l.No)
		}
		return nil
	})
	r.summary, r.digest = summary, digest.hash.Sum(nil)
	return r, err
}

// firstAt notes the line that something first stands on.
func firstAt[K comparable](lines map[K]int, what K, line int) {
	if _, known := lines[what]; !known {
		lines[what] = line
	}
}

// same refuses a file that is no longer the one that was compared with the books.
func (r *reading) same(again []byte) error {
	if !slices.Equal(r.digest, again) {
		return fault.Conflict("import.file_changed")
	}
	return nil
}

// settle notes the outcomes of what was compared.
func (r *reading) settle(pairs []reconcile.Pair) {
	next := 0
	for i, o := range r.outcomes {
		if reconcile.Outcome(o) == reconcile.New {
			r.outcomes[i] = byte(pairs[next].Outcome)
			next++
		}
	}
}

// unread counts the lines that were rejected.
func (r *reading) unread() (n int) {
	for _, o := range r.outcomes {
		if reconcile.Outcome(o) == reconcile.Rejected {
			n++
		}
	}
	return n
}

// count fills in the lines by outcome.
func (r *reading) count(rep *ImportReport) {
	var n [256]int
	for _, o := range r.outcomes {
		n[o]++
	}
	rep.Lines = len(r.outcomes)
	rep.New, rep.Unchanged, rep.Superseded = n[reconcile.New], n[reconcile.Unchanged], n[reconcile.Supersedes]
	rep.Rejected, rep.OutOfScope, rep.Other = n[reconcile.Rejected], n[reconcile.OutOfScope], n[reconcile.Other]
}

// report begins the report on a file.
func (r *reading) report(rep *ImportReport) {
	s := r.summary
	rep.Coverage = ReportCoverage{s.Coverage.Kind, s.Coverage.From, s.Coverage.To}
	rep.Sum, rep.SumRejected, rep.SumBooked, rep.SumOutOfScope = s.Sum, s.SumRejected, s.Sum-s.SumRejected, s.SumOutOfScope
	rep.Findings = make([]ReportFinding, 0, len(s.Findings))
	for _, f := range s.Findings {
		rep.Findings = append(rep.Findings, ReportFinding{Line: f.Line, Code: f.Code, Args: f.Args})
	}
}

// describe fills in what the reader found out about the file.
func (r *reading) describe(p *Preview) {
	s := r.summary
	p.Encoding, p.Separator, p.Header, p.Columns, p.Controls, p.Findings = s.Encoding, s.Separator, s.Header, s.Columns, s.Declared, s.FindingCounts
	p.First, p.Last, p.Exercices, p.SumExpenditure, p.SumRevenue = s.First, s.Last, s.Exercices, s.SumExpenditure, s.SumRevenue
	for _, name := range slices.Sorted(maps.Keys(s.Series)) {
		x := s.Series[name]
		p.Series = append(p.Series, SeriesLine{Name: name, First: x.First, Last: x.Last, Missing: x.Missing})
	}
}

// seriesAfter are the bordereaux that the books hold once the file is booked.
func (r *reading) seriesAfter(known map[string]ledgerfile.Known) map[string]ledgerfile.Known {
	out := make(map[string]ledgerfile.Known, len(known)+len(r.summary.Series))
	for name, k := range known {
		out[name] = k
	}
	for name, s := range r.summary.Series {
		if k, ok := out[name]; !ok || s.Last > k.Last {
			out[name] = ledgerfile.Known{Last: s.Last, Cumulative: s.Cumulative, HasCumul: s.HasCumul}
		}
	}
	return out
}
