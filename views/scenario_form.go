package views

import (
	"strconv"

	"jalon/governance"
	"jalon/internal/money"
	"jalon/portfolio"
)

// LimitInput names the field of the n-th limit, LimitKind that of what holds for it.
func LimitInput(n int) string { return "limit_" + strconv.Itoa(n) }

// LimitKind names the field that says which limit holds.
func LimitKind(n int) string { return "own_" + strconv.Itoa(n) }

// ThemeInput names a field of the rules of a theme: "least", "worth", "most".
func ThemeInput(rule string, theme int64) string {
	return rule + "_" + strconv.FormatInt(theme, 10)
}

// What holds for a limit: what the votes and capacities say, an amount of the scenario's own, or no limit.
const (
	LimitUsual = ""
	LimitOwn   = "own"
	LimitNone  = "none"
)

// ScenarioLimitFields are the limits of a scenario, credits first.
func (p Printer) ScenarioLimitFields(r *portfolio.WorkbenchReport) []Field {
	k := keyNames(p, r.Currency, r.Gauges)
	var fields []Field
	kind := portfolio.GaugeKind("")
	for i, l := range r.Limits {
		if l.Kind != kind {
			kind = l.Kind
			fields = append(fields, Field{Name: "group_" + string(kind), Type: "heading", Label: p.T("scenarios.gauges." + string(kind) + "s"), Help: p.T("scenarios.limits." + string(kind))})
		}
		usual := p.T("scenarios.limit.usual.none")
		if l.Default != nil {
			usual = p.T("scenarios.limit.usual", k.amount(l.Key, *l.Default))
		}
		holds, unit := LimitUsual, p.T("unit.days")
		if credit(l.Key) {
			unit = string(r.Currency)
		}
		if l.Own {
			holds = LimitOwn
			if l.Amount == nil {
				holds = LimitNone
			}
		}
		fields = append(fields,
			Field{Name: LimitKind(i), Type: "radio", Label: k.name(l.Key), Value: holds, Options: []Choice{{Value: LimitUsual, Text: usual}, {Value: LimitOwn, Text: p.T("scenarios.limit.own")}, {Value: LimitNone, Text: p.T("scenarios.limit.none")}}},
			Field{Name: LimitInput(i), Label: p.T("scenarios.limit.amount", k.name(l.Key)), Value: p.limitValue(l, r.Currency), InputMode: "decimal", Unit: unit, MaxSize: 30})
	}
	return fields
}

// limitValue is a limit of the scenario's own as a person types it.
func (p Printer) limitValue(l portfolio.LimitLine, c money.Currency) string {
	if l.Amount == nil {
		return ""
	}
	a := money.Amount(*l.Amount)
	if credit(l.Key) {
		return p.AmountValue(&a, c)
	}
	return p.WorkdaysValue(l.Amount)
}

// ScenarioThemeFields are what a scenario asks of the themes. What speaks of credits is left out for who may not read costs.
func (p Printer) ScenarioThemeFields(r *portfolio.WorkbenchReport) []Field {
	var fields []Field
	for _, t := range r.Themes {
		name := ProjectTitle(t.Code, t.Name)
		worth, most := "", ""
		if t.MinValueBP > 0 {
			worth = p.PercentValue(t.MinValueBP)
		}
		if t.MaxShareBP != nil {
			most = p.PercentValue(*t.MaxShareBP)
		}
		fields = append(fields,
			Field{Name: ThemeInput("group", t.ID), Type: "heading", Label: name},
			Field{Name: ThemeInput("least", t.ID), Type: "number", Label: p.T("scenarios.theme.least"), Value: IntValue(t.MinProjects), InputMode: "numeric"},
			Field{Name: ThemeInput("worth", t.ID), Label: p.T("scenarios.theme.worth"), Value: worth, InputMode: "decimal", Unit: "%", MaxSize: 10},
			Field{Name: ThemeInput("most", t.ID), Label: p.T("scenarios.theme.most"), Value: most, InputMode: "decimal", Unit: "%", MaxSize: 10})
	}
	return fields
}

// SubmitFields are what a committee is asked.
func (p Printer) SubmitFields(s portfolio.ScenarioHead, committees []governance.CommitteeCard) []Field {
	committee := Field{Name: "committee", Type: "select", Label: p.T("scenarios.committee"), Required: true, Value: IntValue(s.CommitteeID)}
	for _, k := range committees {
		committee.Options = append(committee.Options, Choice{Value: strconv.FormatInt(int64(k.ID), 10), Text: k.Name})
	}
	return []Field{committee,
		{Name: "question", Type: "textarea", Label: p.T("scenarios.question"), Help: p.T("scenarios.question.help"), Value: s.Question, Required: true, MaxSize: 20000},
		{Name: "recommended", Type: "checkbox", Label: p.T("scenarios.recommend"), Help: p.T("scenarios.recommend.help"), Checked: s.Recommended}}
}

// QuotaFields are those of the entry quota of a roadmap.
func (p Printer) QuotaFields(q portfolio.EntryQuota) []Field {
	share := ""
	if q.Version != 0 {
		share = p.PercentValue(q.Share)
	}
	return []Field{{Name: "share", Label: p.T("scenarios.quota.share"), Help: p.T("scenarios.quota.share.help"), Value: share, InputMode: "decimal", Unit: "%", Required: true, MaxSize: 10},
		{Name: "late_from", Type: "date", Label: p.T("scenarios.quota.from"), Help: p.T("scenarios.quota.from.help"), Value: DateValue(q.LateFrom), Required: true}}
}
