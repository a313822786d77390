package views

import (
	"slices"
	"strconv"

	"jalon/finance"
	"jalon/identity"
)

// Names of the fields of the form that settles proposed credits.
const (
	FieldSettle  = "settle"
	SettleBook   = "book"
	SettleLeave  = "dismiss"
	FieldSource  = "envelope_"
	FieldNature  = "category_"
	proposalPart = "proposals"
)

// ProposalsURL is where the proposed credits of a project are settled.
func (p BudgetPage) ProposalsURL() string { return BudgetURL(p.Budget.ProjectID) + "/proposals" }

// proposals shows the credits that decisions propose and that nobody settled.
func (p BudgetPage) proposals() Section {
	rows := make([][]Cell, len(p.Budget.Proposals))
	for i, x := range p.Budget.Proposals {
		rows[i] = cells(x.Decision, strconv.Itoa(x.Year), p.SectionName(x.Section), p.Exact(x.Amount, p.Budget.Currency))
	}
	s := Section{ID: proposalPart, Title: p.T("proposals.title"), Tables: []Table{newTable(p.T("proposals.title"), []Heading{{p.T("budget.decision"), ""}, {p.T("control.year"), ""},
		{p.T("control.dimension.section"), ""}, {p.T("movement.amount"), numeric}}, rows)}}
	if p.May(identity.PermEditBudget, p.Place) {
		s.Links = []Tool{{Text: p.T("proposals.link"), URL: p.ProposalsURL(), Main: true}}
	}
	return s
}

// ProposalIntro tells line by line what is proposed.
func (p Printer) ProposalIntro(b finance.ProjectBudget) []string {
	out := []string{p.T("proposals.text"), p.Basis(b.Basis, b.Currency)}
	if len(b.Proposals) == 0 {
		return append(out, p.T("proposals.none"))
	}
	for _, x := range b.Proposals {
		out = append(out, p.T("proposals.line", x.Decision, strconv.Itoa(x.Year), p.SectionName(x.Section), p.Exact(x.Amount, b.Currency)))
	}
	return out
}

// ProposalFields are the fields that settle proposed credits: they are booked as the next version of the budget, or dismissed with a reason.
func (p Printer) ProposalFields(b finance.ProjectBudget) []Field {
	fields := []Field{{Name: FieldSettle, Type: "select", Label: p.T("proposals.settle"), Required: true, Options: []Choice{{Value: SettleBook, Text: p.T("proposals.book"), Selected: true},
		{Value: SettleLeave, Text: p.T("proposals.dismiss")}}}, {Name: "decided_on", Type: "date", Label: p.T("budget.decided_on")}}
	for _, section := range finance.Sections {
		if !slices.ContainsFunc(b.Proposals, func(x finance.Proposal) bool { return x.Section == section }) {
			continue
		}
		envelopes := []Choice{{Value: "", Text: p.T("budget.no_envelope")}}
		for _, e := range b.Envelopes {
			if e.Section == "" || e.Section == section {
				envelopes = append(envelopes, Choice{Value: strconv.FormatInt(int64(e.ID), 10), Text: e.Code + " · " + e.Name})
			}
		}
		fields = append(fields, Field{Name: FieldSource + section, Type: "select", Label: p.T("proposals.envelope", p.SectionName(section)), Options: envelopes},
			Field{Name: FieldNature + section, Type: "select", Label: p.T("proposals.category", p.SectionName(section)), Options: p.categoryChoices(finance.UsualCategory(section))})
	}
	return append(fields, Field{Name: "reason", Type: "textarea", Label: p.T("proposals.reason"), MaxSize: 2000})
}
