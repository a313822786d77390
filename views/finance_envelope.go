package views

import (
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// EnvelopeURL is the page of an envelope, MovementURL the address of a movement of one.
func EnvelopeURL(organisation int64, id finance.EnvelopeID) string {
	return BooksPartURL(organisation, PartEnvelopes, strconv.FormatInt(int64(id), 10))
}

// MovementURL is the address below which a movement is taken back.
func MovementURL(organisation int64, id finance.MovementID) string {
	return BooksPartURL(organisation, "movements", strconv.FormatInt(int64(id), 10))
}

// EnvelopesPage shows what was voted, and what projects were allotted of it.
type EnvelopesPage struct {
	Base
	Organisation identity.Organisation
	Roadmap      portfolio.RoadmapID // whose envelopes alone are shown; 0: all of the organisation
	Report       finance.EnvelopeReport
	Voted        int64 // the last fiscal year that a voted budget was imported of; 0: none
}

// Page puts the page together.
func (p EnvelopesPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("envelopes.text", p.Date(p.Report.AsOf)), p.Basis(p.Report.Basis, p.Report.Currency)}}
	s := Section{ID: "envelopes"}
	for _, f := range p.Report.Findings {
		s.Text = append(s.Text, p.T(f.Code, f.Args...))
	}
	whole := p.Roadmap == 0
	if whole {
		base := BooksPartURL(p.Organisation.ID, PartEnvelopes)
		if p.May(identity.PermEditBudget, identity.Within(p.Organisation.ID)) {
			s.Links = append(s.Links, Tool{Text: p.T("envelope.new"), URL: base + "/new", Main: true})
		}
		s.Links = append(s.Links, Tool{Text: p.T("control.csv"), URL: base + ".csv"}, Tool{Text: p.T("control.xlsx"), URL: base + ".xlsx"})
		if p.Voted != 0 {
			s.Links = append(s.Links, Tool{Text: p.T("votes.open"), URL: VotesURL(p.Organisation.ID, p.Voted)})
		} else if p.May(identity.PermImportLedger, identity.Within(p.Organisation.ID)) {
			s.Links = append(s.Links, Tool{Text: p.T("votes.import"), URL: BudgetUploadURL(p.Organisation.ID)})
		}
	}
	table := p.creditTable(p.T("envelopes.title"))
	for _, e := range p.Report.Envelopes {
		g := Group{Title: strings.Repeat("— ", e.Depth) + e.Code + " · " + e.Name + " (" + p.T("envelope.kind."+string(e.Kind)) + ")"}
		g.Rows = p.creditRows(e, p.Report.Currency)
		if whole {
			g.Rows[0][0].URL = EnvelopeURL(p.Organisation.ID, e.ID)
		}
		table.Groups = append(table.Groups, g)
	}
	table.None = p.T("envelopes.none")
	s.Tables = []Table{table}
	out.Sections = []Section{s}
	if a := p.authorisationSection(); len(a.Tables[0].Groups[0].Rows) > 0 {
		out.Sections = append(out.Sections, a)
	}
	return out
}

// authorisationSection tells of every authorisation what may still be committed of it, and what is committed and not paid yet.
func (p EnvelopesPage) authorisationSection() Section {
	c := p.Report.Currency
	var rows [][]Cell
	for _, e := range p.Report.Envelopes {
		if e.Position == nil {
			continue
		}
		row := cells(e.Code+" · "+e.Name+" ("+string(e.Kind)+")", p.Exact(e.Authorised, c), p.Exact(e.Position.CommittedNet, c), p.Exact(e.Position.Mandated, c), p.Exact(e.Position.ToCommit, c), p.Exact(e.Position.ToPay(), c))
		row[4].Strong = *e.Position.ToCommit < 0
		if p.Roadmap == 0 {
			row[0].URL = EnvelopeURL(p.Organisation.ID, e.ID)
		}
		rows = append(rows, row)
	}
	t := newTable(p.T("position.title"), []Heading{{p.T("envelope.what"), ""}, {p.T("position.authorised"), numeric}, {p.T("report.committed"), numeric}, {p.T("report.mandated"), numeric}, {p.T("position.to_commit"), numeric}, {p.T("position.to_pay"), numeric}}, rows)
	return Section{ID: "authorisations", Title: p.T("position.title"), Tables: []Table{t}, Note: p.T("position.note")}
}

// positionFacts are the same of one authorisation.
func (p Printer) positionFacts(e finance.EnvelopeLine, c money.Currency) []Fact {
	return []Fact{{p.T("position.authorised"), p.Exact(e.Authorised, c)}, {p.T("report.committed"), p.Exact(e.Position.CommittedNet, c)}, {p.T("report.mandated"), p.Exact(e.Position.Mandated, c)},
		{p.T("position.to_commit"), p.Exact(e.Position.ToCommit, c)}, {p.T("position.to_pay"), p.Exact(e.Position.ToPay(), c)}}
}

func (p Printer) creditTable(caption string) Table {
	return Table{Caption: caption, Columns: []Heading{{p.T("envelope.what"), ""}, {p.T("control.dimension.section"), ""}, {p.T("envelope.own"), numeric}, {p.T("envelope.open"), numeric},
		{p.T("envelope.allotted"), numeric}, {p.T("envelope.left"), numeric}}}
}

// creditRows are the years of an envelope, after its authorisation if it has one.
func (p Printer) creditRows(e finance.EnvelopeLine, c money.Currency) [][]Cell {
	var rows [][]Cell
	if e.Kind == finance.EnvelopeAP || e.Kind == finance.EnvelopeAE {
		rows = append(rows, cells(p.T("envelope.authorised", string(e.Kind)), p.SectionName(e.Section), p.Exact(e.Authorised, c), Dash, Dash, Dash))
	}
	for _, x := range e.Credits {
		row := cells(p.T("envelope.credits", x.Year), p.SectionName(x.Section), p.Exact(x.Own, c), p.Exact(x.Open, c), p.Exact(x.Allotted, c), p.Exact(x.Left, c))
		row[2].Note = p.acts(x.By, c)
		row[5].Strong = x.Left < 0
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		rows = append(rows, cells(p.T("envelope.nothing_voted"), p.SectionName(e.Section), Dash, Dash, Dash, Dash))
	}
	return rows
}

// acts tells what a sum was voted by.
func (p Printer) acts(by map[finance.Act]money.Amount, c money.Currency) string {
	var parts []string
	for _, a := range finance.Acts {
		if by[a] != 0 {
			parts = append(parts, p.T("envelope.act.short."+string(a))+" "+p.Exact(by[a], c))
		}
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts, " · ")
}

// EnvelopeHead and EnvelopeRows are the envelopes as a file holds them.
func (p Printer) EnvelopeHead() []string {
	return []string{p.T("envelope.code"), p.T("envelope.name"), p.T("envelope.kind"), p.T("control.year"), p.T("control.dimension.section"), p.T("envelope.own"), p.T("envelope.open"), p.T("envelope.allotted"), p.T("envelope.left")}
}

// EnvelopeRows are the rows of one envelope.
func (p Printer) EnvelopeRows(e finance.EnvelopeLine) [][]any {
	var out [][]any
	for _, x := range e.Credits {
		out = append(out, []any{e.Code, e.Name, p.T("envelope.kind." + string(e.Kind)), x.Year, p.SectionName(x.Section), x.Own, x.Open, x.Allotted, x.Left})
	}
	return out
}

// EnvelopePage shows an envelope and how it came to what it holds.
type EnvelopePage struct {
	Base
	Organisation identity.Organisation
	Envelope     finance.Envelope
	Report       finance.EnvelopeReport
	Movements    []finance.Movement
}

// Page puts the page together.
func (p EnvelopePage) Page() SectionsPage {
	e, c := p.Envelope, p.Report.Currency
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("envelope.lead", e.Code, p.T("envelope.kind."+string(e.Kind)), p.SectionName(e.Section)), p.Basis(p.Report.Basis, c)}}
	s := Section{ID: "credits", Title: p.T("envelope.credits.title")}
	here := EnvelopeURL(p.Organisation.ID, e.ID)
	if p.May(identity.PermEditBudget, e.Place()) {
		s.Links = []Tool{{Text: p.T("envelope.act.new"), URL: here + "/act", Main: true}, {Text: p.T("envelope.transfer"), URL: here + "/transfer"}, {Text: p.T("envelope.edit.link"), URL: here + "/edit", Key: "e"}}
		if len(p.Movements) == 0 {
			s.Links = append(s.Links, Tool{Text: p.T("envelope.remove"), URL: here + "/remove"})
		}
	}
	i := slices.IndexFunc(p.Report.Envelopes, func(l finance.EnvelopeLine) bool { return l.ID == e.ID })
	if i >= 0 {
		t := p.creditTable(p.T("envelope.credits.title"))
		t.Groups = []Group{{Rows: p.creditRows(p.Report.Envelopes[i], c)}}
		s.Tables = []Table{t}
		if l := p.Report.Envelopes[i]; l.Position != nil {
			s.Facts, s.Note = p.positionFacts(l, c), p.T("position.note")
			if over := *l.Position.ToCommit; over < 0 {
				s.Alert = p.T("position.beyond", p.Exact(-over, c))
			}
		}
	}
	for _, f := range p.Report.Findings {
		if f.Envelope == e.ID {
			s.Text = append(s.Text, p.T(f.Code, f.Args...))
		}
	}
	out.Sections = []Section{s, p.movements()}
	return out
}

func (p EnvelopePage) movements() Section {
	years := map[int64]string{}
	for _, y := range p.Report.Years {
		years[y.ID] = y.Code
	}
	may := p.May(identity.PermEditBudget, p.Envelope.Place())
	rows := make([][]Cell, len(p.Movements))
	for i, m := range p.Movements {
		row := []Cell{{Text: p.Date(m.On)}, {Text: p.T("envelope.act." + string(m.Act)), Note: m.Reference}, {Text: p.T("envelope.authorisation." + m.Authorisation)}, {Text: OrDash(years[m.YearID])}, {Text: p.SectionName(m.Section)},
			{Text: p.Exact(m.Amount, p.Report.Currency), Note: m.Reason}, {Text: Dash}}
		switch {
		case m.Reverses != 0:
			row[6].Text = p.T("movement.reversal")
		case m.ReversedBy != 0:
			row[6].Text = p.T("movement.reversed")
		case may:
			row[6] = Cell{Text: p.T("movement.reverse"), URL: MovementURL(p.Organisation.ID, m.ID) + "/reverse"}
		}
		rows[i] = row
	}
	t := newTable(p.T("movements.title"), []Heading{{p.T("movement.on"), ""}, {p.T("movement.act"), ""}, {p.T("movement.authorisation"), ""}, {p.T("control.year"), ""}, {p.T("control.dimension.section"), ""},
		{p.T("movement.amount"), numeric}, {p.T("movement.state"), ""}}, rows)
	t.None = p.T("movements.none")
	return Section{ID: "movements", Title: p.T("movements.title"), Tables: []Table{t}}
}

// EnvelopeFields are the fields of an envelope.
func (p Printer) EnvelopeFields(e finance.Envelope, roadmaps []portfolio.RoadmapCard, report finance.EnvelopeReport) []Field {
	roadmap, parent := []Choice{{Value: "", Text: p.T("envelope.whole")}}, []Choice{{Value: "", Text: p.T("envelope.no_parent")}}
	for _, r := range roadmaps {
		roadmap = append(roadmap, Choice{Value: strconv.FormatInt(int64(r.ID), 10), Text: r.Name, Selected: r.ID == e.RoadmapID})
	}
	for _, l := range report.Envelopes {
		if l.ID != e.ID && l.Kind != finance.EnvelopeAnnual {
			parent = append(parent, Choice{Value: strconv.FormatInt(int64(l.ID), 10), Text: l.Code + " · " + l.Name, Selected: l.ID == e.ParentID})
		}
	}
	var kinds []Choice
	for _, k := range finance.EnvelopeKinds {
		kinds = append(kinds, Choice{Value: string(k), Text: p.T("envelope.kind." + string(k)), Selected: k == e.Kind})
	}
	return []Field{{Name: "code", Label: p.T("envelope.code"), Value: e.Code, Required: true, MaxSize: 64}, {Name: "name", Label: p.T("envelope.name"), Value: e.Name, Required: true, MaxSize: 300},
		{Name: "kind", Type: "select", Label: p.T("envelope.kind"), Options: kinds, Required: true}, {Name: "section", Type: "select", Label: p.T("control.dimension.section"), Help: p.T("envelope.section.help"), Options: p.sectionChoices(e.Section, true)},
		{Name: "roadmap", Type: "select", Label: p.T("envelope.roadmap"), Options: roadmap}, {Name: "parent", Type: "select", Label: p.T("envelope.parent"), Options: parent},
		{Name: "operation", Label: p.T("envelope.operation"), Help: p.T("envelope.operation.help"), Value: e.Operation, MaxSize: 64},
		{Name: "valid_from", Type: "date", Label: p.T("envelope.from"), Value: DateValue(e.From)}, {Name: "valid_to", Type: "date", Label: p.T("envelope.to"), Value: DateValue(e.To)}}
}

func (p Printer) sectionChoices(section string, both bool) []Choice {
	var out []Choice
	if both {
		out = append(out, Choice{Value: "", Text: p.T("envelope.both_sections"), Selected: section == ""})
	}
	for _, s := range []string{ledgerfile.SectionInvestment, ledgerfile.SectionOperations} {
		out = append(out, Choice{Value: s, Text: p.SectionName(s), Selected: s == section})
	}
	return out
}

// ActLines is how many lines the form of an act offers.
const ActLines = 6

// ActFields are the fields of an act on an envelope, filled with one that is proposed. A line without an amount is none.
func (p Printer) ActFields(e finance.Envelope, years finance.Calendar, c money.Currency, proposed finance.ActInput) []Field {
	var acts []Choice
	for _, a := range finance.Acts {
		if a != finance.ActTransfer {
			acts = append(acts, Choice{Value: string(a), Text: p.T("envelope.act." + string(a)), Selected: a == proposed.Act})
		}
	}
	fields := []Field{{Name: "act", Type: "select", Label: p.T("movement.act"), Options: acts, Required: true}, {Name: "reference", Label: p.T("movement.reference"), Help: p.T("movement.reference.help"), Required: true, MaxSize: 200},
		{Name: "act_on", Type: "date", Label: p.T("movement.on"), Required: true}, {Name: "reason", Type: "textarea", Label: p.T("movement.reason"), MaxSize: 2000}}
	for n := range ActLines {
		row, year, section, amount := "_"+strconv.Itoa(n+1), int64(0), e.Section, ""
		if n < len(proposed.Lines) {
			l := proposed.Lines[n]
			year, section, amount = l.YearID, l.Section, p.AmountValue(&l.Amount, c)
		}
		fields = append(fields, Field{Name: "line" + row, Type: "heading", Label: p.T("movement.line", n+1)}, Field{Name: "authorisation" + row, Type: "select", Label: p.T("movement.authorisation"), Options: p.authorisations(e)},
			Field{Name: "year" + row, Type: "select", Label: p.T("control.year"), Help: p.T("movement.year.help"), Options: p.yearChoices(years, year, true)}, Field{Name: "section" + row, Type: "select", Label: p.T("control.dimension.section"), Options: p.sectionChoices(section, false)},
			Field{Name: "amount" + row, Label: p.T("movement.amount"), Unit: string(c), InputMode: "decimal", Value: amount})
	}
	return fields
}

// ProvisionalFilter asks for which year, and for how many months, provisional credits are to be proposed on the form of an act. Authorisations have none.
func (p Printer) ProvisionalFilter(action string, e finance.Envelope, years finance.Calendar, year int64, months int) *FilterForm {
	if e.Kind == finance.EnvelopeAP || e.Kind == finance.EnvelopeAE || len(years.Years) < 2 {
		return nil
	}
	count := make([]Choice, 12)
	for i := range count {
		count[i] = Choice{Value: strconv.Itoa(i + 1), Text: p.N("provisional.months.count", i+1), Selected: i+1 == months}
	}
	form := Form{Name: "provisional", Fields: []Field{{Name: "provisional", Type: "select", Label: p.T("provisional.year"), Options: p.yearChoices(years, year, false)},
		{Name: "months", Type: "select", Label: p.T("provisional.months"), Help: p.T("provisional.help"), Options: count}}}
	return &FilterForm{Action: action, Label: p.T("provisional.title"), Fields: form.Items(), Submit: p.T("provisional.submit")}
}

func (p Printer) authorisations(e finance.Envelope) []Choice {
	out := []Choice{{Value: finance.AuthorisationCP, Text: p.T("envelope.authorisation.CP")}}
	for _, a := range []string{finance.AuthorisationAP, finance.AuthorisationAE} {
		if string(e.Kind) == a {
			out = append(out, Choice{Value: a, Text: p.T("envelope.authorisation." + a)})
		}
	}
	return out
}

// yearChoices lists the fiscal years, the newest first.
func (p Printer) yearChoices(years finance.Calendar, chosen int64, none bool) []Choice {
	var out []Choice
	if none {
		out = append(out, Choice{Value: "", Text: Dash})
	}
	for _, y := range slices.Backward(years.Years) {
		out = append(out, Choice{Value: strconv.FormatInt(y.ID, 10), Text: y.Code, Selected: y.ID == chosen})
	}
	return out
}

// TransferFields are the fields of a transfer to another envelope.
func (p Printer) TransferFields(e finance.Envelope, report finance.EnvelopeReport, years finance.Calendar, c money.Currency) []Field {
	to := []Choice{{Value: "", Text: p.T("form.choose")}}
	for _, l := range report.Envelopes {
		if l.ID != e.ID {
			to = append(to, Choice{Value: strconv.FormatInt(int64(l.ID), 10), Text: l.Code + " · " + l.Name})
		}
	}
	return []Field{{Name: "to_envelope", Type: "select", Label: p.T("envelope.transfer.to"), Options: to, Required: true}, {Name: "authorisation", Type: "select", Label: p.T("movement.authorisation"), Options: p.authorisations(e)},
		{Name: "year", Type: "select", Label: p.T("control.year"), Options: p.yearChoices(years, 0, true)}, {Name: "section", Type: "select", Label: p.T("control.dimension.section"), Options: p.sectionChoices(e.Section, false)},
		{Name: "amount", Label: p.T("movement.amount"), Unit: string(c), InputMode: "decimal", Required: true}, {Name: "reference", Label: p.T("movement.reference"), Required: true, MaxSize: 200},
		{Name: "act_on", Type: "date", Label: p.T("movement.on"), Required: true}, {Name: "reason", Type: "textarea", Label: p.T("movement.reason"), MaxSize: 2000}}
}
