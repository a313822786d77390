package views

import (
	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/money"
)

// rekeyTable lists numbers of commitments that were replaced.
func (p Printer) rekeyTable(o identity.Organisation, all []finance.CommitmentAlias) Table {
	rows := make([][]Cell, len(all))
	for i, a := range all {
		rows[i] = []Cell{{Text: a.Old}, {Text: a.New}, {Text: a.Reason}, {Text: OrDash(p.Who(a.RecordedName)), Note: p.Date(dayOf(a.RecordedAt, o))}, {Text: p.Int(a.Entries)}}
	}
	t := newTable(p.T("rekeys.title"), []Heading{{p.T("rekeys.old"), ""}, {p.T("rekeys.new_number"), ""}, {p.T("movement.reason"), ""}, {p.T("allocations.by"), ""}, {p.T("rekeys.entries"), numeric}}, rows)
	t.None = p.T("rekeys.none")
	return t
}

// RekeysPage lists the numbers of commitments that were replaced.
type RekeysPage struct {
	Base
	Organisation identity.Organisation
	Aliases      []finance.CommitmentAlias
	Form         *Form // none for who may not replace numbers
}

// Page puts the page together.
func (p RekeysPage) Page() SectionsPage {
	s := Section{ID: "rekeys", Tables: []Table{p.rekeyTable(p.Organisation, p.Aliases)}}
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("rekeys.text")}}
	if p.Form == nil {
		out.Sections = []Section{s}
		return out
	}
	for _, a := range p.Aliases {
		s.Acts = append(s.Acts, p.Act(RekeysURL(p.Organisation.ID)+"/undo", p.T("rekeys.undo", a.Old), "", 0, Field{Name: "old", Value: a.Old}))
	}
	out.Sections = []Section{s, {ID: "new", Title: p.T("rekeys.new"), Form: p.Form}}
	return out
}

// RekeyFields are the fields of a number that was replaced.
func (p Printer) RekeyFields(old string) []Field {
	return []Field{{Name: "old", Label: p.T("rekeys.old"), Value: old, Required: true, MaxSize: 100}, {Name: "new", Label: p.T("rekeys.new_number"), Required: true, MaxSize: 100}, {Name: "reason", Label: p.T("movement.reason"), Required: true, MaxSize: 500}}
}

// moreShares is how many rows the form offers beyond the projects that share a commitment.
const moreShares = 3

// ShareFields are the fields of the shares of a commitment, with so many rows; 0: as many as it needs, and some more.
func (p Printer) ShareFields(d finance.CommitmentDetail, picker Picker, rows int) []Field {
	if rows == 0 {
		rows = len(d.Shares) + moreShares
	}
	parts := make([]PartRow, min(rows, MostRuleParts))
	for i, s := range d.Shares[:min(len(d.Shares), len(parts))] {
		parts[i] = PartRow{Project: picker.Label(s.ProjectID), Share: p.PercentValue(money.BasisPoints(s.ShareBP))}
	}
	if len(d.Shares) == 0 {
		parts[0].Share = p.PercentValue(reconcile.Whole)
	}
	return append([]Field{{Name: "rows", Type: "hidden", Value: number(len(parts) - 1)}}, p.partFields("", picker, parts, "", nil)...)
}
