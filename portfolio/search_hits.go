package portfolio

import "jalon/internal/grid"

// FindHits gives those of another domain's candidates that a search for the text finds, by the rules of
// Search: every word occurs in the code or the name, the best come first, and among equals the order
// stays. A limit of 0 is the usual one. Who may see a candidate was settled by the caller.
func FindHits(text string, candidates []Hit, limit int) []Hit {
	q := newSearchQuery(text)
	if len(q.words) == 0 {
		return nil
	}
	if limit <= 0 {
		limit = usualHits
	}
	var found []searched
	for _, h := range candidates {
		e := searchEntry{hit: h, code: grid.Fold(h.Code), name: foldText(h.Name)}
		e.text = foldText(h.Code) + "\n" + e.name
		if rank := q.rank(e); rank != noHit {
			found = append(found, searched{rank, h})
		}
	}
	var out []Hit
	for _, f := range best(found, min(limit, mostHits)) {
		out = append(out, f.hit)
	}
	return out
}
