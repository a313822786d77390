package views

import (
	"slices"
	"strconv"
	"time"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
)

// PeriodName names a period of a year: "octobre 2026", "juillet 2025" of a year from July, "2026, période 13".
func (p Printer) PeriodName(y finance.FiscalYear, period finance.Period) string {
	if period.Number == finance.ExtraPeriod || period.Start.Day() != 1 {
		return p.T("period.name", y.Code, period.Number)
	}
	return p.Month(int(period.Start.Month())) + " " + strconv.Itoa(period.Start.Year())
}

// PeriodURL is the page of a period.
func PeriodURL(organisation, year int64, period int) string {
	return BooksPartURL(organisation, PartPeriods, strconv.FormatInt(year, 10), strconv.Itoa(period))
}

// CertificateURL is the page of a certificate.
func CertificateURL(organisation, certificate int64) string {
	return BooksPartURL(organisation, "certificates", strconv.FormatInt(certificate, 10))
}

// PeriodsPage lists the fiscal years, their periods and their certificates.
type PeriodsPage struct {
	Base
	Organisation identity.Organisation
	Calendar     finance.Calendar
	Certificates []finance.Certificate
}

// holding finds the certificate that holds of a period.
func holding(all []finance.Certificate, year int64, period int) *finance.Certificate {
	for i, c := range all {
		if c.YearID == year && c.Period == period && c.Holds() {
			return &all[i]
		}
	}
	return nil
}

// Page puts the page together, the newest year first.
func (p PeriodsPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("periods.text")}}
	if p.May(identity.PermEditOrganisation, identity.Within(p.Organisation.ID)) {
		out.Sections = []Section{{Links: []Tool{{Text: p.T("settings.signature"), URL: BooksPartURL(p.Organisation.ID, PartSettings, "signature")}}}}
	}
	for i := len(p.Calendar.Years) - 1; i >= 0; i-- {
		y := p.Calendar.Years[i]
		s := Section{ID: "y" + strconv.FormatInt(y.ID, 10), Title: p.T("periods.year", y.Code), Text: []string{p.Span(y.Start, y.End)}, Links: p.yearTools(y)}
		var rows [][]Cell
		for _, period := range y.Periods {
			row := []Cell{{Text: p.PeriodName(y, period), URL: PeriodURL(p.Organisation.ID, y.ID, period.Number)}, {Text: p.Span(period.Start, period.End)}, {Text: p.T("period.state." + period.State)}, {Text: Dash}, {Text: Dash}}
			if c := holding(p.Certificates, y.ID, period.Number); c != nil {
				row[3] = Cell{Text: p.ShareDown(c.Figures.Reconciled), URL: CertificateURL(p.Organisation.ID, c.ID)}
				row[4] = Cell{Text: p.Who(c.SignedLabel), Note: p.Date(dayOf(c.SignedAt, p.Organisation))}
			}
			rows = append(rows, row)
		}
		s.Tables = []Table{newTable(p.T("periods.year", y.Code), []Heading{{p.T("period.period"), ""}, {p.T("period.days"), ""}, {p.T("period.state"), ""}, {p.T("period.reconciled"), numeric}, {p.T("period.signed"), ""}}, rows)}
		out.Sections = append(out.Sections, s)
	}
	if len(p.Calendar.Years) == 0 {
		out.Sections = append(out.Sections, Section{Text: []string{p.T("periods.none")}})
	}
	return out
}

// yearTools lead to the forms that change a year, as long as none of it was closed; whether something was booked in it is seen there.
func (p PeriodsPage) yearTools(y finance.FiscalYear) []Tool {
	closed := slices.ContainsFunc(y.Periods, func(x finance.Period) bool { return x.State != finance.StateOpen })
	if closed || !p.May(identity.PermEditBudget, identity.Within(p.Organisation.ID)) {
		return nil
	}
	here := FiscalYearURL(p.Organisation.ID, y.ID)
	return []Tool{{Text: p.T("years.edit.of", y.Code), URL: here + "/edit"}, {Text: p.T("years.remove.of", y.Code), URL: here + "/remove"}}
}

// PeriodPage says what closing a period would certify, or what was.
type PeriodPage struct {
	Base
	Organisation identity.Organisation
	Year         finance.FiscalYear
	Period       finance.Period
	Preview      finance.CertificatePreview // of an open period
	Certificates []finance.Certificate      // of the organisation
	Refused      string                     // why it was not closed
}

// URL is the address of the page.
func (p PeriodPage) URL() string { return PeriodURL(p.Organisation.ID, p.Year.ID, p.Period.Number) }

// Page puts the page together.
func (p PeriodPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("period.lead", p.T("period.state."+p.Period.State), p.Span(p.Period.Start, p.Period.End))}}
	if p.Period.State == finance.StateOpen {
		out.Sections = append(out.Sections, p.closing(), p.Figures(p.Organisation, p.Preview.Figures))
	}
	out.Sections = append(out.Sections, p.history())
	return out
}

// closing offers the signature, or says what stands in its way.
func (p PeriodPage) closing() Section {
	s := Section{ID: "close", Title: p.T("period.close"), Alert: p.Refused}
	if len(p.Preview.Pending) > 0 {
		s.Tables = []Table{p.pending()}
	}
	for _, h := range p.Preview.Hindrances {
		s.Text = append(s.Text, p.T(h.Key, h.Args...))
	}
	if len(p.Preview.Hindrances) > 0 {
		s.Text = append([]string{p.T("period.hindered")}, s.Text...)
		s.Links = []Tool{{Text: p.T("control.queue.open"), URL: BooksPartURL(p.Organisation.ID, PartQueue)}, {Text: p.T("finance.part.controls"), URL: BooksPartURL(p.Organisation.ID, PartControls)},
			{Text: p.T("finance.part.files"), URL: BooksPartURL(p.Organisation.ID, PartFiles)}}
		return s
	}
	if !p.May(identity.PermClosePeriod, identity.Within(p.Organisation.ID)) {
		s.Text = []string{p.T("period.ready")}
		return s
	}
	s.Text = []string{p.T("period.sign.text")}
	if !p.Preview.FourEyes {
		s.Text = append(s.Text, p.T("period.sign.one_pair"))
	}
	f := p.NewForm(p.URL(), p.T("period.sign"), BooksPartURL(p.Organisation.ID, PartPeriods), 0, Field{Name: "seen", Type: "hidden", Value: strconv.FormatInt(p.Preview.Seen, 10)})
	s.Form = &f
	return s
}

// pending lists the files that stand in the way.
func (p PeriodPage) pending() Table {
	rows := make([][]Cell, len(p.Preview.Pending))
	for i, f := range p.Preview.Pending {
		rows[i] = []Cell{{Text: f.Name, URL: FileURL(p.Organisation.ID, f.ID)}, {Text: p.Date(dayOf(f.StagedAt, p.Organisation))}, {Text: p.Date(dayOf(f.ExpiresAt(), p.Organisation))}}
	}
	t := newTable(p.T("period.pending"), []Heading{{p.T("control.file.name"), ""}, {p.T("file.staged"), ""}, {p.T("period.pending.until"), ""}}, rows)
	t.Shown = true
	return t
}

// Figures shows what a certificate says.
func (p Printer) Figures(o identity.Organisation, f finance.Figures) Section {
	s := Section{ID: "figures", Title: p.T("certificate.figures")}
	oldest := Dash
	if f.Open.Oldest != nil {
		oldest = p.Date(*f.Open.Oldest) + " (" + p.N("unit.days.count", f.Open.Days) + ")"
	}
	s.Facts = []Fact{{p.T("certificate.reconciled"), p.ShareDown(f.Reconciled)}, {p.T("certificate.open"), p.Int(f.Open.Lines) + " · " + p.Exact(f.Open.Sum, f.Currency)}, {p.T("certificate.accepted"), p.Int(f.Open.Accepted)},
		{p.T("certificate.oldest"), oldest}, {p.T("certificate.assertions_held"), p.Int(f.Assertions.Held) + " / " + p.Int(f.Assertions.Checked)}, {p.T("certificate.basis"), p.Basis(f.Basis, f.Currency)}}
	s.Tables = []Table{p.flowTable(p.T("certificate.to_date", p.Date(f.To)), f.ToDate, f.Currency), p.flowTable(p.T("certificate.of_period"), f.OfPeriod, f.Currency)}
	s.Note = p.T("certificate.note")
	return s
}

func (p Printer) flowTable(caption string, ties []finance.FlowTie, c money.Currency) Table {
	rows := make([][]Cell, len(ties))
	for i, t := range ties {
		rows[i] = append(cells(p.FlowName(t.Flow)), p.tieCells(t.Tie, c)...)
	}
	t := newTable(caption, append([]Heading{{p.T("control.flow"), ""}}, p.tieColumns()...), rows)
	t.Shown, t.None = true, p.T("control.empty")
	return t
}

// history lists the certificates of the period, the newest first.
func (p PeriodPage) history() Section {
	s := Section{ID: "certificates", Title: p.T("period.certificates")}
	var rows [][]Cell
	for _, c := range p.Certificates {
		if c.YearID != p.Year.ID || c.Period != p.Period.Number {
			continue
		}
		state := p.T("certificate.holds")
		if !c.Holds() {
			state = p.T("certificate.ended", p.Date(dayOf(c.ReopenedAt, p.Organisation)), p.Who(c.Reopened))
		} else if p.May(identity.PermClosePeriod, identity.Within(p.Organisation.ID)) {
			s.Links = []Tool{{Text: p.T("period.reopen"), URL: p.URL() + "/reopen"}}
		}
		rows = append(rows, []Cell{{Text: p.T("certificate.number", c.Number), URL: CertificateURL(p.Organisation.ID, c.ID)}, {Text: p.ShareDown(c.Figures.Reconciled)}, {Text: p.Who(c.SignedLabel), Note: p.Date(dayOf(c.SignedAt, p.Organisation))}, {Text: state, Note: c.ReopenReason}})
	}
	t := newTable(p.T("period.certificates"), []Heading{{p.T("certificate.certificate"), ""}, {p.T("period.reconciled"), numeric}, {p.T("period.signed"), ""}, {p.T("period.state"), ""}}, rows)
	t.None = p.T("period.certificates.none")
	s.Tables = []Table{t}
	return s
}

// CertificatePage shows what was signed.
type CertificatePage struct {
	Base
	Organisation identity.Organisation
	Certificate  finance.Certificate
}

// Page puts the page together.
func (p CertificatePage) Page() SectionsPage {
	c := p.Certificate
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("certificate.says", p.ShareDown(c.Figures.Reconciled), p.Date(c.Figures.To), p.Who(c.SignedLabel), p.Date(dayOf(c.SignedAt, p.Organisation)))}}
	s := Section{ID: "signature", Title: p.T("certificate.signature"), Facts: []Fact{{p.T("period.signed"), p.Who(c.SignedLabel)}, {p.T("certificate.at"), p.Instant(c.SignedAt.Format(time.RFC3339))},
		{p.T("certificate.four_eyes"), p.yesNo(c.FourEyes)}, {p.T("certificate.seal"), c.Seal}, {p.T("certificate.previous"), OrDash(c.PreviousSeal)}}}
	if !c.Holds() {
		s.Alert = p.T("certificate.reopened", p.Date(dayOf(c.ReopenedAt, p.Organisation)), p.Who(c.Reopened), c.ReopenReason)
	}
	if !c.FourEyes {
		s.Text = []string{p.T("certificate.one_pair")}
	}
	out.Sections = []Section{s, p.Figures(p.Organisation, c.Figures)}
	return out
}
