package views

import (
	"jalon/portfolio"
)

// AccessibilityPage is the accessibility statement.
type AccessibilityPage struct{ Base }

func (AccessibilityPage) template() string { return "accessibility" }

// ShortcutsPage lists the keys that lead somewhere.
type ShortcutsPage struct{ Base }

func (ShortcutsPage) template() string { return "shortcuts" }

// Shortcut is a key and what it does.
type Shortcut struct {
	Keys []string
	Text string
}

// Shortcuts lists them; assets/app.js is what listens.
func (p ShortcutsPage) Shortcuts() []Shortcut {
	return []Shortcut{
		{[]string{"?"}, p.T("shortcuts.help")}, {[]string{"/"}, p.T("shortcuts.search")},
		{[]string{"g", "r"}, p.T("shortcuts.roadmaps")}, {[]string{"g", "c"}, p.T("shortcuts.committees")}, {[]string{"g", "d"}, p.T("shortcuts.decisions")},
		{[]string{"g", "o"}, p.T("shortcuts.organisations")}, {[]string{"g", "a"}, p.T("shortcuts.account")},
		{[]string{"n"}, p.T("shortcuts.new")}, {[]string{"e"}, p.T("shortcuts.edit")}, {[]string{"s"}, p.T("shortcuts.status")},
		{[]string{"j", "k"}, p.T("shortcuts.queue.next")}, {[]string{"a"}, p.T("shortcuts.queue.accept")}, {[]string{"s"}, p.T("shortcuts.queue.split")},
		{[]string{"e"}, p.T("shortcuts.queue.exclude")}, {[]string{"r"}, p.T("shortcuts.queue.rule")},
	}
}

// SearchPage shows what was found in everything that the reader may see.
type SearchPage struct {
	Base
	Text string
	Hits []portfolio.Hit
	More bool
}

func (SearchPage) template() string { return "search" }

// Found is a hit with its address.
type Found struct{ URL, Kind, Code, Name, Context string }

// Found writes out the hits.
func (p SearchPage) Found() []Found {
	out := make([]Found, 0, len(p.Hits))
	for _, h := range p.Hits {
		f := Found{Kind: p.T("search.kind." + h.Kind), Code: h.Code, Name: h.Name, Context: h.Context}
		switch h.Kind {
		case "theme": // has no page of its own
			f.URL = RoadmapURL(h.RoadmapID, Day{})
		case "committee":
			f.URL = CommitteeURL(h.Code)
		default:
			f.URL = SubjectURL(h.Kind, h.ID)
		}
		out = append(out, f)
	}
	return out
}
