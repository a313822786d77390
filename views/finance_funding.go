package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/money"
)

// FundingsPage lists the conventions of a project, with what each comes to.
type FundingsPage struct {
	Base
	Report *finance.ProjectFinance
	Place  identity.Scope
}

// Page puts the page together.
func (p FundingsPage) Page() SectionsPage {
	s := Section{ID: "fundings", Tables: []Table{p.fundingTable(p.Report, p.Place)}}
	if p.May(identity.PermEditFunding, p.Place) {
		s.Links = []Tool{{Text: p.T("funding.new"), URL: UnderProject(p.Report.Project.ID, PartFunding) + "/new", Main: true}}
	}
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("funding.text"), p.Basis(p.Report.AmountBasis, p.Report.Currency)}, Sections: []Section{s}}
	if facts := p.recoveryFacts(p.Report); len(facts) > 0 {
		out.Sections = append(out.Sections, Section{ID: "recovery", Title: p.T("funding.recovery"), Facts: facts, Note: p.T("funding.recovery.note")})
	}
	return out
}

// fundingTable lists conventions: due by what was spent, claimed, received, and what is still to come. They lead on for who may read the
// entries behind them.
func (b Base) fundingTable(r *finance.ProjectFinance, place identity.Scope) Table {
	rows := make([][]Cell, len(r.Fundings))
	for i, x := range r.Fundings {
		u, f, c := x.Funding, x.Position, r.Currency
		name := Cell{Text: u.Funder, Note: u.Convention}
		if b.May(identity.PermReadLedger, place) {
			name.URL = FundingURL(r.Project.ID, u.ID)
		}
		rows[i] = []Cell{name, {Text: b.Share(u.Rate), Note: b.T("finance.basis." + string(u.Base))}, {Text: b.Exact(u.Ceiling, c)}, {Text: b.Exact(f.Eligible, c)}, {Text: b.Exact(f.Due, c)}, {Text: b.Exact(f.Claimed, c)}, {Text: b.Exact(f.Received, c)}, {Text: b.Exact(f.Receivable, c)}}
		if f.Capped {
			rows[i][4].Note = b.T("funding.capped")
		}
	}
	t := newTable(b.T("funding.title"), []Heading{{b.T("funding.funder"), ""}, {b.T("funding.rate"), numeric}, {b.T("funding.ceiling"), numeric}, {b.T("funding.eligible"), numeric}, {b.T("funding.due"), numeric}, {b.T("funding.claimed"), numeric}, {b.T("funding.received"), numeric}, {b.T("funding.receivable"), numeric}}, rows)
	t.None = b.T("funding.none")
	return t
}

// recoveryFacts tell the estimate of the VAT that comes back; none without one.
func (p Printer) recoveryFacts(r *finance.ProjectFinance) []Fact {
	if r.Recovery == nil {
		return nil
	}
	return []Fact{{p.T("funding.recovery.eligible"), p.Exact(r.Recovery.Eligible, r.Currency)}, {p.T("funding.recovery.total"), p.Exact(r.Recovery.Total, r.Currency)}, {p.T("funding.recovery.net"), p.Exact(r.Recovery.Net, r.Currency)}}
}

// FundingPage shows a convention with its events and every cost held against it.
type FundingPage struct {
	Base
	Report finance.FundingReport
	Place  identity.Scope
}

// maxFundingLines is how many costs the page shows; the file holds all.
const maxFundingLines = 500

// Page puts the page together.
func (p FundingPage) Page() SectionsPage {
	r := p.Report
	return SectionsPage{Base: p.Base, Lead: []string{p.T("funding.lead", r.Standing.Funding.Funder, p.Date(r.AsOf)), p.Basis(string(r.Standing.Funding.Base), r.Currency)}, Sections: []Section{p.position(), p.events(), p.lines()}}
}

func (p FundingPage) position() Section {
	u, f, c := p.Report.Standing.Funding, p.Report.Standing.Position, p.Report.Currency
	s := Section{ID: "position", Title: p.T("funding.position"), Note: p.T("funding.note"), Facts: []Fact{{p.T("funding.convention"), u.Convention}, {p.T("funding.rate"), p.Share(u.Rate)}, {p.T("funding.ceiling"), p.Exact(u.Ceiling, c)}, {p.T("funding.base"), p.T("finance.basis." + string(u.Base))},
		{p.T("funding.period"), p.term(u.From, u.To)}, {p.T("funding.notified"), p.Exact(f.Notified, c)}, {p.T("funding.eligible"), p.Exact(f.Eligible, c)}, {p.T("funding.excluded"), p.Exact(f.Excluded, c)}, {p.T("funding.due"), p.Exact(f.Due, c)},
		{p.T("funding.claimed"), p.Exact(f.Claimed, c)}, {p.T("funding.to_claim"), p.Exact(f.ToClaim, c)}, {p.T("funding.received"), p.Exact(f.Received, c)}, {p.T("funding.receivable"), p.Exact(f.Receivable, c)}, {p.T("funding.advance"), p.Exact(f.Advance, c)}}}
	if f.Capped {
		s.Text = []string{p.T("funding.capped.text")}
	}
	if p.May(identity.PermEditFunding, p.Place) {
		s.Links = []Tool{{Text: p.T("funding.event.new"), URL: FundingURL(u.ProjectID, u.ID, "events"), Main: true}, {Text: p.T("funding.eligibility"), URL: FundingURL(u.ProjectID, u.ID, "eligibility")}, {Text: p.T("funding.edit"), URL: FundingURL(u.ProjectID, u.ID, "edit"), Key: "e"}}
	}
	return s
}

func (p FundingPage) events() Section {
	u, c := p.Report.Standing.Funding, p.Report.Currency
	may := p.May(identity.PermEditFunding, p.Place)
	rows := make([][]Cell, len(p.Report.Standing.Events))
	for i, v := range p.Report.Standing.Events {
		row := []Cell{{Text: p.Date(v.On)}, {Text: p.T("funding.kind." + string(v.Kind))}, {Text: OrDash(v.Reference)}, {Text: p.Exact(v.Amount, c)}, {Text: Dash}}
		switch {
		case v.Reverses != 0:
			row[4].Text = p.T("movement.reversal")
		case v.ReversedBy != 0:
			row[4].Text = p.T("movement.reversed")
		case may:
			row[4] = Cell{Text: p.T("funding.event.reverse"), URL: FundingURL(u.ProjectID, u.ID, "events", strconv.FormatInt(int64(v.ID), 10), "reverse")}
		}
		rows[i] = row
	}
	t := newTable(p.T("funding.events"), []Heading{{p.T("funding.event.on"), ""}, {p.T("funding.event.kind"), ""}, {p.T("funding.event.reference"), ""}, {p.T("movement.amount"), numeric}, {p.T("movement.state"), ""}}, rows)
	t.None = p.T("funding.events.none")
	return Section{ID: "events", Title: p.T("funding.events"), Tables: []Table{t}}
}

func (p FundingPage) lines() Section {
	r := p.Report
	shown := r.Lines[:min(len(r.Lines), maxFundingLines)]
	books := p.May(identity.PermReadLedger, identity.Within(r.OrganisationID))
	rows := make([][]Cell, len(shown))
	for i := range shown {
		l := &shown[i]
		name := Cell{Text: p.PostingTitle(&l.Posting.Posting), Note: p.postingNote(&l.Posting.Posting)}
		if books {
			name.URL = PostingURL(r.OrganisationID, l.Posting.ID)
		}
		rows[i] = []Cell{name, {Text: OrDash(l.Posting.SupplierName)}, {Text: p.Exact(l.Posting.Cost, r.Currency)}, {Text: p.eligibility(*l)}, {Text: OrDash(l.Reason)}, {Text: p.Exact(l.Counted, r.Currency)}}
	}
	t := newTable(p.T("funding.lines"), []Heading{{p.T("posting.label"), ""}, {p.T("codes.supplier"), ""}, {p.T("report.cost"), numeric}, {p.T("funding.line.state"), ""}, {p.T("funding.line.reason"), ""}, {p.T("funding.line.counted"), numeric}}, rows)
	t.None = p.T("funding.lines.none")
	s := Section{ID: "lines", Title: p.T("funding.lines"), Tables: []Table{t}, Links: []Tool{{Text: p.T("funding.auditor"), URL: FundingURL(r.Standing.Funding.ProjectID, r.Standing.Funding.ID, "postings.csv")}}}
	if more := len(r.Lines) - len(shown); more > 0 {
		s.Note = p.T("control.more", p.Int(int64(more)))
	}
	return s
}

// eligibility says whether a cost counts.
func (p Printer) eligibility(l finance.FundingLine) string {
	switch {
	case l.Missing:
		return p.T("funding.state.missing")
	case !l.Told:
		return p.T("funding.state.untold")
	case l.Eligible:
		return p.T("funding.state.eligible")
	}
	return p.T("funding.state.excluded")
}

// FileHead and FileRow are the costs as the auditor's file holds them.
func (p FundingPage) FileHead() []string {
	keys := []string{"posting.date", "codes.supplier", "posting.supplier.number", "posting.label", "posting.document", "posting.invoice", "control.dimension.nature", "report.cost", "funding.line.ht", "funding.line.ttc", "funding.line.state", "funding.line.reason", "funding.line.counted"}
	return p.texts(keys)
}

// FileRow is one cost.
func (p FundingPage) FileRow(l finance.FundingLine) []any {
	var on any
	if !l.Posting.DocOn.IsZero() {
		on = l.Posting.DocOn
	}
	return []any{on, l.Posting.SupplierName, l.Posting.Supplier, l.Posting.Label, l.Posting.DocNo, l.Posting.Invoice, l.Posting.Nature, l.Posting.Cost, l.HT, l.TTC, p.eligibility(l), l.Reason, l.Counted}
}

// FundingFields are the fields of a convention.
func (p Printer) FundingFields(u finance.Funding, c money.Currency) []Field {
	amount := func(a money.Amount) string {
		if a == 0 {
			return ""
		}
		return p.AmountValue(&a, c)
	}
	rate := ""
	if u.Rate != 0 {
		rate = p.PercentValue(u.Rate)
	}
	bases := []Choice{{Value: string(forecast.BaseHT), Text: p.T("finance.basis.HT")}, {Value: string(forecast.BaseTTC), Text: p.T("finance.basis.TTC")}}
	return []Field{{Name: "funder", Label: p.T("funding.funder"), Value: u.Funder, Required: true, MaxSize: 300}, {Name: "convention", Label: p.T("funding.convention"), Value: u.Convention, Required: true, MaxSize: 200},
		{Name: "rate", Label: p.T("funding.rate"), Value: rate, Unit: "%", InputMode: "decimal", Required: true}, {Name: "base", Type: "select", Label: p.T("funding.base"), Value: string(u.Base), Options: bases, Required: true},
		{Name: "ceiling", Label: p.T("funding.ceiling"), Value: amount(u.Ceiling), Unit: string(c), InputMode: "decimal", Required: true}, {Name: "from", Type: "date", Label: p.T("funding.from"), Value: DateValue(u.From), Required: true},
		{Name: "to", Type: "date", Label: p.T("funding.to"), Value: DateValue(u.To), Required: true}, {Name: "notified", Label: p.T("funding.notified"), Help: p.T("funding.notified.help"), Value: amount(u.Notified), Unit: string(c), InputMode: "decimal"}}
}

// FundingEventFields are the fields of an event.
func (p Printer) FundingEventFields(c money.Currency) []Field {
	kinds := make([]Choice, len(finance.FundingEventKinds))
	for i, k := range finance.FundingEventKinds {
		kinds[i] = Choice{Value: string(k), Text: p.T("funding.kind." + string(k))}
	}
	return []Field{{Name: "kind", Type: "select", Label: p.T("funding.event.kind"), Value: string(finance.FundingClaim), Options: kinds, Required: true}, {Name: "on", Type: "date", Label: p.T("funding.event.on"), Required: true},
		{Name: "amount", Label: p.T("movement.amount"), Unit: string(c), InputMode: "decimal", Required: true}, {Name: "reference", Label: p.T("funding.event.reference"), MaxSize: 200},
		{Name: "posting", Label: p.T("funding.event.posting"), Help: p.T("funding.event.posting.help"), InputMode: "numeric"}}
}

// EligibilityPage says of many costs at once whether they count for a convention.
type EligibilityPage struct {
	Base
	Report finance.FundingReport
	Untold bool // only those of which nobody said anything
	Picked map[finance.PostingID]bool
	Form   Form // with the fields below the list
	Wrong  string
}

func (EligibilityPage) template() string { return "eligibility" }

// EligibilityRow is a cost as the page shows it.
type EligibilityRow struct {
	ID                         int64
	Text, Note, Supplier, Cost string
	State, Reason, Pick        string
	Picked                     bool
}

// Shown are the costs of the page.
func (p EligibilityPage) Shown() []finance.FundingLine {
	var out []finance.FundingLine
	for _, l := range p.Report.Lines {
		if (!p.Untold || !l.Told) && len(out) < maxFundingLines {
			out = append(out, l)
		}
	}
	return out
}

// Rows lists the costs.
func (p EligibilityPage) Rows() []EligibilityRow {
	shown := p.Shown()
	out := make([]EligibilityRow, len(shown))
	for i := range shown {
		l := &shown[i]
		title, cost := p.PostingTitle(&l.Posting.Posting), p.Exact(l.Posting.Cost, p.Report.Currency)
		out[i] = EligibilityRow{ID: int64(l.Posting.ID), Text: title, Note: p.postingNote(&l.Posting.Posting), Supplier: OrDash(l.Posting.SupplierName), Cost: cost, State: p.eligibility(*l), Reason: l.Reason,
			Pick: p.T("queue.pick", title, cost), Picked: p.Picked[l.Posting.ID]}
	}
	return out
}

// Lead says what the page is about.
func (p EligibilityPage) Lead() []string {
	u := p.Report.Standing.Funding
	return []string{p.T("funding.eligibility.text", u.Funder, p.term(u.From, u.To)), p.Printer.Basis(p.Report.AmountBasis, p.Report.Currency)}
}

// Others leads to the costs that are left out, or back.
func (p EligibilityPage) Others() Tool {
	here := FundingURL(p.Report.Standing.Funding.ProjectID, p.Report.Standing.Funding.ID, "eligibility")
	if p.Untold {
		return Tool{Text: p.T("funding.eligibility.all"), URL: here + "?state=all"}
	}
	return Tool{Text: p.T("funding.eligibility.untold"), URL: here}
}

// EligibilityFields are the fields below the list.
func (p Printer) EligibilityFields() []Field {
	return []Field{{Name: "eligible", Type: "radio", Label: p.T("funding.line.state"), Required: true, Options: []Choice{{Value: "yes", Text: p.T("funding.state.eligible")}, {Value: "no", Text: p.T("funding.state.excluded")}}},
		{Name: "reason", Type: "textarea", Label: p.T("funding.line.reason"), Help: p.T("funding.line.reason.help"), Required: true, MaxSize: 2000, Rows: 2}}
}
