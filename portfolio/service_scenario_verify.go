package portfolio

import (
	"context"
)

// verifyScenarios holds every scenario that was frozen against its fingerprint, and its selection against the limits that it was weighed with.
func (s *Service) verifyScenarios(ctx context.Context) ([]BrokenRule, error) {
	all, err := findFrozen(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	changed, unsound := 0, 0
	for _, x := range all {
		text, err := frozenText(ctx, s.db.Read(), x)
		if err != nil {
			return nil, err
		}
		if fingerprint(text) != x.SHA256 {
			changed++
			continue
		}
		if kept, err := readFrozen(text); err != nil || !kept.sound() {
			unsound++
		}
	}
	var out []BrokenRule
	if changed > 0 {
		out = append(out, BrokenRule{"scenario_frozen", changed})
	}
	if unsound > 0 {
		out = append(out, BrokenRule{"scenario_limits", unsound})
	}
	return out, nil
}
