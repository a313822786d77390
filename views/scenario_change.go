package views

import (
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
)

// changeTexts say what is no longer as it was when a scenario was frozen.
func (p Printer) changeTexts(all portfolio.ScenarioChanges) []string {
	k := keys{p, all.Currency, map[string]string{}}
	out := make([]string, len(all.Lines))
	for i, c := range all.Lines {
		k.skills[c.Skill.Code] = c.Skill.Name
		out[i] = k.changeText(c)
	}
	return out
}

func (k keys) changeText(c portfolio.ScenarioChange) string {
	title := ProjectTitle(c.Head.Code, c.Head.Name)
	switch c.Kind {
	case portfolio.ChangeCost:
		return k.T("scenarios.change.cost", title, k.Money(money.Amount(*c.From), k.currency), k.Money(money.Amount(*c.To), k.currency))
	case portfolio.ChangePoints:
		return k.T("scenarios.change.points", title, k.pointsText(c.From), k.pointsText(c.To))
	case portfolio.ChangeLimit:
		return k.T("scenarios.change.limit", k.name(c.Key), k.limitText(c.Key, c.From), k.limitText(c.Key, c.To))
	case portfolio.ChangeUplift:
		return k.T("scenarios.change.uplift", money.BasisPoints(*c.From), money.BasisPoints(*c.To))
	}
	return k.T("scenarios.change."+string(c.Kind), title)
}

func (k keys) pointsText(n *int64) string {
	if n == nil {
		return k.T("scenarios.change.unscored")
	}
	return k.T("scenarios.points.n", k.Int(*n))
}

func (k keys) limitText(key string, n *int64) string {
	if n == nil {
		return k.T("scenarios.gauge.neutral")
	}
	return k.amount(key, *n)
}

// Changes lists what is no longer as it was when the scenario was frozen.
func (p ScenarioPage) Changes() []string { return p.changeTexts(p.Report.Changes) }

// ChangesTitle says since when.
func (p ScenarioPage) ChangesTitle() string { return p.T("scenarios.changes", p.Report.Changes.Since) }

// ChangeFields tell in the form of a decision what the scenario does not know of; none where nothing has changed.
func (p Printer) ChangeFields(all portfolio.ScenarioChanges) []Field {
	texts := p.changeTexts(all)
	if len(texts) == 0 {
		return nil
	}
	return []Field{{Name: "group_changes", Type: "heading", Label: p.T("scenarios.changes", all.Since), Help: p.T("scenarios.changes.text") + " " + strings.Join(texts, " ")}}
}
