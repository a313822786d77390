package views

import (
	"strconv"
	"strings"
	"time"

	"jalon/governance"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views/chart"
)

// PackPage is a committee's pack as a page: what its PDF shows, from the same snapshot alone, for
// those whom a PDF does not serve. Nothing on it leads to today's figures.
type PackPage struct {
	Base
	Card     governance.PackCard
	Snapshot *governance.Snapshot
	Report   *portfolio.Report // of the snapshot
	Links    PackLinks

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
		Links: PackLinks{PDF: PackURL(card.ID), Committee: CommitteeURL(card.Committee), Size: b.fileSize(card.Size)}}
	for i := range s.Report.Projects {
		l := &s.Report.Projects[i]
		p.anchors[l.Code] = "#" + sheetID(l)
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
	return Cell{Text: projectTitle(h.Code, h.Name), URL: p.anchors[h.Code]}
}

// line is project for a line of the report.
func (p PackPage) line(l *portfolio.ProjectLine) Cell {
	return Cell{Text: projectTitle(l.Code, l.Name), URL: "#" + sheetID(l)}
}

// projectTitle names a project by its code and name, once where they are the same.
func projectTitle(code, name string) string {
	if code == "" || code == name {
		return name
	}
	return code + nbsp + "· " + name
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
	return []PackEntry{{"essentials", p.T("pdf.essentials")}, {"since", p.T("pdf.since")}, {"timeline", p.T("pdf.timeline")}, {"drift", p.T("pdf.drift")},
		{"milestones", p.T("pdf.milestones")}, {"sheets", p.T("pdf.sheets")}, {"decisions", p.T("pdf.decisions")}, {"annex", p.T("pdf.annex")}}
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

// Cover lists what the pack is.
func (p PackPage) Cover() []Fact {
	s, r := p.Snapshot, p.Report.Roadmap
	sitting := p.LongDate(s.Period.SittingOn)
	if s.Period.SittingAt != "" {
		sitting = p.T("pdf.at", p.Weekday(s.Period.SittingOn), sitting, s.Period.SittingAt)
	}
	facts := []Fact{
		{p.T("pdf.committee"), s.Committee.Name + " (" + p.T("level."+string(s.Committee.Level)) + ")"},
		{p.T("pdf.sitting"), sitting}, {p.T("pdf.figures_on"), p.LongDate(s.Period.FiguresOn)},
		{p.T("pdf.period"), p.span(s.Period.First, s.Period.Last)}, {p.T("pdf.deadline"), p.deadline()},
		{p.T("pdf.manager"), orDash(r.Manager)}, {p.T("pdf.sponsor"), orDash(r.Sponsor)},
		{p.T("pdf.edition"), p.edition()},
	}
	return facts
}

func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return Dash
	}
	return text
}

// span writes two days, with words for one that is missing and a dash for none.
func (p Printer) span(from, to civil.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return Dash
	case from.IsZero():
		return p.T("pdf.until", to)
	case to.IsZero():
		return p.T("pdf.from", from)
	}
	return p.T("pdf.range", from, to)
}

// deadline is the end of the roadmap with the days left to it.
func (p PackPage) deadline() string {
	end, days := p.Report.Roadmap.End, p.Report.Roadmap.DaysLeft
	switch {
	case end.IsZero():
		return p.T("pdf.deadline_none")
	case days == nil:
		return p.LongDate(end)
	case *days < 0:
		return p.N("pdf.deadline_past", -*days, p.LongDate(end))
	}
	return p.N("pdf.deadline_left", *days, p.LongDate(end))
}

// edition says which edition this is, when it was frozen and by whom.
func (p PackPage) edition() string {
	s := p.Snapshot
	if s.FrozenBy == "" {
		return p.T("pdf.edition_auto", s.Edition, p.FrozenAt())
	}
	return p.T("pdf.edition_of", s.Edition, p.FrozenAt(), s.FrozenBy)
}

// FrozenAt is the instant of the freeze on the committee's own clock.
func (p PackPage) FrozenAt() string {
	at, err := time.Parse(time.RFC3339, p.Snapshot.FrozenAt)
	if err != nil {
		return p.Snapshot.FrozenAt
	}
	return p.T("pdf.instant", strconv.Itoa(at.Day()), p.Month(int(at.Month())), strconv.Itoa(at.Year()), at.Format("15:04"))
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
