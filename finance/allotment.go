package finance

import (
	"cmp"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Allotment is where budgets of projects meet votes: the credits of an envelope in a year and a section.
type Allotment struct {
	Envelope EnvelopeID
	YearID   int64
	Section  string
}

// allotments are amounts by where they meet votes.
type allotments map[Allotment]money.Amount

// VoteFinding says where votes, authorisations and allotments do not fit together. Its text is that of the key Code.
type VoteFinding struct {
	Code     string
	Envelope EnvelopeID
	Args     []any
}

// The codes of findings.
const (
	FindingOverVotes = "budget.finding.over_votes" // [envelope, fiscal year, section, voted, allotted, excess]
	FindingUncovered = "budget.finding.uncovered"  // [amount of lines that name no envelope]
	FindingProgramme = "budget.finding.programme"  // [envelope, authorised, mandated in past years, credits of the others, difference]
)

// envelopeTree is the envelopes of an organisation by their ids.
type envelopeTree map[EnvelopeID]Envelope

// path gives an envelope and those above it, from the inside out.
func (t envelopeTree) path(id EnvelopeID) []EnvelopeID {
	var out []EnvelopeID
	for id != 0 && len(out) <= len(EnvelopeKinds) {
		out = append(out, id)
		id = t[id].ParentID
	}
	return out
}

// rolled adds to every envelope what stands below it. It is false when a sum leaves 64 bits.
func (t envelopeTree) rolled(own allotments) (allotments, bool) {
	out := make(allotments, len(own))
	for at, amount := range own {
		for _, id := range t.path(at.Envelope) {
			at.Envelope = id
			sum, ok := out[at].Add(amount)
			if !ok {
				return nil, false
			}
			out[at] = sum
		}
	}
	return out, true
}

// credits is what the votes open for payments.
func (v Votes) credits() allotments {
	out := allotments{}
	for c := range v {
		if c.Authorisation == AuthorisationCP {
			out[Allotment{c.Envelope, c.YearID, c.Section}] += v.Open(c)
		}
	}
	return out
}

// errBudgetOverflow refuses sums that leave 64 bits.
func errBudgetOverflow() error { return fault.Invalid("budget.overflow") }

// excess is an allotment beyond what was voted.
type excess struct {
	Allotment
	voted, allotted money.Amount
}

// held is what allotments are held against: an envelope with all below it may not allot more than was voted for it and below it.
type held struct {
	tree            envelopeTree
	voted, allotted allotments // rolled
}

// hold rolls votes and allotments up.
func (t envelopeTree) hold(votes Votes, own allotments) (held, error) {
	voted, ok := t.rolled(votes.credits())
	allotted, fits := t.rolled(own)
	if !ok || !fits {
		return held{}, errBudgetOverflow()
	}
	return held{t, voted, allotted}, nil
}

// beyond lists where more is allotted than voted, in order.
func (h held) beyond() []excess {
	var out []excess
	for at, amount := range h.allotted {
		if voted := h.voted[at]; amount > voted {
			out = append(out, excess{at, voted, amount})
		}
	}
	slices.SortFunc(out, func(a, b excess) int {
		return cmp.Or(cmp.Compare(a.YearID, b.YearID), cmp.Compare(a.Section, b.Section), cmp.Compare(h.tree[a.Envelope].Code, h.tree[b.Envelope].Code))
	})
	return out
}

// args are the figures of an excess, for a finding or a refusal.
func (b *books) args(t envelopeTree, x excess) []any {
	y, _ := b.Year(x.YearID)
	return []any{t[x.Envelope].Code, y.Code, x.Section, b.written(x.voted), b.written(x.allotted), b.written(x.allotted - x.voted)}
}

// judge holds the excesses after a change against those that the change brought about or made worse: these are refused where the
// organisation blocks, the others are told. What stood before is nobody's fault who makes it smaller.
func (b *books) judge(before, after held) ([]VoteFinding, error) {
	var f fault.Fields
	var out []VoteFinding
	for _, x := range after.beyond() {
		worse := x.allotted-x.voted > before.allotted[x.Allotment]-before.voted[x.Allotment]
		f.Check(!worse || b.AllotmentCheck != AllotmentBlocks, "lines", "budget.over_votes", b.args(after.tree, x)...)
		if worse || after.voted[x.Allotment] != before.voted[x.Allotment] || after.allotted[x.Allotment] != before.allotted[x.Allotment] {
			out = append(out, VoteFinding{FindingOverVotes, x.Envelope, b.args(after.tree, x)})
		}
	}
	return out, f.Err()
}
