package finance

import (
	"cmp"
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// EnvelopeReport is what stands voted on a day, envelope by envelope.
type EnvelopeReport struct {
	OrganisationID int64
	Roadmap        portfolio.Head // empty: all envelopes of the organisation
	Currency       money.Currency
	Basis          string // BasisTTC or BasisHT
	AsOf           civil.Date
	Years          []FiscalYear
	Envelopes      []EnvelopeLine // each below the one that it stands under
	Findings       []VoteFinding
}

// EnvelopeLine is an envelope in a report.
type EnvelopeLine struct {
	Envelope
	Depth      int          // 0: stands under none of the report
	Credits    []CreditLine // by year and section
	Authorised money.Amount // programme or commitment authorisation; 0 for other kinds
	// Programme holds the authorisation against its years: what past ones mandated, what the others have of credits. nil for other kinds.
	// What was mandated is told from which envelope it came by the budgets of the projects, as the books stand now.
	Programme *forecast.Balance
	// Position is where an authorisation stands, with what stands below it, as the books stand now: ToCommit is what may still be committed of it,
	// ToPay what is committed and not paid. nil for other kinds.
	Position *forecast.Position
}

// CreditLine is the payment credits of an envelope in a year and a section (crédits ouverts).
type CreditLine struct {
	YearID   int64
	Year     string // its code
	Section  string
	By       map[Act]money.Amount // of the envelope itself
	Own      money.Amount         // their sum
	Open     money.Amount         // with what stands below the envelope
	Allotted money.Amount         // to projects, with what stands below
	Left     money.Amount         // Open − Allotted
}

// list gives the envelopes as a tree is read: by kind and code, each below its parent.
func (t envelopeTree) list() []Envelope {
	below := map[EnvelopeID][]Envelope{}
	for _, e := range t {
		parent := e.ParentID
		if _, ok := t[parent]; !ok {
			parent = 0
		}
		below[parent] = append(below[parent], e)
	}
	var out []Envelope
	var walk func(id EnvelopeID)
	walk = func(id EnvelopeID) {
		slices.SortFunc(below[id], func(a, b Envelope) int {
			return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), cmp.Compare(a.Code, b.Code))
		})
		for _, e := range below[id] {
			out = append(out, e)
			walk(e.ID)
		}
	}
	walk(0)
	return out
}

// only leaves of the tree the envelopes of a roadmap.
func (t envelopeTree) only(roadmap portfolio.RoadmapID) envelopeTree {
	out := envelopeTree{}
	for id, e := range t {
		if e.RoadmapID == roadmap {
			out[id] = e
		}
	}
	return out
}

// envelopeFacts is what a report of envelopes is made from.
type envelopeFacts struct {
	books    *books
	tree     envelopeTree // of the whole organisation
	votes    Votes
	allotted allotments
	spending envelopeSpending
	asOf     civil.Date
}

// report assembles the lines of the envelopes that are shown.
func (f envelopeFacts) report(shown envelopeTree) (EnvelopeReport, error) {
	h, err := f.tree.hold(f.votes, f.allotted)
	if err != nil {
		return EnvelopeReport{}, err
	}
	mandated, ok := f.tree.rolled(f.spending.mandated)
	if !ok {
		return EnvelopeReport{}, errBudgetOverflow()
	}
	out := EnvelopeReport{OrganisationID: f.books.Organisation.ID, Currency: f.books.Currency, Basis: f.books.AmountBasis, AsOf: f.asOf, Years: f.books.Years}
	for _, e := range shown.list() {
		line := EnvelopeLine{Envelope: e, Depth: len(shown.path(e.ID)) - 1, Credits: f.credits(h, e)}
		if e.authorises() {
			line.Authorised = f.votes.Open(Cell{Envelope: e.ID, Section: e.Section, Authorisation: string(e.Kind)})
			balance, err := forecast.BalanceOf(f.programme(e, line, mandated))
			if err != nil {
				return out, err
			}
			line.Programme = &balance
			if line.Position, err = f.position(line, mandated); err != nil {
				return out, err
			}
			if !balance.Holds() {
				out.Findings = append(out.Findings, VoteFinding{FindingProgramme, e.ID, []any{e.Code, f.books.written(balance.Authorised), f.books.written(balance.MandatedPast),
					f.books.written(balance.Credits), f.books.written(balance.Difference)}})
			}
		}
		out.Envelopes = append(out.Envelopes, line)
	}
	for _, x := range h.beyond() {
		if _, ok := shown[x.Envelope]; ok {
			out.Findings = append(out.Findings, VoteFinding{FindingOverVotes, x.Envelope, f.books.args(f.tree, x)})
		}
	}
	return out, nil
}

// credits gives the lines of one envelope, by year and section.
func (f envelopeFacts) credits(h held, e Envelope) []CreditLine {
	var out []CreditLine
	for _, y := range f.books.Years {
		for _, section := range Sections {
			at := Allotment{e.ID, y.ID, section}
			cell := Cell{Envelope: e.ID, YearID: y.ID, Section: section, Authorisation: AuthorisationCP}
			open, voted := h.voted[at]
			allotted, any := h.allotted[at]
			if !voted && !any {
				continue
			}
			out = append(out, CreditLine{YearID: y.ID, Year: y.Code, Section: section, By: f.votes[cell], Own: f.votes.Open(cell), Open: open, Allotted: allotted, Left: open - allotted})
		}
	}
	return out
}

// programme is an authorisation with its years. A year is past once its last day is.
func (f envelopeFacts) programme(e Envelope, line EnvelopeLine, mandated allotments) forecast.Programme {
	p := forecast.Programme{Authorised: line.Authorised}
	for _, y := range f.books.Years {
		at := Allotment{e.ID, y.ID, e.Section}
		year := forecast.ProgrammeYear{Year: y.ID, Mandated: mandated[at], Closed: y.End.Before(f.asOf)}
		for _, c := range line.Credits {
			if c.YearID == y.ID {
				year.Credits = c.Open // of the one section that the envelope has
			}
		}
		p.Years = append(p.Years, year)
	}
	return p
}

// divider tells from which envelopes came what projects spent, by the budgets of each.
type divider map[portfolio.ProjectID][]spread

func newDivider(budgets []spread) divider {
	d := divider{}
	for _, b := range budgets {
		d[b.ProjectID] = append(d[b.ProjectID], b)
	}
	return d
}

// divide adds an amount to the envelopes that it came from: in the proportion of what the project has of them in that year and section or,
// if it has nothing there, in that section over all years, or else at all. Of a project without any envelope nothing is added.
func (d divider) divide(m spread, into allotments) {
	shares := sharesFor(d[m.ProjectID], m)
	weights := make([]int64, len(shares))
	for i, s := range shares {
		weights[i] = int64(s.Amount)
	}
	for i, part := range m.Amount.Split(weights) {
		into[Allotment{shares[i].EnvelopeID, m.YearID, m.Section}] += part
	}
}

// sharesFor gives the lines of a project by which one amount is divided, the narrowest that there are.
func sharesFor(lines []spread, m spread) []spread {
	for _, fits := range []func(spread) bool{
		func(s spread) bool { return s.YearID == m.YearID && s.Section == m.Section },
		func(s spread) bool { return s.Section == m.Section },
		func(s spread) bool { return s.YearID == m.YearID },
		func(spread) bool { return true },
	} {
		var out []spread
		for _, s := range lines {
			if s.Amount > 0 && fits(s) {
				out = append(out, s)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}
