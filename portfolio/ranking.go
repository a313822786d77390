package portfolio

import (
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

// ValueOf is what a candidate is worth to a selection.
type ValueOf struct {
	Points int64 // 0 to scoring.MostPoints
	// Scored tells whether all scorers submitted every criterion of value; else Points is 0.
	Scored bool
	Gates  []string // the criteria of capability below whose gate it is, by name
}

// RankingQuery says how the robustness of a ranking is tested.
type RankingQuery struct {
	Keep int // how many candidates are kept; 0: those that the voted credits have room for, or half of those that are ranked and ready where that cannot be told
}

// Ranking is the candidates of a roadmap by their value.
type Ranking struct {
	Grid      Grid // without an id: the roadmap has none in use
	Lines     []RankingLine
	Ranked    int // that have a rank
	Ready     int // of them: below no gate
	Keep      int // of those that are ready, how many are kept with the weights as they are
	Cut       RankingCut
	Uncosted  int // that are ready and of unknown cost: under the credits they need nothing, as in a scenario; where it is all of them, they are why credits are not the limit
	Variation scoring.Variation
}

// RankingLine is one candidate.
type RankingLine struct {
	Candidate
	Rank   int // 0 while criteria of value are not scored by all
	Points int64
	Tie    scoring.Tie // what sets it behind the one before
	TieBy  string      // the criterion that does, by name
	Levels []scoring.Level
	Gates  []GateLine // below which it is, or of which nothing is known
	Known  int        // criteria that all scorers submitted
	// Kept is the share of the draws in which it is kept, Base whether it is with the weights as they are; nil of what is not ranked or not ready.
	Kept      *money.BasisPoints
	Base      bool
	Stability scoring.Stability
}

// GateLine is how a candidate stands before a gate that it did not pass.
type GateLine struct {
	Criterion Criterion
	State     scoring.GateState
}

// Ready tells whether the candidate is below no gate.
func (l RankingLine) Ready() bool {
	for _, g := range l.Gates {
		if g.State == scoring.GateBelow {
			return false
		}
	}
	return true
}

// ranking orders the candidates and tests how much the choice hangs on the weights. Who is below a gate cannot be kept and takes no place from others. room is nil where
// nothing is known of credits.
func (b scorebook) ranking(q RankingQuery, room *creditRoom) (Ranking, error) {
	out := Ranking{Grid: b.grid, Variation: scoring.Usual()}
	engine := b.grid.Engine()
	all := make([]scoring.Candidate, len(b.candidates))
	for i, c := range b.candidates {
		all[i] = scoring.Candidate{Code: c.Code, Entered: c.Entered.UnixMicro(), Levels: b.levels(c.Subject)}
	}
	var ready []scoring.Candidate
	var at []int // their lines
	for _, p := range scoring.Rank(engine, all) {
		line := b.line(p, all[p.Candidate].Levels)
		if p.Complete {
			out.Ranked++
			if line.Ready() {
				ready, at = append(ready, all[p.Candidate]), append(at, len(out.Lines))
			}
		}
		out.Lines = append(out.Lines, line)
	}
	robust, err := scoring.Vary(engine, ready, out.keep(q, room, at), out.Variation)
	if err != nil {
		return Ranking{}, err
	}
	out.Keep = 0
	for i, n := range at {
		l := &out.Lines[n]
		l.Kept, l.Base, l.Stability = &robust.Kept[i], robust.Base[i], scoring.StabilityOf(robust.Kept[i])
		if l.Base {
			out.Keep++
		}
	}
	return out, nil
}

// keep settles by what the candidates of some lines are kept: by as many as were asked for, else by the voted credits as soon as a cost is known, else by half of them.
func (r *Ranking) keep(q RankingQuery, room *creditRoom, at []int) scoring.Keep {
	r.Ready, r.Cut = len(at), CutFirst
	if q.Keep > 0 && q.Keep <= len(at) {
		return scoring.TopN(q.Keep)
	}
	if room != nil {
		of := make([]Subject, len(at))
		for i, n := range at {
			of[i] = r.Lines[n].Subject
		}
		if r.Uncosted = room.uncosted(of); r.Uncosted < len(of) {
			r.Cut = CutCredits
			return room.keep(of)
		}
	}
	return scoring.TopN((len(at) + 1) / 2)
}

func (b scorebook) line(p scoring.Place, levels []scoring.Level) RankingLine {
	l := RankingLine{Candidate: b.candidates[p.Candidate], Rank: p.Rank, Points: p.Points, Tie: p.By, Levels: levels}
	if p.Criterion >= 0 {
		l.TieBy = b.grid.Criteria[p.Criterion].Name
	}
	for _, known := range levels {
		if known.Known() {
			l.Known++
		}
	}
	for _, g := range b.grid.Engine().Gates(levels) {
		if g.State != scoring.GatePassed {
			l.Gates = append(l.Gates, GateLine{b.grid.Criteria[g.Criterion], g.State})
		}
	}
	return l
}

// values gives the value of each candidate.
func (b scorebook) values() map[Subject]ValueOf {
	out := make(map[Subject]ValueOf, len(b.candidates))
	engine := b.grid.Engine()
	for _, c := range b.candidates {
		levels := b.levels(c.Subject)
		var v ValueOf
		if points, complete := engine.Points(levels); complete && b.grid.ID != 0 {
			v.Points, v.Scored = points, true
		}
		for _, g := range engine.Gates(levels) {
			if g.State == scoring.GateBelow {
				v.Gates = append(v.Gates, b.grid.Criteria[g.Criterion].Name)
			}
		}
		out[c.Subject] = v
	}
	return out
}

// CandidateScores is one candidate with all that was scored and may be shown.
type CandidateScores struct {
	Grid    Grid
	Ranking Ranking // that the line is one of, without the others
	Line    RankingLine
	Lines   []ScoreLine
}

// ScoreLine is one criterion of it.
type ScoreLine struct {
	Criterion Criterion
	Level     scoring.Level
	Scores    []Score // empty until all have submitted, and for who may not score
	Settled   *Settlement
	Given     int // how many have submitted
}
