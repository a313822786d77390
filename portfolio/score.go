package portfolio

import (
	"slices"
	"time"

	"jalon/internal/fault"
	"jalon/portfolio/scoring"
)

// Scorers is how many people score a candidate under each criterion, without knowing of each other. Once that many have submitted, the
// criterion is closed to others, and what they gave is shown.
const Scorers = 2

// Score is what one person gave a candidate under one criterion. It is a draft, which nobody else sees, until it is submitted; from then on it is
// never changed: a correction is a further one that takes its place.
type Score struct {
	ID          int64
	Criterion   CriterionID
	Subject     Subject
	ScorerID    int64  // the account
	Scorer      string // as people know it
	HasLevel    bool   // a draft may have none yet
	Level       int64
	Evidence    string // what was seen, or the indicator that was read
	SubmittedAt time.Time
	ReplacedAt  time.Time // zero: it holds
	Carried     bool      // from the version of the grid before, which asked the same, or from the request that became the project
	Version     int64
}

// Draft tells whether the score was not submitted yet.
func (s Score) Draft() bool { return s.SubmittedAt.IsZero() }

// holds tells whether the score was submitted and not replaced.
func (s Score) holds() bool { return !s.Draft() && s.ReplacedAt.IsZero() }

// blank tells whether a draft holds nothing.
func (s Score) blank() bool { return !s.HasLevel && s.Evidence == "" }

// Settlement is the level that the roadmap manager let hold where scorers do not agree, with the reason.
type Settlement struct {
	ID        int64
	Criterion CriterionID
	Subject   Subject
	Level     int64
	Reason    string
	ByID      int64 // the account; 0: none
	By        string
	At        time.Time
}

// slot is one criterion of one candidate.
type slot struct {
	subject   Subject
	criterion CriterionID
}

// scorebook is everything that was scored under a grid.
type scorebook struct {
	grid       Grid
	candidates []Candidate
	scores     map[slot][]Score // drafts and replaced ones too, oldest first
	settled    map[slot]Settlement
}

// held lists the scores that hold, in the order in which they were first given.
func (b scorebook) held(at slot) (out []Score) {
	var first []int64 // scorers by their first submission
	for _, s := range b.scores[at] {
		if !s.Draft() && !slices.Contains(first, s.ScorerID) {
			first = append(first, s.ScorerID)
		}
	}
	for _, scorer := range first {
		for _, s := range b.scores[at] {
			if s.ScorerID == scorer && s.holds() {
				out = append(out, s)
			}
		}
	}
	return out
}

// complete tells whether all scorers have submitted.
func (b scorebook) complete(at slot) bool { return len(b.held(at)) >= Scorers }

// level is what the scores come to: the settled level, else the mean of all scorers; nothing before all have submitted, so that none can tell from a
// value what another one gave.
func (b scorebook) level(at slot) scoring.Level {
	if s, ok := b.settled[at]; ok {
		return scoring.Settled(s.Level)
	}
	held := b.held(at)
	if len(held) < Scorers {
		return scoring.Level{}
	}
	levels := make([]int64, len(held))
	for i, s := range held {
		levels[i] = s.Level
	}
	return scoring.Mean(levels...)
}

// levels are those of a candidate in the order of the criteria.
func (b scorebook) levels(of Subject) []scoring.Level {
	out := make([]scoring.Level, len(b.grid.Criteria))
	for i, c := range b.grid.Criteria {
		out[i] = b.level(slot{of, c.ID})
	}
	return out
}

// mine finds the score of a person that holds or is a draft; nil when there is none.
func (b scorebook) mine(at slot, scorer int64) *Score {
	for _, s := range b.scores[at] {
		if s.ScorerID == scorer && s.ReplacedAt.IsZero() {
			return &s
		}
	}
	return nil
}

// drafting tells whether a person has begun scores of a candidate that they can still submit.
func (b scorebook) drafting(of Subject, scorer int64) bool {
	for _, c := range b.grid.Criteria {
		at := slot{of, c.ID}
		if m := b.mine(at, scorer); scorer != 0 && m != nil && m.Draft() && !m.blank() && !b.complete(at) {
			return true
		}
	}
	return false
}

// disclosed tells whether a person may see what others gave: all have submitted, and the person has begun no scores of the candidate that what they
// see could sway.
func (b scorebook) disclosed(at slot, to int64) bool {
	return b.complete(at) && !b.drafting(at.subject, to)
}

// sheetVersion grows with every change of what a person gave a candidate.
func (b scorebook) sheetVersion(of Subject, scorer int64) int64 {
	version := int64(1)
	for _, c := range b.grid.Criteria {
		for _, s := range b.scores[slot{of, c.ID}] {
			if s.ScorerID == scorer {
				version += s.Version
			}
		}
	}
	return version
}

// slotVersion grows with every change of what a settlement settles.
func (b scorebook) slotVersion(at slot) int64 {
	version := int64(1)
	for _, s := range b.scores[at] {
		if !s.Draft() {
			version += s.Version
		}
	}
	if s, ok := b.settled[at]; ok {
		version += s.ID
	}
	return version
}

// candidate finds a subject among those that may be chosen.
func (b scorebook) candidate(of Subject) (Candidate, error) {
	for _, c := range b.candidates {
		if c.Subject == of {
			return c, nil
		}
	}
	return Candidate{}, fault.NotFound("candidate", of.Key())
}
