package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/portfolio/scoring"
)

// RankingCut says by what candidates are kept when the robustness of a ranking is tested.
type RankingCut string

// Credits are those voted for each year and section; the first ones are a number of candidates.
const (
	CutCredits RankingCut = "credits"
	CutFirst   RankingCut = "first"
)

// creditRoom is what the votes leave of each year and section, and what candidates need of it.
type creditRoom struct {
	keys    []string // that are limited
	limit   map[string]int64
	uses    map[Subject]map[string]int64
	runs    map[Subject]bool // what goes on as long as nobody decides otherwise
	unknown map[Subject]bool // whose cost is
}

// creditRoom reads what candidates of a roadmap cost of its voted credits, as a scenario that settles nothing would. nil: the actor may not read costs, or nothing was voted.
func (s *Service) creditRoom(ctx context.Context, db database.Conn, actor identity.Actor, r Roadmap) (*creditRoom, error) {
	if s.credits == nil || !actor.May(identity.PermReadCost, r.Place()) {
		return nil, nil
	}
	o, err := identity.FindOrganisation(ctx, db, r.OrganisationID)
	if err != nil {
		return nil, err
	}
	f, err := s.loadScenarioFacts(ctx, db, r, s.Today(o))
	if err != nil || len(f.credits.Voted) == 0 {
		return nil, err
	}
	c := f.draft(DefaultScenario().on(Scenario{}), scenarioRules{})
	out := &creditRoom{limit: map[string]int64{}, uses: map[Subject]map[string]int64{}, runs: map[Subject]bool{}, unknown: map[Subject]bool{}}
	for _, l := range c.Limits {
		if limit := l.limit(); l.Kind == GaugeCredit && limit != nil {
			out.keys = append(out.keys, l.Key)
			out.limit[l.Key] = *limit - l.Spent
		}
	}
	for _, x := range c.Subjects {
		uses, err := c.uses(x, P50, 0)
		out.uses[x.Subject], out.runs[x.Subject] = uses, x.kind() == KindProject
		out.unknown[x.Subject] = x.Unknown || err != nil // a sum that no credit could hold is none to reckon with
	}
	return out, nil
}

// uncosted counts those whose cost is not known.
func (m *creditRoom) uncosted(of []Subject) (n int) {
	for _, s := range of {
		if _, known := m.uses[s]; !known || m.unknown[s] {
			n++
		}
	}
	return n
}

// keep chooses among candidates by what the votes have room for. Running projects that are not among them have their credits already.
func (m *creditRoom) keep(of []Subject) scoring.Keep {
	among := make(map[Subject]bool, len(of))
	uses := make([][]int64, len(of))
	for i, s := range of {
		among[s] = true
		for _, key := range m.keys {
			uses[i] = append(uses[i], m.uses[s][key])
		}
	}
	room := make([]int64, len(m.keys))
	for i, key := range m.keys {
		room[i] = m.limit[key]
		for s, runs := range m.runs {
			if runs && !among[s] {
				room[i] -= m.uses[s][key]
			}
		}
	}
	return scoring.Within(uses, room)
}
