// Package pdf typesets packs with gofpdf, from their snapshots alone: the same snapshot gives the
// same bytes. It is the only package that knows gofpdf, which has edges: one rune above U+FFFF or
// one invalid byte would lose the document, fonts are written to, dates and map orders must be
// pinned. writer.go and text.go keep them away from the rest.
//
// Layout is plain: upright A4, one column, a writer that moves a cursor down. What must not be
// parted is measured by a dry run first.
package pdf

import (
	"fmt"
	"time"

	"jalon/governance"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// Renderer typesets packs. It holds nothing and may be used by many goroutines at once.
type Renderer struct{}

// Method names this way of typesetting; raise it with a change that gives other bytes for a snapshot
// that a released version has typeset.
const Method = "jalon-pack/1"

// Method names this way of typesetting.
func (Renderer) Method() string { return Method }

// Render typesets the pack of a snapshot in the snapshot's language. fingerprint, the SHA-256 of
// the stored snapshot in hexadecimal, stands on every page. Whatever goes wrong is an error, never
// a panic: one odd text must not stop a scheduler.
func (Renderer) Render(s *governance.Snapshot, fingerprint string) (document []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			document, err = nil, fmt.Errorf("pdf: render the pack: %v", r)
		}
	}()
	made, err := time.Parse(time.RFC3339, s.FrozenAt)
	if err != nil {
		return nil, fmt.Errorf("pdf: instant of the freeze: %w", err)
	}
	w, err := newWriter(made.UTC())
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	p := &pack{writer: w, s: s, r: &s.Report, x: views.For(s.Locale), fingerprint: fingerprint}
	p.write()
	document, err = w.bytes()
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	return document, nil
}

// pack is one document on its way.
type pack struct {
	*writer
	s           *governance.Snapshot
	r           *portfolio.Report
	x           views.Printer
	fingerprint string
	sheetLinks  map[portfolio.ProjectID]int // targets of the project sheets
	codeLinks   map[string]int              // the same by project code
}

func (p *pack) write() {
	p.properties()
	p.linkSheets()
	p.cover()
	contents := p.page + 1
	for range p.contentsPages() {
		p.newPage()
		p.y = bodyBottom // kept for later: whatever follows begins a page
	}
	p.section(p.x.T("pdf.essentials"), wholePage)
	p.essentials()
	if a, ok := p.x.PackArbitration(p.s); ok {
		p.section(p.x.T("scenarios.pack.title"), wholePage)
		p.arbitration(a)
	}
	p.section(p.x.T("pdf.since"), p.sinceNeeds())
	p.tidy(p.since)
	timeline := chart.NewTimeline(p.r, p.x, chart.TimelineOptions{Milestones: true})
	p.section(p.x.T("pdf.timeline"), timeline.Height(timelineEm))
	p.timeline(timeline)
	p.section(p.x.T("pdf.decisions"), 120) // here, because what follows it can share its last page
	p.decisions()
	p.section(p.x.T("pdf.drift"), 220)
	p.drift()
	if b, ok := p.x.PackBudget(p.s); ok {
		p.section(p.x.T("pdf.budget.section"), wholePage)
		p.budget(b)
	}
	p.section(p.x.T("pdf.milestones"), 120)
	p.tidy(p.milestones)
	p.section(p.x.T("pdf.sheets"), p.sheetsNeed())
	p.sheets()
	p.section(p.x.T("pdf.annex"), 240)
	p.tidy(p.annex)
	p.contents(contents)
	p.frames()
}

// properties sets what a reader's program shows of the document.
func (p *pack) properties() {
	title := p.x.T("pdf.title", p.s.Committee.Name, p.x.Period(p.s.Period.Code))
	p.f.SetTitle(p.m.safe(title), true)
	p.f.SetSubject(p.m.safe(p.r.Roadmap.Name), true)
	p.f.SetAuthor(p.m.safe(p.r.Organisation.Name), true)
	p.f.SetCreator("Jalon", true)
	p.f.SetKeywords("SHA-256 "+p.m.safe(p.fingerprint), true)
}

// linkSheets reserves a link target for each project sheet, so that any table before it can point
// there.
func (p *pack) linkSheets() {
	p.sheetLinks = make(map[portfolio.ProjectID]int, len(p.r.Projects))
	p.codeLinks = make(map[string]int, len(p.r.Projects))
	for _, line := range p.r.Projects {
		link := p.f.AddLink()
		p.sheetLinks[line.ID] = link
		p.codeLinks[line.Code] = link
	}
}

const sectionHeight = 34.0

// wholePage is the need of a section that begins a page of its own.
const wholePage = bodyBottom - bodyTop - sectionHeight

// section begins a part of the pack on this page where the height that it needs at least is left
// below its title, else on a new one.
func (p *pack) section(title string, needs float64) {
	p.gap(22)
	if p.y > bodyTop && sectionHeight+min(needs, wholePage) > p.room() {
		p.newPage()
	}
	number := 1
	for _, e := range p.entries {
		if e.level == 0 {
			number++
		}
	}
	title = fmt.Sprintf("%d. %s", number, title)
	p.record(0, title, p.f.AddLink())
	p.text(marginLeft, p.y+16, title, style{17, bold, chart.Accent})
	p.rule(p.y+24, chart.Accent, 1.2)
	p.y += sectionHeight
}

// record books the cursor's place for the table of contents and the bookmarks.
func (p *pack) record(level int, title string, link int) {
	if p.dry {
		return
	}
	title = p.m.safe(title)
	p.f.SetLink(link, p.y, p.page)
	p.f.Bookmark(title, level, max(p.y-10, 0)) // as UTF-16, because every font here is
	p.entries = append(p.entries, entry{level, title, p.page, link})
}

// heading stands over a part of a section, with room for follow points of what it announces.
func (p *pack) heading(title string, follow float64) {
	p.gap(12)
	p.need(18 + follow)
	p.y += 12
	p.text(marginLeft, p.y, title, style{11, bold, chart.Text})
	p.y += 6
}

// note is a line of small print.
func (p *pack) note(text string) { p.paragraph(text, smallMuted) }

// nothing says that a part is empty, in one line.
func (p *pack) nothing(text string) {
	p.paragraph(text, bodyMuted)
	p.y += 2
}
