package views

import (
	"net/url"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Sections of the site, as the menu lists them.
const (
	SectionRoadmaps   = "roadmaps"
	SectionCommittees = "committees"
	SectionDecisions  = "decisions"
	SectionFinance    = "finance"
	SectionMethods    = "methods"
	SectionSearch     = "search"
	SectionAccount    = "account"
	SectionAdmin      = "organisations"
)

// Base is what every page has. The printer is a value on it, so that {{.T "key"}} speaks the
// reader's language without shared state.
type Base struct {
	Printer
	Title   string // of the document, in the reader's language
	Section string // the current entry of the menu; "" for none
	Path    string // of this page, for the language links
	Query   url.Values
	Trail   []Link  // the way here from the first page, which is left out
	Tabs    []Tab   // the pages of one roadmap
	Viewer  *Viewer // who looks at it; nil when nobody signed in
	Flash   string  // what was just done
	Refresh int     // after how many seconds the page asks for itself again; 0: never
	// Deadline is the roadmap's end and how far off it is: a roadmap without an eye on it drifts, so
	// it stands on every page of one.
	Deadline string
}

// Viewer is who looks at a page, and what their forms must carry.
type Viewer struct {
	Name      string
	Actor     identity.Actor
	CSRF      string
	Request   func() string // a fresh key for a form that does its work once
	Shortcuts bool          // single keys lead somewhere
}

// May tells whether the viewer holds a permission in a place: links to what would be refused are left out.
func (b Base) May(p identity.Permission, s identity.Scope) bool {
	return b.Viewer != nil && b.Viewer.Actor.May(p, s)
}

// MayAnywhere tells whether the viewer holds a permission in some place.
func (b Base) MayAnywhere(p identity.Permission) bool {
	return b.Viewer != nil && b.Viewer.Actor.MayAnywhere(p)
}

// OnAccount tells that the page is about the viewer's own account.
func (b Base) OnAccount() bool { return b.Section == SectionAccount }

// NewForm starts a form of the page, with what protects it.
func (b Base) NewForm(action, submit, cancel string, version int64, fields ...Field) Form {
	f := Form{Printer: b.Printer, Action: action, Submit: submit, Cancel: cancel, Version: version, Fields: fields}
	for i := range f.Fields {
		f.Fields[i].choose()
	}
	if b.Viewer != nil {
		f.CSRF, f.Request = b.Viewer.CSRF, b.Viewer.Request()
	}
	return f
}

// Act is a form of one button.
func (b Base) Act(action, submit, label string, version int64, fields ...Field) Form {
	f := b.NewForm(action, submit, "", version, fields...)
	f.Label = label
	return f
}

// Link is a text that leads somewhere.
type Link struct {
	Text, URL string
}

// Tab is a link of a menu, which may be the current one.
type Tab struct {
	Text, URL string
	Current   bool
}

// LanguageLink leads to the same page in another language.
type LanguageLink struct {
	Lang, Name, URL string
	Current         bool
}

// languageNames are written in their own language, wherever they stand.
var languageNames = map[string]string{"fr": "Français", "en": "English"}

// Menu lists the sections of the site.
func (b Base) Menu() []Tab {
	var tabs []Tab
	if b.Viewer != nil {
		tabs = append(tabs, Tab{b.T("web.menu.roadmaps"), HomeURL, b.Section == SectionRoadmaps},
			Tab{b.T("web.menu.committees"), CommitteesURL, b.Section == SectionCommittees},
			Tab{b.T("web.menu.decisions"), DecisionsURL, b.Section == SectionDecisions})
		if b.MayAnywhere(identity.PermReadLedger) {
			tabs = append(tabs, Tab{b.T("web.menu.finance"), FinanceURL, b.Section == SectionFinance})
		}
		if b.MayAnywhere(identity.PermReadNetwork) || b.MayAnywhere(identity.PermEditUsers) {
			tabs = append(tabs, Tab{b.T("web.menu.organisations"), OrganisationsURL, b.Section == SectionAdmin})
		}
	}
	return append(tabs, Tab{b.T("web.menu.methods"), MethodsURL, b.Section == SectionMethods})
}

// LanguageLinks lists the languages, each with the address of this very page in it.
func (b Base) LanguageLinks() []LanguageLink {
	links := make([]LanguageLink, len(Languages))
	for i, lang := range Languages {
		q := url.Values{}
		for k, v := range b.Query {
			q[k] = v
		}
		q.Set("lang", lang)
		links[i] = LanguageLink{lang, languageNames[lang], withQuery(b.Path, q), lang == b.Lang}
	}
	return links
}

// DocumentTitle is the title of the page, then the way back up, then the name of the application.
func (b Base) DocumentTitle() string {
	parts := []string{b.Title}
	for i := len(b.Trail) - 1; i >= 0; i-- {
		parts = append(parts, b.Trail[i].Text)
	}
	return strings.Join(append(parts, "Jalon"), " – ")
}

// Day is the day whose figures a page shows.
type Day struct {
	On    civil.Date
	Today civil.Date
	Typed string // what stands in the date field: the day, or what was typed in its place
	Error string // why what was typed is not shown, in the reader's language
	// Keep are further parameters that the form of the day carries along.
	Keep []Parameter
}

// Parameter is one parameter of a query.
type Parameter struct{ Name, Value string }

// Past tells that the figures are not today's.
func (d Day) Past() bool { return d.On != d.Today }

// query holds the day as pages carry it from link to link; empty for today.
func (d Day) query() url.Values {
	q := url.Values{}
	if d.Past() && !d.On.IsZero() {
		q.Set("as_of", d.On.String())
	}
	return q
}

// SetRoadmap makes the page one of a roadmap's: with the way back and the tabs. The tab of the page
// itself is the current one.
func (b *Base) SetRoadmap(r *portfolio.Report, d Day) {
	dashboard, projects := RoadmapURL(r.Roadmap.ID, Day{}), projectsPath(r.Roadmap.ID)
	b.Tabs = []Tab{
		{b.T("web.tab.dashboard"), RoadmapURL(r.Roadmap.ID, d), b.Path == dashboard},
		{b.T("web.tab.projects"), ProjectsURL(r.Roadmap.ID, ProjectQuery{}, d), b.Path == projects},
	}
	if b.May(identity.PermReadCost, placeOf(r)) {
		finance := RoadmapFinanceURL(r.Roadmap.ID, Day{})
		b.Tabs = append(b.Tabs, Tab{b.T("web.tab.finance"), RoadmapFinanceURL(r.Roadmap.ID, d), b.Path == finance})
	}
	b.Tabs = append(b.Tabs, Tab{b.T("web.tab.requests"), Under(r.Roadmap.ID, PartRequests), b.aboutRequests(r.Roadmap.ID)},
		Tab{b.T("scoring.tab.ranking"), Under(r.Roadmap.ID, PartRanking), false})
	b.Tabs = append(b.Tabs, Tab{b.T("scenarios.list"), ScenariosURL(r.Roadmap.ID), false})
	b.Deadline = b.T("web.roadmap.deadline") + " · " + deadlineNote(b.Printer, r.Roadmap)
	if !r.Roadmap.End.IsZero() {
		b.Deadline = b.T("web.roadmap.deadline") + " " + b.Date(r.Roadmap.End) + " · " + deadlineNote(b.Printer, r.Roadmap)
	}
	if b.Path != dashboard {
		b.Trail = []Link{{r.Roadmap.Name, RoadmapURL(r.Roadmap.ID, d)}}
	}
}
