package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jalon/identity"
)

// TrailQuery is a search in the audit trail, as it stands in the address.
type TrailQuery struct {
	Who, Action, Subject, Text string
	SubjectID                  string // as typed
	From, To                   string // as typed
	Before                     int64  // the last entry of the page before
}

// Values writes the search as a query; the page is left out of it.
func (q TrailQuery) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"who": q.Who, "action": q.Action, "subject": q.Subject, "id": q.SubjectID, "from": q.From, "to": q.To, "q": q.Text} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// TrailPage is a search in the audit trail of an organisation.
type TrailPage struct {
	Base
	Organisation identity.Organisation
	Search       TrailQuery
	Errors       []FieldError
	Users        []identity.User // of the organisation
	Lines        []identity.TrailLine
	More         bool // older entries match
}

func (TrailPage) template() string { return "audit" }

// Pages lists the pages about the organisation.
func (p TrailPage) Pages() []Tab { return p.organisationPages(p.Organisation) }

// AllURL is the trail without a search.
func (p TrailPage) AllURL() string { return TrailURL(p.Organisation.ID, nil) }

// FileURL is the search as a file.
func (p TrailPage) FileURL() string { return TrailFileURL(p.Organisation.ID, p.Search.Values()) }

// Narrowed tells that something is searched for.
func (p TrailPage) Narrowed() bool { return len(p.Search.Values()) > 0 }

// Later tells that the page is not the first one.
func (p TrailPage) Later() bool { return p.Search.Before > 0 }

// NewestURL and OlderURL lead from page to page.
func (p TrailPage) NewestURL() string { return TrailURL(p.Organisation.ID, p.Search.Values()) }

// OlderURL is the next page; "" when there is none.
func (p TrailPage) OlderURL() string {
	if !p.More || len(p.Lines) == 0 {
		return ""
	}
	q := p.Search.Values()
	q.Set("before", idText(p.Lines[len(p.Lines)-1].ID))
	return TrailURL(p.Organisation.ID, q)
}

// Whos lists who may have acted.
func (p TrailPage) Whos() []Choice {
	out := []Choice{{Text: p.T("trail.anybody")}}
	for _, u := range p.Users {
		out = append(out, Choice{Value: identity.SignedIn(u.ID, "").Name, Text: u.Name})
	}
	return p.chosen(out, p.Search.Who)
}

// Actions lists what may have been done.
func (p TrailPage) Actions() []Choice { return p.coded("trail.action.", p.Search.Action) }

// Subjects lists to what it may have been done.
func (p TrailPage) Subjects() []Choice { return p.coded("trail.subject.", p.Search.Subject) }

func (p TrailPage) coded(prefix, value string) []Choice {
	var out []Choice
	for code, text := range Texts(p.Lang, prefix) {
		out = append(out, Choice{Value: code, Text: text})
	}
	slices.SortFunc(out, func(a, b Choice) int { return strings.Compare(a.Text+a.Value, b.Text+b.Value) })
	return p.chosen(append([]Choice{{Text: p.T("trail.any")}}, out...), value)
}

// chosen marks a choice. A value that is not among them, from a link or an entry of a kind that has no words yet, becomes one.
func (p TrailPage) chosen(all []Choice, value string) []Choice {
	found := false
	for i := range all {
		all[i].Selected = all[i].Value == value
		found = found || all[i].Selected
	}
	if !found {
		all = append(all, Choice{Value: value, Text: value, Selected: true})
	}
	return all
}

// TrailEntry is an entry of the trail in words.
type TrailEntry struct {
	ID                  string
	When, Who, WhoURL   string
	Action, Code        string
	Subject, SubjectURL string
	Changes             []TrailChange
	More                string // changes that are left out
	Raw                 string
	Erased              bool
	Seal                string // "" when it is not sealed yet
}

// trailNouns are what whoever reads the trail may open as well; other pages are for those who work on them.
var trailNouns = []string{"roadmap", "project", "pack", "user"}

// Entries writes out the entries.
func (p TrailPage) Entries() []TrailEntry {
	out := make([]TrailEntry, len(p.Lines))
	for i, l := range p.Lines {
		e := TrailEntry{ID: idText(l.ID), When: p.onClock(l.At, p.Organisation.Location()), Who: l.ActorName, Action: p.TrailAction(l.Action), Code: l.Action,
			Subject: p.trailSubject(l.Subject), Erased: l.Erased}
		q := p.Search
		q.Who, q.Before = l.Actor, 0
		e.WhoURL = TrailURL(p.Organisation.ID, q.Values())
		if l.SubjectID != 0 {
			e.Subject += " " + idText(l.SubjectID)
			if slices.Contains(trailNouns, l.Subject) {
				e.SubjectURL = SubjectURL(l.Subject, l.SubjectID)
			}
		}
		if l.Seal != 0 {
			e.Seal = p.Int(l.Seal)
		}
		if !l.Erased && l.Details != "" && l.Details != "null" {
			e.Raw = l.Details
			e.Changes, e.More = p.trailChanges(l.Details)
		}
		out[i] = e
	}
	return out
}

// TrailAction says what was done; an action that has no words shows its code.
func (p Printer) TrailAction(code string) string {
	if key := "trail.action." + code; p.Has(key) {
		return p.T(key)
	}
	return code
}

func (p Printer) trailSubject(code string) string {
	if key := "trail.subject." + code; p.Has(key) {
		return p.T(key)
	}
	return code
}

// TrailColumns heads the columns of the trail as a file.
func (p Printer) TrailColumns() []string {
	return []string{p.T("trail.entry"), p.T("trail.utc"), p.T("trail.when"), p.T("trail.actor"), p.T("trail.who"), p.T("trail.code"), p.T("trail.what"), p.T("trail.subject"),
		p.T("trail.number"), p.T("trail.details"), p.T("trail.erased"), p.T("trail.seal")}
}

// TrailCells writes an entry as a row of that file.
func (p Printer) TrailCells(o identity.Organisation, l identity.TrailLine) []string {
	id, seal := "", ""
	if l.SubjectID != 0 {
		id = idText(l.SubjectID)
	}
	if l.Seal != 0 {
		seal = idText(l.Seal)
	}
	return []string{idText(l.ID), l.At.UTC().Format("2006-01-02T15:04:05Z"), l.At.In(o.Location()).Format("2006-01-02 15:04:05"), l.Actor, l.ActorName, l.Action, p.TrailAction(l.Action), l.Subject, id,
		l.Details, p.yesNo(l.Erased), seal}
}

// changesLimit and valuesLimit bound what one entry shows, of what changed and of what was merely booked: an import names
// thousands of projects.
const (
	changesLimit = 40
	valuesLimit  = 8
)

func (p Printer) trailChanges(details string) (shown []TrailChange, more string) {
	values, left := 0, 0
	for i, c := range p.readChanges(details) {
		if !c.Compared {
			values++
		}
		if values > valuesLimit || i >= changesLimit {
			left++
			continue
		}
		shown = append(shown, c)
	}
	if left > 0 {
		more = p.N("trail.more", left)
	}
	return shown, more
}

// number writes a place in a list, counted from one.
func number(i int) string { return strconv.Itoa(i + 1) }
