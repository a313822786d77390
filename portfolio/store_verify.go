package portfolio

import (
	"context"
	"fmt"

	"jalon/identity"
)

// BrokenRule is an invariant of the register that does not hold, and for how many rows.
type BrokenRule struct {
	Rule  string
	Count int
}

// invariants are the rules that no constraint of the schema can hold alone; each query counts the
// rows that break it.
var invariants = []struct{ rule, query string }{
	{"estimate_lines", `SELECT count(*) FROM estimate AS e WHERE EXISTS (SELECT 1 FROM estimate_line AS l WHERE l.organisation_id = e.organisation_id AND l.estimate_id = e.id)
		AND (e.cost IS NULL OR e.cost <> (SELECT SUM(l.amount) FROM estimate_line AS l WHERE l.organisation_id = e.organisation_id AND l.estimate_id = e.id))`},
	{"baseline_numbers", `SELECT count(*) FROM baseline AS b WHERE b.number > 1 AND NOT EXISTS (SELECT 1 FROM baseline AS a
		WHERE a.organisation_id = b.organisation_id AND a.project_id = b.project_id AND a.number = b.number - 1)`},
	{"baseline_decisions", `SELECT count(*) FROM baseline AS b WHERE b.decision_ref IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decision AS d
		WHERE d.organisation_id = b.organisation_id AND d.id = b.decision_ref)`},
	{"exit_decisions", `SELECT count(*) FROM project_exit AS e WHERE e.decision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decision AS d
		WHERE d.organisation_id = e.organisation_id AND d.id = e.decision_id)`},
	{"list_members", `SELECT count(*) FROM project_list_member AS m JOIN project_list AS l ON l.organisation_id = m.organisation_id AND l.id = m.list_id
		JOIN project AS p ON p.organisation_id = m.organisation_id AND p.id = m.project_id WHERE p.roadmap_id <> l.roadmap_id`},
	{"theme_roadmap", `SELECT count(*) FROM project AS p JOIN theme AS t ON t.organisation_id = p.organisation_id AND t.id = p.theme_id WHERE t.roadmap_id <> p.roadmap_id`},
	{"overlapping_exits", `SELECT count(*) FROM project_exit AS a JOIN project_exit AS b ON a.organisation_id = b.organisation_id AND a.project_id = b.project_id AND a.id < b.id
		AND a.source = 'list' AND b.source = 'list' AND a.withdrawn_at IS NULL AND b.withdrawn_at IS NULL
		AND a.left_on < COALESCE(b.returned_on, '9999-12-31') AND b.left_on < COALESCE(a.returned_on, '9999-12-31')`},
	{"request_events", `SELECT count(*) FROM request AS q WHERE NOT EXISTS (SELECT 1 FROM request_event AS e WHERE e.organisation_id = q.organisation_id AND e.request_id = q.id AND e.state = q.state
		AND e.number = (SELECT max(number) FROM request_event AS l WHERE l.organisation_id = q.organisation_id AND l.request_id = q.id))`},
	{"request_decisions", `SELECT count(*) FROM request AS q WHERE (q.decision_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM decision AS d WHERE d.organisation_id = q.organisation_id AND d.id = q.decision_id))
		OR (q.state = 'selected' AND q.decision_id IS NULL)`},
	{"request_roadmap", `SELECT count(*) FROM request_link AS l JOIN request AS q ON q.organisation_id = l.organisation_id AND q.id = l.request_id
		WHERE EXISTS (SELECT 1 FROM request AS o WHERE o.organisation_id = l.organisation_id AND o.id = l.other_request_id AND o.roadmap_id <> q.roadmap_id)
		OR EXISTS (SELECT 1 FROM project AS p WHERE p.organisation_id = l.organisation_id AND p.id = l.other_project_id AND p.roadmap_id <> q.roadmap_id)`},
	{"scenario_roadmap", `SELECT count(*) FROM scenario AS s JOIN committee AS c ON c.organisation_id = s.organisation_id AND c.id = s.committee_id WHERE c.roadmap_id <> s.roadmap_id`},
	{"scenario_decisions", `SELECT count(*) FROM scenario AS s WHERE s.state = 'decided' AND EXISTS (SELECT 1 FROM decision_reversal AS v WHERE v.organisation_id = s.organisation_id AND v.reversed_id = s.decision_id)`},
}

// Verify checks the invariants of the register and gives those that do not hold. It looks into all
// organisations at once, which no grant reaches: only whoever runs the program may.
func (s *Service) Verify(ctx context.Context, actor identity.Actor) ([]BrokenRule, error) {
	if err := identity.Can(actor, identity.PermReadAudit, identity.Scope{}); err != nil {
		return nil, err
	}
	var out []BrokenRule
	for _, i := range invariants {
		var n int
		if err := s.db.Read().NewRaw(i.query).Scan(ctx, &n); err != nil {
			return nil, fmt.Errorf("check %s: %w", i.rule, err)
		}
		if n > 0 {
			out = append(out, BrokenRule{i.rule, n})
		}
	}
	scenarios, err := s.verifyScenarios(ctx)
	return append(out, scenarios...), err
}
