package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Rows that the form of a rule offers beyond those that it has, and at most.
const (
	moreConditions = 3
	MostConditions = 20
	moreParts      = 2
	MostRuleParts  = 200
)

// RuleForm is what the form of a rule is made of.
type RuleForm struct {
	Rule     finance.RuleInput
	Picker   Picker
	Years    finance.Calendar
	Currency money.Currency
	// Conditions and Parts are how many rows the form has; 0: as many as the rule needs, and some more.
	Conditions, Parts int
}

// RuleFields are the fields of a rule. An empty row is no condition and no part.
func (p Printer) RuleFields(f RuleForm) []Field {
	r := f.Rule
	if f.Conditions == 0 {
		f.Conditions = len(r.When) + moreConditions
	}
	if f.Parts == 0 {
		f.Parts = len(r.Then.Parts) + moreParts
	}
	f.Conditions, f.Parts = min(f.Conditions, MostConditions), min(f.Parts, MostRuleParts)
	ranks := []Choice{{Value: "", Text: p.T("rules.rank.surest")}}
	for rank := reconcile.RankCommitment; rank.Valid(); rank++ {
		ranks = append(ranks, Choice{Value: strconv.Itoa(int(rank)), Text: p.RankName(rank)})
	}
	rank := ""
	if r.Rank.Valid() {
		rank = strconv.Itoa(int(r.Rank))
	}
	fields := []Field{{Name: "conditions", Type: "hidden", Value: strconv.Itoa(f.Conditions)}, {Name: "rows", Type: "hidden", Value: strconv.Itoa(f.Parts)}, {Name: "name", Label: p.T("rules.name"), Value: r.Name, Required: true, MaxSize: 150},
		{Name: "rank", Type: "select", Label: p.T("rules.rank"), Help: p.T("rules.rank.help"), Value: rank, Options: ranks}, {Name: "priority", Type: "number", Label: p.T("rules.priority"), Help: p.T("rules.priority.help"), Value: strconv.Itoa(r.Priority)},
		{Name: "from", Type: "date", Label: p.T("rules.from"), Help: p.T("rules.from.help"), Value: DateValue(r.From)}, {Name: "to", Type: "date", Label: p.T("rules.to"), Value: DateValue(r.To)},
		{Name: "heading_when", Type: "heading", Label: p.T("rules.when"), Help: p.T("rules.when.help")}}
	for n := range f.Conditions {
		fields = append(fields, p.conditionFields(f, n)...)
	}
	then := TargetProject
	if r.Then.Exclude {
		then = TargetExcluded
	}
	fields = append(fields, Field{Name: "heading_then", Type: "heading", Label: p.T("rules.then"), Help: p.T("rules.then.help")}, Field{Name: "then", Type: "radio", Label: p.T("rules.does"), Value: then, Options: p.choices("rules.does.", "", TargetProject, TargetExcluded), Required: true},
		Field{Name: "reason", Label: p.T("rules.reason"), Value: r.Then.Reason, MaxSize: 500})
	rows := make([]PartRow, f.Parts)
	for i, part := range r.Then.Parts[:min(len(r.Then.Parts), f.Parts)] {
		rows[i] = p.partRow(part, f)
	}
	return append(fields, p.partFields("", f.Picker, rows, string(f.Currency), append([]Choice{{Value: "", Text: p.T("rules.every_year")}}, p.yearChoices(f.Years, 0, false)...))...)
}

func (p Printer) partRow(part reconcile.Part, f RuleForm) PartRow {
	row := PartRow{Project: f.Picker.Label(portfolio.ProjectID(part.Project)), Year: IntValue(part.FiscalYear)}
	if part.HasFixed {
		row.Amount = p.AmountValue(&part.Fixed, f.Currency)
		return row
	}
	row.Share = p.PercentValue(money.BasisPoints(part.ShareBP))
	return row
}

// conditionFields are those of one condition: what is asked of a line, how it compares, and with what.
func (p Printer) conditionFields(f RuleForm, n int) []Field {
	var c reconcile.Condition
	if n < len(f.Rule.When) {
		c = f.Rule.When[n]
	}
	what := []Choice{{Value: "", Text: p.T("rules.no_condition")}}
	for _, field := range reconcile.Fields() {
		what = append(what, Choice{Value: string(field), Text: p.T(field.Key())})
	}
	var how []Choice
	for _, op := range []reconcile.Op{reconcile.OpEquals, reconcile.OpPrefix, reconcile.OpContains, reconcile.OpPattern, reconcile.OpBetween} {
		how = append(how, Choice{Value: string(op), Text: p.T(op.Key())})
	}
	if c.Op == "" {
		c.Op = reconcile.OpEquals
	}
	row := "_" + number(n)
	return []Field{{Name: "field" + row, Type: "select", Label: p.T("rules.field", n+1), Value: string(c.Field), Options: what}, {Name: "op" + row, Type: "select", Label: p.T("rules.op", n+1), Value: string(c.Op), Options: how},
		{Name: "value" + row, Label: p.T("rules.value", n+1), Value: p.conditionValue(c, c.Value, f), MaxSize: 200}, {Name: "until" + row, Label: p.T("rules.until", n+1), Value: p.conditionValue(c, c.To, f), MaxSize: 200}}
}

// conditionValue is the value of a condition as a person types it.
func (p Printer) conditionValue(c reconcile.Condition, raw string, f RuleForm) string {
	n, err := strconv.ParseInt(raw, 10, 64)
	switch c.Field {
	case reconcile.FieldAmount:
		if a := money.Amount(n); err == nil {
			return p.AmountValue(&a, f.Currency)
		}
	case reconcile.FieldFiscalYear:
		if y, known := f.Years.Year(n); known {
			return y.Code
		}
	case reconcile.FieldDate:
		if d, err := civil.Parse(raw); err == nil {
			return p.Date(d)
		}
	}
	return raw
}
