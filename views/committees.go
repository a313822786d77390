package views

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// CommitteePath is the address of a page of a committee; page is "" for its own. organisation is the code of the
// organisation and tells the committee from one of the same code elsewhere; "" in the usual case.
func CommitteePath(code, organisation, page string) string {
	path := CommitteeURL(code)
	if page != "" {
		path += "/" + page
	}
	if organisation == "" {
		return path
	}
	return path + "?" + url.Values{"organisation": {organisation}}.Encode()
}

// NewCommitteeURL is the page that creates a committee of a roadmap.
func NewCommitteeURL(id portfolio.RoadmapID) string {
	return RoadmapURL(id, Day{}) + "/committees/new"
}

// Tool is a link of a toolbar. Key is the shortcut that leads there; "" for none.
type Tool struct {
	Text, URL, Key string
	Main           bool
}

// CommitteesPage lists the committees that the reader may see.
type CommitteesPage struct {
	Base
	Committees []governance.CommitteeCard
	Ambiguous  string                  // the code that several of them bear and that was asked for; "" for the whole list
	Roadmaps   []portfolio.RoadmapCard // to which the reader may add a committee
}

func (CommitteesPage) template() string { return "committees" }

// MayBegin tells whether the reader can start a roadmap, which a committee needs.
func (p CommitteesPage) MayBegin() bool {
	return p.Viewer != nil && len(p.Viewer.Actor.Reach(identity.PermEditPortfolio).Organisations) > 0
}

// maxNewLinks is how many roadmaps the toolbar offers a new committee for; the others offer it on their own pages.
const maxNewLinks = 5

// Tools lead to the page that adds a committee, one for each roadmap.
func (p CommitteesPage) Tools() []Tool {
	if p.Ambiguous != "" {
		return nil
	}
	var tools []Tool
	for i, r := range p.Roadmaps[:min(len(p.Roadmaps), maxNewLinks)] {
		t := Tool{Text: p.T("committee.new.for", r.Name), URL: NewCommitteeURL(r.ID)}
		if i == 0 {
			t.Key, t.Main = "n", true
		}
		tools = append(tools, t)
	}
	return tools
}

// CommitteePage is one committee with all its packs.
type CommitteePage struct {
	Base
	Committee    governance.CommitteeCard
	Organisation string // in the address; "" in the usual case
}

func (CommitteePage) template() string { return "committee" }

// at is the address of a page of the committee.
func (p CommitteePage) at(page string) string {
	return CommitteePath(p.Committee.Code, p.Organisation, page)
}

// Tools lead to what the reader may do with the committee.
func (p CommitteePage) Tools() []Tool {
	var tools []Tool
	place := p.Committee.Place()
	if p.May(identity.PermDecide, place) {
		tools = append(tools, Tool{p.T("decision.new"), p.at("decisions/new"), "n", true})
	}
	if p.May(identity.PermFreezePack, place) {
		tools = append(tools, Tool{p.T("pack.new"), p.at("packs/new"), "", false})
	}
	if p.May(identity.PermEditCommittee, place) {
		tools = append(tools, Tool{p.T("committee.edit"), p.at("edit"), "e", false}, Tool{p.T("member.list"), p.at("members"), "", false})
	}
	return tools
}

// PacksHidden tells that the reader may not read packs: that there are none cannot be said to them.
func (p CommitteePage) PacksHidden() bool {
	return !p.May(identity.PermReadPack, p.Committee.Place())
}

// MayReadRoadmap tells whether the roadmap's own page is there for the reader.
func (p CommitteePage) MayReadRoadmap() bool { return p.mayReadRoadmap(p.Committee) }

func (p Base) mayReadRoadmap(c governance.CommitteeCard) bool {
	return p.May(identity.PermReadPortfolio, identity.Scope{Organisation: c.OrganisationID, Roadmap: int64(c.RoadmapID)})
}

// CommitteeTile is a committee as the list shows it.
type CommitteeTile struct {
	URL, Name, Code, Level, Cadence, Roadmap, Next, Freeze string
	RoadmapURL                                             string // "" when the reader may not read the roadmap
	Organisation                                           string // named when there are several
	Members                                                int
	Packs                                                  []PackRow
	PacksHidden                                            bool
}

// Tiles writes out the committees with their last pack. Of committees that share a code the address names the
// organisation too.
func (p CommitteesPage) Tiles() []CommitteeTile {
	tiles := make([]CommitteeTile, len(p.Committees))
	bear, organisations := map[string]int{}, map[string]bool{}
	for _, c := range p.Committees {
		bear[c.Code]++
		organisations[c.Organisation.Code] = true
	}
	for i, c := range p.Committees {
		tiles[i] = p.committeeTile(c)
		if bear[c.Code] > 1 {
			tiles[i].URL = CommitteePath(c.Code, c.Organisation.Code, "")
		}
		if len(organisations) > 1 {
			tiles[i].Organisation = c.Organisation.Name
		}
		if len(c.Packs) > 0 {
			tiles[i].Packs = []PackRow{p.packRow(c.Packs[0], c.Location())}
		}
	}
	return tiles
}

func (p Base) committeeTile(c governance.CommitteeCard) CommitteeTile {
	t := CommitteeTile{
		URL: CommitteeURL(c.Code), Name: c.Name, Code: c.Code, Level: p.T("level." + string(c.Level)), Cadence: p.Cadence(c.Cadence),
		Roadmap: c.Roadmap.Name, Next: Dash, Freeze: p.Date(c.NextFreeze), Members: len(c.Members), PacksHidden: !p.May(identity.PermReadPack, c.Place()),
	}
	if p.mayReadRoadmap(c) {
		t.RoadmapURL = RoadmapURL(c.RoadmapID, Day{})
	}
	if len(c.NextSittings) > 0 {
		t.Next = p.sittingDay(c.NextSittings[0].On)
	}
	return t
}

// sittingDay writes "mardi 8 décembre 2026".
func (p Printer) sittingDay(d civil.Date) string { return p.Weekday(d) + " " + p.LongDate(d) }

// Cadence writes a rule in words: "chaque mois, le 2e mardi à 09:30".
func (p Printer) Cadence(r cadence.Rule) string {
	var b strings.Builder
	b.WriteString(p.T("web.cadence." + string(r.Frequency)))
	if r.Frequency.Months() > 1 {
		b.WriteString(p.T("web.cadence.month", p.T(fmt.Sprintf("web.ordinal.%d", r.Month))))
	}
	switch {
	case r.Day == cadence.Last:
		b.WriteString(p.T("web.cadence.day.last"))
	case r.Day == 1:
		b.WriteString(p.T("web.cadence.day.first"))
	case r.Day > 0:
		b.WriteString(p.T("web.cadence.day", r.Day))
	case r.Nth == cadence.Last:
		b.WriteString(p.T("web.cadence.weekday.last", p.T(fmt.Sprintf("weekday.%d", r.Weekday))))
	default:
		b.WriteString(p.T("web.cadence.weekday", p.T(fmt.Sprintf("web.ordinal.%d", r.Nth)), p.T(fmt.Sprintf("weekday.%d", r.Weekday))))
	}
	b.WriteString(p.T("web.cadence.time", p.clock(r.Hour, r.Minute)))
	if r.Move != cadence.MoveNone {
		b.WriteString(p.T("web.cadence.move." + string(r.Move)))
	}
	return b.String()
}

// Clock writes the time of day of an instant, in the zone that it carries.
func (p Printer) Clock(t time.Time) string { return p.clock(t.Hour(), t.Minute()) }

// clock writes a time of day: "9 h 30" in French, "09:30" in English.
func (p Printer) clock(hour, minute int) string {
	if p.Lang == "en" {
		return fmt.Sprintf("%02d:%02d", hour, minute)
	}
	if minute == 0 {
		return fmt.Sprintf("%d"+nbsp+"h", hour)
	}
	return fmt.Sprintf("%d"+nbsp+"h"+nbsp+"%02d", hour, minute)
}

// PackRow is a pack in a table of packs.
type PackRow struct {
	Committee, Period, Edition, FiguresOn, FrozenAt, Late string
	Errata                                                []string
	URL, Label, Size, Lang, Language                      string
	PageURL, PageLabel                                    string
	SnapshotSHA256, PDFSHA256                             string
}

func (p Printer) packRow(k governance.PackCard, loc *time.Location) PackRow {
	at := k.FrozenAt.In(loc)
	row := PackRow{
		Period: p.Period(k.Period), Edition: p.Int(int64(k.Edition)), FiguresOn: p.Date(k.FiguresOn),
		FrozenAt: p.T("web.packs.at", civil.DateOf(k.FrozenAt, loc), p.clock(at.Hour(), at.Minute())),
		Errata:   k.Errata, URL: PackURL(k.ID), PageURL: PackPageURL(k.ID), Size: p.fileSize(int64(k.Size)), Lang: k.Locale, Language: languageNames[k.Locale],
		SnapshotSHA256: k.SnapshotSHA256, PDFSHA256: k.PDFSHA256,
	}
	row.Label = p.T("web.packs.open", k.CommitteeName, row.Period, k.Edition)
	row.PageLabel = p.T("web.packs.open.page", k.CommitteeName, row.Period, k.Edition)
	if k.LateDays > 0 {
		row.Late = p.N("web.packs.late", k.LateDays)
	}
	return row
}

// fileSize writes a number of bytes in thousands: "412 ko".
func (p Printer) fileSize(bytes int64) string {
	const kilo = 1000
	switch tenths := (bytes + kilo/20) / (kilo / 10); {
	case bytes < kilo:
		return p.N("web.unit.bytes", int(bytes))
	case tenths < 1000: // of larger ones tenths say nothing
		return p.Int(tenths/10) + p.point() + p.Int(tenths%10) + nbsp + p.T("web.unit.kilobytes")
	}
	return p.Int((bytes+kilo/2)/kilo) + nbsp + p.T("web.unit.kilobytes")
}

// Tile is the committee's head.
func (p CommitteePage) Tile() CommitteeTile { return p.committeeTile(p.Committee) }

// Packs lists all packs, newest first.
func (p CommitteePage) Packs() []PackRow {
	rows := make([]PackRow, len(p.Committee.Packs))
	for i, k := range p.Committee.Packs {
		rows[i] = p.packRow(k, p.Committee.Location())
	}
	return rows
}

// ComingSitting is a sitting to come and the day on which its pack is frozen.
type ComingSitting struct{ Period, On, Freeze string }

// Coming lists the next sittings.
func (p CommitteePage) Coming() []ComingSitting {
	c := p.Committee
	return p.comingSittings(c.Committee, c.NextSittings[:min(len(c.NextSittings), maxSittings)])
}

func (p Printer) comingSittings(c governance.Committee, sittings []governance.SittingLine) []ComingSitting {
	var out []ComingSitting
	for _, s := range sittings {
		freeze := civil.Date{}
		if period, err := cadence.Parse(s.Period); err == nil {
			freeze = c.Cadence.FreezeDate(period, c.LeadDays)
		}
		out = append(out, ComingSitting{p.Period(s.Period), p.sittingDay(s.On), p.Date(freeze)})
	}
	return out
}

// Packs lists the last packs of the roadmap's committees, newest first.
func (p DashboardPage) Packs() []PackRow {
	type dated struct {
		row    PackRow
		frozen time.Time
		id     int64
	}
	var all []dated
	for _, c := range p.Committees {
		for _, k := range c.Packs[:min(len(c.Packs), maxPacks)] {
			row := p.packRow(k, c.Location())
			row.Committee = c.Name
			all = append(all, dated{row, k.FrozenAt, int64(k.ID)})
		}
	}
	slices.SortFunc(all, func(a, b dated) int { return cmp.Or(b.frozen.Compare(a.frozen), cmp.Compare(b.id, a.id)) })
	rows := make([]PackRow, 0, maxPacks)
	for _, d := range all[:min(len(all), maxPacks)] {
		rows = append(rows, d.row)
	}
	return rows
}
