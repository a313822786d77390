package finance

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/money"
)

// mergedPrints are the prints of a file of commitments. Lines that share a key which is to name one line are one: what they say adds up, because to
// keep one of them and forget the others would lose money.
type mergedPrints struct {
	prints []reconcile.Print
	of     []int32        // which of the prints stands for a line
	joined map[int32]bool // prints that several lines make up
	repeat []int64        // lines of such prints, by their numbers in the file
}

func mergePrints(lines []reconcile.Print) mergedPrints {
	m := mergedPrints{prints: make([]reconcile.Print, 0, len(lines)), of: make([]int32, len(lines)), joined: map[int32]bool{}}
	at := make(map[[16]byte]int32, len(lines))
	contents := map[int32][][16]byte{}
	for i, p := range lines {
		if !p.Unique {
			m.of[i] = int32(len(m.prints))
			m.prints = append(m.prints, p)
			continue
		}
		j, again := at[p.Key]
		if !again {
			j = int32(len(m.prints))
			at[p.Key], m.of[i] = j, j
			m.prints = append(m.prints, p)
			continue
		}
		if !m.joined[j] {
			m.joined[j], contents[j] = true, [][16]byte{m.prints[j].Content}
			m.repeat = append(m.repeat, m.prints[j].Ref)
		}
		m.of[i], contents[j] = j, append(contents[j], p.Content)
		m.repeat = append(m.repeat, p.Ref)
		m.prints[j].Amount += p.Amount // the reader refused what leaves 64 bits
	}
	for j, all := range contents {
		m.prints[j].Content = joinContents(all)
	}
	slices.Sort(m.repeat)
	return m
}

// joinContents is what several lines say together, whatever their order.
func joinContents(all [][16]byte) (joined [16]byte) {
	slices.SortFunc(all, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	for _, c := range all {
		h.Write(c[:])
	}
	copy(joined[:], h.Sum(nil))
	return joined
}

// chains are the live events of a feed as a file is held against them: those of one key that tells states are one, by the number of the last.
type chains struct {
	prints []reconcile.Print
	events map[int64][]CommitmentEvent // by the Ref of the print
}

func newChains(live []CommitmentEvent, c ledgerfile.Coverage) chains {
	out := chains{events: make(map[int64][]CommitmentEvent, len(live))}
	at := map[[16]byte]int{}
	for _, e := range live { // in the order in which they were booked
		p := reconcile.Print{Key: [16]byte(e.Key), Content: [16]byte(e.Content), Ref: e.ID, Amount: e.Amount, Outside: outside(e, c)}
		i, follows := at[p.Key]
		if !e.Unique || !follows {
			if e.Unique {
				at[p.Key] = len(out.prints)
			}
			out.prints = append(out.prints, p)
			out.events[e.ID] = []CommitmentEvent{e}
			continue
		}
		chain := append(out.events[out.prints[i].Ref], e)
		delete(out.events, out.prints[i].Ref)
		out.prints[i].Content, out.prints[i].Ref = p.Content, e.ID
		out.prints[i].Amount += e.Amount
		out.events[e.ID] = chain
	}
	return out
}

// outside tells whether an event is none that a snapshot of the coverage would have to show. One without a day always is shown.
func outside(e CommitmentEvent, c ledgerfile.Coverage) bool {
	return !e.On.IsZero() && (e.On.Before(c.From) || e.On.After(c.To))
}

// join adds what a further line says of the same state.
func (l *eventLine) join(o *eventLine, content ledgerfile.Hash) {
	if bytes.Compare(o.content[:], l.content[:]) < 0 { // any order of the lines gives the same words
		amount, initial, starts, settled := l.amount, l.initial, l.starts, l.settled
		*l, o = *o, &eventLine{amount: amount, initial: initial, starts: starts, settled: settled}
	}
	start := func(e *eventLine) money.Amount {
		if e.starts {
			return e.initial
		}
		return e.amount
	}
	l.initial, l.starts = start(l)+start(o), true
	l.amount += o.amount
	l.settled = l.settled && o.settled
	l.joined = content
}
