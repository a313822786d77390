package finance

import (
	"context"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

// Limits of a search for projects while somebody types.
const (
	usualProjects   = 10
	mostProjects    = 50
	maxProjectQuery = 200
)

// SuggestProjects finds the projects that a line may be given to while somebody types: by their code or the one of the finance system, then by name. Only
// projects of the organisation that the actor may read are found. Without a text it is the first ones.
func (s *Service) SuggestProjects(ctx context.Context, actor identity.Actor, organisation int64, text string, limit int) ([]Project, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	if len(text) > maxProjectQuery {
		return nil, fault.Invalid("search.too_long", maxProjectQuery)
	}
	if limit <= 0 {
		limit = usualProjects
	}
	all, err := findReadable(ctx, s.db.Read(), organisation, actor.Reach(identity.PermReadPortfolio))
	if err != nil {
		return nil, err
	}
	return foundProjects(all, text, min(limit, mostProjects)), nil
}

// foundProjects gives the projects that a text may mean, the best first: those whose code it is, whose code begins so, in whose name or code every word occurs.
func foundProjects(all []Project, text string, limit int) []Project {
	code := grid.Fold(text)
	var words []string
	for _, w := range strings.Fields(text) {
		if w = grid.Fold(w); w != "" {
			words = append(words, w)
		}
	}
	var found [3][]Project
	for _, p := range all {
		own, theirs, name := grid.Fold(p.Code), grid.Fold(p.FinanceCode), grid.Fold(p.Name)
		rank := 2
		switch {
		case own == code || theirs == code:
			rank = 0
		case strings.HasPrefix(own, code) || strings.HasPrefix(theirs, code):
			rank = 1
		case slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(name, w) && !strings.Contains(own, w) }):
			continue
		}
		found[rank] = append(found[rank], p)
	}
	out := slices.Concat(found[:]...)
	return out[:min(limit, len(out))]
}
