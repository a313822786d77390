package portfolio

import (
	"cmp"
	"slices"

	"jalon/portfolio/scoring"
)

// MarkState says what a person can still do with a criterion of a candidate.
type MarkState string

// The states, for one person.
const (
	MarkOpen      MarkState = "open"      // nothing yet
	MarkDraft     MarkState = "draft"     // begun
	MarkSubmitted MarkState = "submitted" // given; a correction is possible
	MarkClosed    MarkState = "closed"    // others did
	MarkSettled   MarkState = "settled"   // the roadmap manager did
)

func (b scorebook) state(at slot, scorer int64) MarkState {
	mine := b.mine(at, scorer)
	_, settled := b.settled[at]
	switch {
	case settled:
		return MarkSettled
	case mine != nil && !mine.Draft():
		return MarkSubmitted
	case b.complete(at):
		return MarkClosed
	case mine != nil && !mine.blank():
		return MarkDraft
	}
	return MarkOpen
}

// ScoreDesk is what a person has to score in a roadmap.
type ScoreDesk struct {
	Grid     Grid // without an id: the roadmap has none in use
	Lines    []DeskLine
	Left     int // criteria of candidates that the person may still score
	Gaps     int // where scorers differ and nobody settled it
	MayScore bool
}

// DeskLine is one candidate: its criteria by what the person can still do with them.
type DeskLine struct {
	Candidate
	Open, Drafts, Submitted, Closed int
	Alone                           int // of Submitted: a second scorer is missing
}

// Left counts what the person can still score.
func (l DeskLine) Left() int { return l.Open + l.Drafts }

// desk counts what is left to a person, candidates with the most left first.
func (b scorebook) desk(scorer int64) ScoreDesk {
	d := ScoreDesk{Grid: b.grid, Gaps: len(b.gaps(scorer, true))}
	for _, c := range b.candidates {
		line := DeskLine{Candidate: c}
		for _, criterion := range b.grid.Criteria {
			at := slot{c.Subject, criterion.ID}
			switch b.state(at, scorer) {
			case MarkOpen:
				line.Open++
			case MarkDraft:
				line.Drafts++
			case MarkSubmitted:
				line.Submitted++
				if !b.complete(at) {
					line.Alone++
				}
			default:
				line.Closed++
			}
		}
		d.Left += line.Left()
		d.Lines = append(d.Lines, line)
	}
	slices.SortStableFunc(d.Lines, func(x, y DeskLine) int { return y.Left() - x.Left() })
	return d
}

// ScoreSheet is what a person gives one candidate.
type ScoreSheet struct {
	Grid      Grid
	Candidate Candidate
	Version   int64 // optimistic lock of what the person gave
	Lines     []SheetLine
}

// SheetLine is one criterion of the sheet.
type SheetLine struct {
	Criterion Criterion
	State     MarkState
	Mine      *Score  // the one that holds, or the draft; nil: none
	Replaced  []Score // what the person gave before, oldest first
	Others    []Score // empty until all have submitted
	Settled   *Settlement
}

func (b scorebook) sheet(c Candidate, scorer int64) ScoreSheet {
	out := ScoreSheet{Grid: b.grid, Candidate: c, Version: b.sheetVersion(c.Subject, scorer)}
	for _, criterion := range b.grid.Criteria {
		at := slot{c.Subject, criterion.ID}
		line := SheetLine{Criterion: criterion, State: b.state(at, scorer), Mine: b.mine(at, scorer)}
		for _, s := range b.scores[at] {
			if s.ScorerID == scorer && !s.ReplacedAt.IsZero() {
				line.Replaced = append(line.Replaced, s)
			}
		}
		if b.disclosed(at, scorer) {
			line.Others = slices.DeleteFunc(b.held(at), func(s Score) bool { return s.ScorerID == scorer })
			if settled, ok := b.settled[at]; ok {
				line.Settled = &settled
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// Disagreement is a criterion of a candidate on which scorers differ.
type Disagreement struct {
	Candidate Candidate
	Criterion Criterion
	scoring.Gap
	Scores   []Score
	Replaced []Score // what was corrected after all, oldest first
	// Aligned tells that they differed when all had submitted and agree since: the gap is the one that there was.
	Aligned bool
	Settled *Settlement
	Version int64 // of what there is to settle
}

// gaps lists where scorers differ as far as a person may see it, the widest first, and after that where they differed until one followed the other. Of open ones only, those that were
// settled and those that agree by now are left out.
func (b scorebook) gaps(to int64, open bool) []Disagreement {
	var marks, first []scoring.Marks
	for n, c := range b.candidates {
		for i, criterion := range b.grid.Criteria {
			at := slot{c.Subject, criterion.ID}
			if _, settled := b.settled[at]; !b.disclosed(at, to) || (open && settled) {
				continue
			}
			m := scoring.Marks{Candidate: n, Criterion: i}
			for _, s := range b.held(at) {
				m.Levels = append(m.Levels, s.Level)
			}
			marks = append(marks, m)
			if !open && slices.Min(m.Levels) == slices.Max(m.Levels) {
				m.Levels = b.disclosedLevels(at)
				first = append(first, m)
			}
		}
	}
	out := []Disagreement{}
	for i, list := range [][]scoring.Marks{marks, first} {
		for _, g := range scoring.Gaps(b.grid.Engine(), list) {
			d := b.disagreement(slot{b.candidates[g.Candidate].Subject, b.grid.Criteria[g.Criterion].ID}, g)
			d.Aligned = i > 0
			out = append(out, d)
		}
	}
	return out
}

// disclosedLevels are what scorers had given when the last of them submitted: until then none knew of another, so what differed then is what they saw.
func (b scorebook) disclosedLevels(at slot) (out []int64) {
	all := slices.DeleteFunc(slices.Clone(b.scores[at]), Score.Draft)
	slices.SortStableFunc(all, func(x, y Score) int { return cmp.Or(x.SubmittedAt.Compare(y.SubmittedAt), cmp.Compare(x.ID, y.ID)) })
	given := map[int64]int64{}
	for _, s := range all {
		if given[s.ScorerID] = s.Level; len(given) >= Scorers {
			break // what follows corrects what was disclosed
		}
	}
	for _, level := range given {
		out = append(out, level)
	}
	return out
}

func (b scorebook) disagreement(at slot, g scoring.Gap) Disagreement {
	d := Disagreement{Candidate: b.candidates[g.Candidate], Criterion: b.grid.Criteria[g.Criterion], Gap: g, Scores: b.held(at), Version: b.slotVersion(at)}
	for _, s := range b.scores[at] {
		if !s.ReplacedAt.IsZero() {
			d.Replaced = append(d.Replaced, s)
		}
	}
	if s, ok := b.settled[at]; ok {
		d.Settled = &s
	}
	return d
}
