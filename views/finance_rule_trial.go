package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
)

// yearFilter asks for the fiscal year that a page is about.
func (b Base) yearFilter(action string, years finance.Calendar, chosen int64, submit string) *FilterForm {
	form := Form{Name: "year", Fields: []Field{{Name: "year", Type: "select", Label: b.T("control.year"), Value: strconv.FormatInt(chosen, 10), Options: b.yearChoices(years, chosen, false)}}}
	return &FilterForm{Action: action, Label: b.T("rules.year"), Fields: form.Items(), Submit: submit}
}

// TrialPage says what the newest version of a rule would do with the entries of a fiscal year.
type TrialPage struct {
	Base
	Organisation identity.Organisation
	Calendar     finance.Calendar
	Rule         finance.RuleDetail
	Year         int64 // 0: there is none
	Trial        finance.RuleTrial
}

// Page puts the page together.
func (p TrialPage) Page() SectionsPage {
	here := RuleURL(p.Organisation.ID, p.Rule.ID)
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("rules.try.text", p.Rule.Versions[0].Version)}}
	if p.Year == 0 {
		out.Sections = []Section{{Text: []string{p.T("periods.none")}}}
		return out
	}
	out.Filter = p.yearFilter(here+"/try", p.Calendar, p.Year, p.T("rules.try"))
	s := Section{ID: "trial", Title: p.T("rules.try.result"), Tables: []Table{p.trialTable(p.Trial.Trial)}, Links: []Tool{{Text: p.T("rules.back"), URL: here}}}
	if p.Trial.Cut {
		s.Note = p.T("rules.try.cut")
	}
	rows := make([][]Cell, len(p.Trial.Examples))
	for i := range p.Trial.Examples {
		e := &p.Trial.Examples[i]
		rows[i] = []Cell{{Text: p.PostingTitle(e), URL: AllocationsURL(p.Organisation.ID, e.ID), Note: p.postingNote(e)}, {Text: OrDash(e.SupplierName)}, {Text: p.Exact(e.Amount, p.Organisation.Currency)}}
	}
	t := newTable(p.T("rules.try.examples"), []Heading{{p.T("queue.line"), ""}, {p.T("codes.supplier"), ""}, {p.T("movement.amount"), numeric}}, rows)
	t.None = p.T("rules.try.no_examples")
	out.Sections = []Section{s, {ID: "examples", Title: p.T("rules.try.examples"), Tables: []Table{t}}}
	return out
}

// trialTable says how many entries a rule would decide, and how that stands to what holds.
func (p TrialPage) trialTable(t reconcile.Trial) Table {
	var rows [][]Cell
	for _, v := range []struct {
		key    string
		volume reconcile.Volume
	}{{"taken", t.Taken}, {"agrees", t.Agrees}, {"covers", t.Covers}, {"contradicts", t.Contradicts}, {"unsettled", t.Unsettled}} {
		rows = append(rows, cells(p.T("rules.trial."+v.key), p.Int(int64(v.volume.Lines)), p.Exact(v.volume.Sum, p.Organisation.Currency)))
	}
	return newTable(p.N("rules.try.caption", t.Lines), []Heading{{p.T("rules.trial.what"), ""}, {p.T("bulks.lines"), numeric}, {p.T("movement.amount"), numeric}}, rows)
}

// TrialTexts says the same in sentences, below the form of a rule that is not saved yet.
func (p Printer) TrialTexts(o identity.Organisation, year string, t finance.RuleTrial) []string {
	say := func(key string, v reconcile.Volume) string {
		return p.T("rules.trial."+key) + p.T("list.colon") + p.N("rules.trial.volume", v.Lines, p.Exact(v.Sum, o.Currency))
	}
	return []string{p.N("rules.tried", t.Trial.Lines, year), say("taken", t.Trial.Taken), say("agrees", t.Trial.Agrees), say("covers", t.Trial.Covers), say("contradicts", t.Trial.Contradicts), say("unsettled", t.Trial.Unsettled)}
}

// RerunPage says what running the rules again would change, and runs them.
type RerunPage struct {
	Base
	Organisation identity.Organisation
	Calendar     finance.Calendar
	Year         int64 // 0: there is none
	Preview      finance.RerunPreview
	Message      string
}

// Page puts the page together.
func (p RerunPage) Page() SectionsPage {
	c, v := p.Organisation.Currency, p.Preview
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("rules.rerun.text")}}
	if p.Year == 0 {
		out.Sections = []Section{{Text: []string{p.T("periods.none")}}}
		return out
	}
	here := BooksPartURL(p.Organisation.ID, PartRules, "rerun")
	out.Filter = p.yearFilter(here, p.Calendar, p.Year, p.T("bulks.preview"))
	var changes [][]Cell
	for _, x := range []struct {
		key    string
		volume reconcile.Volume
	}{{"new", v.New}, {"moved", v.Moved}, {"returned", v.Returned}} {
		changes = append(changes, cells(p.T("rules.rerun."+x.key), p.Int(int64(x.volume.Lines)), p.Exact(x.volume.Sum, c)))
	}
	projects := make([][]Cell, len(v.Projects))
	for i, x := range v.Projects {
		projects[i] = cells(p.ProjectText(x.Project), p.Exact(x.Sum, c))
	}
	byProject := newTable(p.T("rules.rerun.projects"), []Heading{{p.T("codes.project"), ""}, {p.T("rules.rerun.change"), numeric}}, projects)
	byProject.None = p.T("bulks.nothing")
	s := Section{ID: "changes", Title: p.T("bulks.summary"), Alert: p.Message, Tables: []Table{newTable(p.T("rules.rerun.caption", p.Int(v.Lines)), []Heading{{p.T("rules.rerun.what"), ""}, {p.T("bulks.lines"), numeric}, {p.T("movement.amount"), numeric}}, changes), byProject}}
	if v.More {
		s.Text = []string{p.T("bulks.more")}
	}
	if v.New.Lines+v.Moved.Lines+v.Returned.Lines > 0 {
		f := p.NewForm(here+"/apply", p.T("rules.rerun.submit"), BooksPartURL(p.Organisation.ID, PartRules), 0, Field{Name: "year", Type: "hidden", Value: strconv.FormatInt(p.Year, 10)}, Field{Name: "token", Type: "hidden", Value: v.Token})
		s.Form = &f
	}
	out.Sections = []Section{s, p.examples()}
	return out
}

func (p RerunPage) examples() Section {
	c := p.Organisation.Currency
	rows := make([][]Cell, len(p.Preview.Examples))
	for i := range p.Preview.Examples {
		l := &p.Preview.Examples[i]
		rows[i] = []Cell{{Text: p.PostingTitle(&l.Posting), URL: AllocationsURL(p.Organisation.ID, l.Posting.ID), Note: p.postingNote(&l.Posting)}, {Text: p.Exact(l.Posting.Amount, c)}, {Text: p.standing(l.Before)}, {Text: p.standing(l.After), Note: p.fieldNames(l.Agreed)}}
	}
	t := newTable(p.T("bulks.line_by_line"), []Heading{{p.T("queue.line"), ""}, {p.T("movement.amount"), numeric}, {p.T("bulk.before"), ""}, {p.T("bulk.after"), ""}}, rows)
	t.None = p.T("bulks.nothing")
	return Section{ID: "lines", Title: p.T("bulks.line_by_line"), Tables: []Table{t}}
}

// standing is where an entry stands.
func (p RerunPage) standing(shares []finance.SuggestedShare) string {
	if len(shares) == 0 {
		return p.T("finance.part.queue")
	}
	return p.sharesText(shares, p.Organisation.Currency)
}
