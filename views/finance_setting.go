package views

import (
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/money"
)

// choices lists values under a prefix of their texts.
func (p Printer) choices(prefix, chosen string, values ...string) []Choice {
	out := make([]Choice, len(values))
	for i, v := range values {
		out[i] = Choice{Value: v, Text: p.T(prefix + v), Selected: v == chosen}
	}
	return out
}

// FinanceSettingFields are the fields of what an organisation chose for its books.
func (p Printer) FinanceSettingFields(s finance.Settings) []Field {
	return []Field{{Name: "siret", Label: p.T("settings.siret"), Help: p.T("settings.siret.help"), Value: s.SIRET, MaxSize: 14, InputMode: "numeric"},
		{Name: "amount_basis", Type: "radio", Label: p.T("settings.amount_basis"), Help: p.T("settings.amount_basis.help"), Options: p.choices("finance.setting.amount_basis.", s.AmountBasis, finance.BasisTTC, finance.BasisHT)},
		{Name: "cost_basis", Type: "radio", Label: p.T("settings.cost_basis"), Help: p.T("settings.cost_basis.help"), Options: p.choices("finance.setting.cost_basis.", s.CostBasis, "mandated", "service_done", "paid")},
		{Name: "allotment_check", Type: "radio", Label: p.T("settings.allotment_check"), Options: p.choices("finance.setting.allotment_check.", s.AllotmentCheck, finance.AllotmentWarns, finance.AllotmentBlocks)},
		{Name: "withdrawal_share", Label: p.T("settings.withdrawal_share"), Value: p.PercentValue(s.WithdrawalShare), InputMode: "decimal", Unit: "%", Required: true},
		{Name: "withdrawal_lines", Type: "number", Label: p.T("settings.withdrawal_lines"), Value: strconv.FormatInt(s.WithdrawalLines, 10)}}
}

// LimitFields are the fields of the limits from which early warnings are given.
func (p Printer) LimitFields(t forecast.Thresholds) []Field {
	fields := []Field{{Name: "limits", Type: "heading", Label: p.T("settings.limits"), Help: p.T("settings.limits.help", t.Version)}}
	named := func(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }
	share := func(key string, bp money.BasisPoints) {
		fields = append(fields, Field{Name: named(key), Label: p.T(key), Value: p.PercentValue(bp), InputMode: "decimal", Unit: "%", Required: true})
	}
	count := func(key, unit string, n int64) {
		fields = append(fields, Field{Name: named(key), Type: "number", Label: p.T(key), Value: strconv.FormatInt(n, 10), Unit: p.T(unit), Required: true})
	}
	share("settings.limit.exposure_amber", t.ExposureAmber)
	share("settings.limit.exposure_red", t.ExposureRed)
	share("settings.limit.overrun_amber", t.OverrunAmber)
	share("settings.limit.overrun_red", t.OverrunRed)
	share("settings.limit.landing_amber", t.LandingAmber)
	share("settings.limit.landing_red", t.LandingRed)
	share("settings.limit.index_amber", t.IndexAmber)
	share("settings.limit.index_red", t.IndexRed)
	share("settings.limit.index_from", t.IndexFrom)
	share("settings.limit.unmatched_share", t.UnmatchedShare)
	count("settings.limit.unmatched_days", "settings.unit.days", t.UnmatchedDays)
	count("settings.limit.forecast_days", "settings.unit.days", t.ForecastDays)
	count("settings.limit.idle_months", "settings.unit.months", t.IdleMonths)
	return fields
}

// FiscalYearURL is where a fiscal year is changed, with what is done to it.
func FiscalYearURL(organisation, year int64) string {
	return BooksPartURL(organisation, "years", strconv.FormatInt(year, 10))
}

// FiscalYearFields are the fields of a fiscal year that is set by hand.
func (p Printer) FiscalYearFields(y finance.FiscalYear) []Field {
	return []Field{{Name: "code", Label: p.T("years.code"), Value: y.Code, Required: true, MaxSize: 20}, {Name: "year", Type: "number", Label: p.T("years.year"), Help: p.T("years.year.help"), Value: strconv.Itoa(y.Year), Required: true},
		{Name: "start", Type: "date", Label: p.T("years.start"), Value: DateValue(y.Start), Required: true}, {Name: "end", Type: "date", Label: p.T("years.end"), Value: DateValue(y.End), Required: true}}
}

// AccountsPage shows what accounts mean, with a form for what means something else here.
type AccountsPage struct {
	Base
	Accounts []finance.AccountLine
	Form     Form
}

func (AccountsPage) template() string { return "accounts" }

// Table lists the accounts.
func (p AccountsPage) Table() Table {
	rows := make([][]Cell, len(p.Accounts))
	for i, a := range p.Accounts {
		own := p.T("accounts.usual")
		if a.Own {
			own = p.T("accounts.own")
		}
		rows[i] = cells(a.Prefix, a.Label, p.SectionName(a.Section), p.CategoryName(a.Category), p.T("budget.recovery."+string(a.Recovery)), own)
	}
	return newTable(p.T("accounts.title"), []Heading{{p.T("accounts.prefix"), ""}, {p.T("accounts.label"), ""}, {p.T("control.dimension.section"), ""}, {p.T("budget.category"), ""}, {p.T("accounts.recovery"), ""}, {p.T("accounts.by"), ""}}, rows)
}

// AccountFields are the fields of an account.
func (p Printer) AccountFields() []Field {
	return []Field{{Name: "prefix", Label: p.T("accounts.prefix"), Help: p.T("accounts.prefix.help"), Required: true, MaxSize: 20}, {Name: "label", Label: p.T("accounts.label"), MaxSize: 200},
		{Name: "section", Type: "select", Label: p.T("control.dimension.section"), Options: append(p.sectionChoices("", false), Choice{Value: "", Text: p.T("finance.section.none")})},
		{Name: "category", Type: "select", Label: p.T("budget.category"), Options: p.categoryChoices("")}, {Name: "recovery", Type: "select", Label: p.T("accounts.recovery"), Options: p.choices("budget.recovery.", "none", "none", "investment", "cloud")},
		{Name: "remove", Type: "checkbox", Label: p.T("accounts.remove")}}
}

// CodesPage lists under which codes the finance system is to know the projects.
type CodesPage struct {
	Base
	Organisation identity.Organisation
	Codes        []finance.CodeLine
	Commitments  []finance.UncodedCommitment
}

// Page puts the page together.
func (p CodesPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("codes.text")}}
	rows, missing := make([][]Cell, len(p.Codes)), false
	for i, l := range p.Codes {
		missing = missing || l.FinanceCode == ""
		rows[i] = []Cell{{Text: OrDash(l.FinanceCode)}, {Text: l.Name, URL: ProjectURL(l.ID, Day{}), Note: l.Code}, {Text: l.Roadmap.Name}, {Text: p.Date(l.AssignedOn)}, {Text: p.Date(l.Closed)}}
	}
	t := newTable(p.T("codes.title"), []Heading{{p.T("codes.code"), ""}, {p.T("codes.project"), ""}, {p.T("codes.roadmap"), ""}, {p.T("codes.opened"), ""}, {p.T("codes.closed"), ""}}, rows)
	t.None = p.T("codes.none")
	s := Section{ID: "codes", Tables: []Table{t}, Links: []Tool{{Text: p.T("codes.csv"), URL: BooksPartURL(p.Organisation.ID, "codes") + ".csv"}}}
	if missing && p.May(identity.PermReconcile, identity.Within(p.Organisation.ID)) {
		s.Acts = []Form{p.Act(BooksPartURL(p.Organisation.ID, "codes", "assign"), p.T("codes.assign"), "", 0)}
	}
	out.Sections = []Section{s, p.uncoded()}
	return out
}

// uncoded lists the commitments that nobody can tell the project of: the departments complete them in the finance system.
func (p CodesPage) uncoded() Section {
	rows := make([][]Cell, len(p.Commitments))
	for i, c := range p.Commitments {
		rows[i] = []Cell{{Text: c.Number, URL: BooksPartURL(p.Organisation.ID, PartCommitments, strconv.FormatInt(c.ID, 10)), Note: c.Item}, {Text: OrDash(c.Label)}, {Text: OrDash(c.SupplierName)}, {Text: OrDash(c.Contract)}, {Text: p.Exact(c.Committed, p.Organisation.Currency)}, {Text: OrDash(c.Suggested)}}
	}
	t := newTable(p.T("codes.uncoded"), []Heading{{p.T("codes.commitment"), ""}, {p.T("codes.label"), ""}, {p.T("codes.supplier"), ""}, {p.T("codes.contract"), ""}, {p.T("codes.committed"), numeric}, {p.T("codes.suggested"), ""}}, rows)
	t.None = p.T("codes.uncoded.none")
	return Section{ID: "uncoded", Title: p.T("codes.uncoded"), Text: []string{p.T("codes.uncoded.text")}, Tables: []Table{t}}
}
