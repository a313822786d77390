package views

import (
	"jalon/governance"
	"jalon/portfolio"
	"jalon/views/chart"
	"strconv"
)

// PackPage is a committee's pack as a page: what its PDF shows, from the same snapshot alone, for
// those whom a PDF does not serve. Nothing on it leads to today's figures.
type PackPage struct {
	Base
	Card     governance.PackCard
	Snapshot *governance.Snapshot
	Report   *portfolio.Report // of the snapshot
	Links    PackLinks

	Budget      *PackBudgetPart  // nil: there is none
	Arbitration *PackArbitration // nil: nothing is to be chosen

	drawing *drawing
	anchors map[string]string // address of a project's sheet by the project's code
}

// PackLinks are the ways out of the pack.
type PackLinks struct{ PDF, Committee, Size string }

func (PackPage) template() string { return "pack" }

// NewPackPage makes the page of a pack. The printer of the base should speak the pack's language.
func NewPackPage(b Base, card governance.PackCard, s *governance.Snapshot) PackPage {
	b.Path = PackPageURL(card.ID)
	b.Title = b.T("pdf.title", s.Committee.Name, b.Period(s.Period.Code))
	b.Trail = []Link{{b.T("web.committees.title"), CommitteesURL}, {s.Committee.Name, CommitteeURL(card.Committee)}}
	p := PackPage{Base: b, Card: card, Snapshot: s, Report: &s.Report, anchors: make(map[string]string, len(s.Report.Projects)),
		Links: PackLinks{PDF: PackURL(card.ID), Committee: CommitteeURL(card.Committee), Size: b.fileSize(int64(card.Size))}}
	for i := range s.Report.Projects {
		l := &s.Report.Projects[i]
		p.anchors[l.Code] = "#" + sheetID(l)
	}
	if budget, ok := b.PackBudget(s); ok {
		p.Budget = &PackBudgetPart{budget, p.anchors}
	}
	if choice, ok := b.PackArbitration(s); ok {
		choice.anchors = p.anchors
		p.Arbitration = &choice
	}
	p.drawing = b.Printer.draw(p.Report, chart.TimelineOptions{Milestones: true, Href: func(l *portfolio.ProjectLine) string { return "#" + sheetID(l) }})
	return p
}

// sheetID is the place of a project's sheet on the page.
func sheetID(l *portfolio.ProjectLine) string {
	return "project-" + strconv.FormatInt(int64(l.ID), 10)
}

// LanguageLinks are none: a pack has one language.
func (PackPage) LanguageLinks() []LanguageLink { return nil }

// project is a cell that names a project and leads to its sheet, where it has one.
func (p PackPage) project(h portfolio.Head) Cell {
	return Cell{Text: ProjectTitle(h.Code, h.Name), URL: p.anchors[h.Code]}
}

// line is project for a line of the report.
func (p PackPage) line(l *portfolio.ProjectLine) Cell {
	return Cell{Text: ProjectTitle(l.Code, l.Name), URL: "#" + sheetID(l)}
}

// colour is a cell of a weather colour with a text.
func (p PackPage) colour(colour, text string) Cell { return Cell{Text: text, Badge: p.Badge(colour)} }

// money writes an amount in short.
func (p PackPage) money(amount any) string { return p.MoneyShort(amount, p.Report.Currency) }

// column is a column whose title is a text of the catalogue.
func (p PackPage) column(key, class string) Heading { return Heading{p.T(key), class} }

// PackEntry is a line of the table of contents.
type PackEntry struct{ ID, Title string }

// Contents lists the sections in the order of the PDF.
func (p PackPage) Contents() []PackEntry {
	entries := []PackEntry{{"essentials", p.T("pdf.essentials")}}
	if p.Arbitration != nil {
		entries = append(entries, PackEntry{"arbitration", p.T("scenarios.pack.title")})
	}
	entries = append(entries, PackEntry{"since", p.T("pdf.since")}, PackEntry{"timeline", p.T("pdf.timeline")}, PackEntry{"decisions", p.T("pdf.decisions")}, PackEntry{"drift", p.T("pdf.drift")})
	if p.Budget != nil {
		entries = append(entries, PackEntry{"budget", p.T("pdf.budget.section")})
	}
	return append(entries, PackEntry{"milestones", p.T("pdf.milestones")}, PackEntry{"sheets", p.T("pdf.sheets")}, PackEntry{"annex", p.T("pdf.annex")})
}

// Section is the title of a section with its number, which is the same in the PDF.
func (p PackPage) Section(id string) string {
	for i, e := range p.Contents() {
		if e.ID == id {
			return strconv.Itoa(i+1) + ". " + e.Title
		}
	}
	return ""
}

// Projects lists the sheets for the table of contents.
func (p PackPage) Projects() []Link {
	links := make([]Link, len(p.Report.Projects))
	for i := range p.Report.Projects {
		c := p.line(&p.Report.Projects[i])
		links[i] = Link{c.Text, c.URL}
	}
	return links
}

// Cover lists what the pack is.
func (p PackPage) Cover() []Fact { return p.PackCover(p.Snapshot) }

// FrozenAt is the instant of the freeze on the committee's own clock.
func (p PackPage) FrozenAt() string { return p.Instant(p.Snapshot.FrozenAt) }

// Late says that the pack was frozen late, "" when it was not.
func (p PackPage) Late() string {
	if p.Snapshot.LateDays <= 0 {
		return ""
	}
	return p.N("pdf.late", p.Snapshot.LateDays)
}

// Corrected says that this edition corrects others, "" for the first.
func (p PackPage) Corrected() string {
	if p.Snapshot.Edition <= 1 && len(p.Snapshot.Errata) == 0 {
		return ""
	}
	return p.T("pdf.errata", p.Snapshot.Edition)
}

// Members lists the committee's members.
func (p PackPage) Members() []Fact {
	members := make([]Fact, len(p.Snapshot.Members))
	for i, m := range p.Snapshot.Members {
		members[i] = Fact{m.Name, m.Role}
	}
	return members
}

// NextSittings lists the coming sittings.
func (p PackPage) NextSittings() []string {
	out := make([]string, len(p.Snapshot.Sittings))
	for i, s := range p.Snapshot.Sittings {
		out[i] = p.T("pdf.next_sitting", p.LongDate(s.On), p.Period(s.Period))
	}
	return out
}
