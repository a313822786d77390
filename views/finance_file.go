package views

import (
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// FileURL is the page of a file of the finance system.
func FileURL(organisation int64, id finance.FileID) string {
	return BooksPartURL(organisation, PartFiles, strconv.FormatInt(int64(id), 10))
}

// PostingURL is the page of an entry of the books.
func PostingURL(organisation int64, id finance.PostingID) string {
	return BooksPartURL(organisation, "postings", strconv.FormatInt(int64(id), 10))
}

var filePurposes = []string{ledgerfile.PurposeLedger, ledgerfile.PurposeCommitments, ledgerfile.PurposeBudget}

// FileFields are the fields of an upload. The purpose, where it is one, is chosen beforehand.
func (p Printer) FileFields(purpose string) []Field {
	if !slices.Contains(filePurposes, purpose) {
		purpose = ledgerfile.PurposeLedger
	}
	return []Field{{Name: "purpose", Type: "radio", Label: p.T("files.purpose"), Options: p.choices("files.purpose.", purpose, filePurposes...), Required: true},
		{Name: "file", Type: "file", Label: p.T("files.file"), Help: p.T("files.file.help"), Accept: ".csv,.txt,.xlsx,.xml", Required: true}}
}

// FilesPage lists the files of the finance system.
type FilesPage struct {
	Base
	Organisation identity.Organisation
	Filter       finance.FileFilter
	Files        finance.FilePage
}

// Page puts the page together.
func (p FilesPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("files.text")}}
	states := []Choice{{Value: "", Text: p.T("files.every")}}
	for _, s := range []string{finance.FileStaged, finance.FileBooking, finance.FileBooked, finance.FileRefused, finance.FileDropped} {
		states = append(states, Choice{Value: s, Text: p.T("control.file.state." + s), Selected: s == p.Filter.State})
	}
	purposes := append([]Choice{{Value: "", Text: p.T("files.every")}}, p.choices("files.purpose.", p.Filter.Purpose, filePurposes...)...)
	form := Form{Fields: []Field{{Name: "purpose", Type: "select", Label: p.T("files.purpose"), Options: purposes}, {Name: "state", Type: "select", Label: p.T("control.file.state"), Options: states}}}
	out.Filter = &FilterForm{Action: p.Path, Label: p.T("files.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if p.Filter.State+p.Filter.Purpose != "" {
		out.Filter.Reset = p.Path
	}
	rows := make([][]Cell, len(p.Files.Files))
	for i, f := range p.Files.Files {
		r := f.Report
		rows[i] = []Cell{{Text: f.Name, URL: FileURL(p.Organisation.ID, f.ID), Note: p.T("files.purpose." + f.Purpose)}, {Text: p.T("control.file.state." + f.State)}, {Text: OrDash(f.Profile.Name)}, {Text: p.Int(int64(r.Lines))},
			{Text: p.Exact(r.Sum, p.Organisation.Currency)}, {Text: p.Date(dayOf(f.StagedAt, p.Organisation)), Note: p.Who(f.StagedByName)}}
	}
	t := newTable(p.T("files.title"), []Heading{{p.T("control.file.name"), ""}, {p.T("control.file.state"), ""}, {p.T("control.file.profile"), ""}, {p.T("files.lines"), numeric}, {p.T("files.sum"), numeric}, {p.T("control.file.when"), ""}}, rows)
	t.None = p.T("control.files.none")
	s := Section{Tables: []Table{t}}
	if p.May(identity.PermImportLedger, identity.Within(p.Organisation.ID)) {
		s.Links = append(s.Links, Tool{Text: p.T("files.new"), URL: BooksPartURL(p.Organisation.ID, PartFiles, "new"), Main: true, Key: "n"})
	}
	s.Links = append(s.Links, Tool{Text: p.T("profiles.title"), URL: BooksPartURL(p.Organisation.ID, "profiles")})
	if p.Files.Next != 0 {
		s.Links = append(s.Links, Tool{Text: p.T("files.older"), URL: p.Path + "?before=" + strconv.FormatInt(int64(p.Files.Next), 10) + "&purpose=" + p.Filter.Purpose + "&state=" + p.Filter.State})
	}
	out.Sections = []Section{s}
	return out
}

// FilePage shows what booking a file would do, how far that has come, or what it did.
type FilePage struct {
	Base
	Organisation identity.Organisation
	File         finance.File
	Working      bool   // it is being looked at or booked
	Message      string // why what was asked for was not done; "": nothing was refused
	Progress     finance.Progress
	Findings     []finance.FindingLine
}

// refreshSeconds is how often a page asks how far the work has come.
const refreshSeconds = 3

// maxShownFindings is how many findings the page lists; the error file holds all that are kept.
const maxShownFindings = 100

// Page puts the page together.
func (p FilePage) Page() SectionsPage {
	f := p.File
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("file.lead", p.T("files.purpose."+f.Purpose), p.T("control.file.state."+f.State))}}
	if p.Working {
		out.Refresh = refreshSeconds
		out.Sections = []Section{p.progress()}
		return out
	}
	if p.Message != "" {
		out.Sections = append(out.Sections, Section{ID: "message", Alert: p.Message})
	}
	if err := f.Report.Refused.Err(); err != nil {
		out.Sections = append(out.Sections, Section{ID: "refused", Title: p.T("file.refused"), Alert: p.Fault(err), Text: []string{p.T("file.refused.text")}})
	}
	out.Sections = append(out.Sections, p.decide(), p.outcomes())
	if len(f.Report.Preview.Controls) > 0 {
		out.Sections = append(out.Sections, p.controls())
	}
	out.Sections = append(out.Sections, p.effects()...)
	out.Sections = append(out.Sections, p.findings(), p.origin())
	return out
}

func (p FilePage) progress() Section {
	step := p.Progress.Step
	if step == "" {
		step = "waiting"
	}
	s := Section{ID: "progress", Title: p.T("file.working"), Text: []string{p.T("file.step." + step), p.T("file.working.text")}}
	if p.Progress.Total > 0 {
		s.Facts = []Fact{{p.T("file.done"), p.Int(p.Progress.Done) + " / " + p.Int(p.Progress.Total)}}
	} else if p.Progress.Done > 0 {
		s.Facts = []Fact{{p.T("file.done"), p.Int(p.Progress.Done)}}
	}
	return s
}

// decide offers what can be done with a file that waits.
func (p FilePage) decide() Section {
	f, here := p.File, FileURL(p.Organisation.ID, p.File.ID)
	s := Section{ID: "decide"}
	if f.State != finance.FileStaged && f.State != finance.FileRefused || !p.May(identity.PermImportLedger, identity.Within(p.Organisation.ID)) {
		if f.State == finance.FileBooked {
			s.Text = []string{p.T("file.booked", p.Date(dayOf(f.BookedAt, p.Organisation)), p.Who(f.BookedByName))}
			if f.Report.Unallocated != 0 {
				s.Links = []Tool{{Text: p.T("control.queue.open"), URL: BooksPartURL(p.Organisation.ID, PartQueue), Main: true}}
			}
		}
		return s
	}
	if f.State == finance.FileStaged {
		s.Title = p.T("file.decide")
		w := f.Report.Preview.Withdrawals
		book := p.NewForm(here+"/book", p.T("file.book"), "", f.Version)
		if w.Confirm {
			s.Alert = p.T("file.withdraws", p.Int(int64(w.Lines)), p.Exact(w.Gross, p.Organisation.Currency), p.Exact(w.Of, p.Organisation.Currency))
			book.Fields = []Field{{Name: "confirm", Type: "checkbox", Label: p.T("file.confirm"), Required: true}}
		}
		s.Form = &book
	}
	s.Links = []Tool{{Text: p.T("file.map"), URL: here + "/mapping"}}
	s.Acts = []Form{p.Act(here+"/drop", p.T("file.drop"), "", f.Version)}
	return s
}

func (p FilePage) outcomes() Section {
	r, c := p.File.Report, p.Organisation.Currency
	s := Section{ID: "outcomes", Title: p.T("file.outcomes"), Text: []string{p.T("file.outcomes.text")}}
	rows := [][]Cell{}
	for _, x := range r.Preview.Outcomes {
		rows = append(rows, cells(p.T("file.outcome."+x.Key), p.Int(int64(x.Lines)), p.Exact(x.Sum, c)))
	}
	if len(rows) == 0 {
		for _, x := range []struct {
			key   string
			lines int
		}{{"NEW", r.New}, {"UNCHANGED", r.Unchanged}, {"SUPERSEDES", r.Superseded}, {"REJECTED", r.Rejected}, {"OUT_OF_SCOPE", r.OutOfScope}, {"OTHER", r.Other}, {"WITHDRAWN", r.Withdrawn}} {
			rows = append(rows, cells(p.T("file.outcome."+x.key), p.Int(int64(x.lines)), Dash))
		}
	}
	s.Tables = []Table{newTable(p.T("file.outcomes"), []Heading{{p.T("file.outcome"), ""}, {p.T("files.lines"), numeric}, {p.T("files.sum"), numeric}}, rows)}
	s.Facts = []Fact{{p.T("files.lines"), p.Int(int64(r.Lines))}, {p.T("files.sum"), p.Exact(r.Sum, c)}, {p.T("file.sum_booked"), p.Exact(r.SumBooked, c)}, {p.T("file.sum_rejected"), p.Exact(r.SumRejected, c)},
		{p.T("control.allocated"), p.Exact(r.Allocated, c)}, {p.T("control.unallocated"), p.Exact(r.Unallocated, c)}, {p.T("control.excluded"), p.Exact(r.Excluded, c)}}
	return s
}

func (p FilePage) controls() Section {
	c := p.Organisation.Currency
	rows := make([][]Cell, len(p.File.Report.Preview.Controls))
	for i, x := range p.File.Report.Preview.Controls {
		declared, computed := p.Exact(money.Amount(x.Declared), c), p.Exact(money.Amount(x.Computed), c)
		if x.Count {
			declared, computed = p.Int(x.Declared), p.Int(x.Computed)
		}
		rows[i] = cells(p.T("file.control."+x.Code), OrDash(x.Subject), declared, computed, p.yesNo(x.Ties()))
	}
	return Section{ID: "controls", Title: p.T("file.controls"), Tables: []Table{newTable(p.T("file.controls"), []Heading{{p.T("file.control"), ""}, {p.T("file.control.subject"), ""}, {p.T("file.control.declared"), numeric},
		{p.T("file.control.computed"), numeric}, {p.T("file.control.ties"), ""}}, rows)}}
}

// effects tell what the books would hold more, or less.
func (p FilePage) effects() []Section {
	var out []Section
	for _, x := range []struct {
		id   string
		list []finance.EffectLine
	}{{"periods", p.File.Report.Preview.Periods}, {"natures", p.File.Report.Preview.Natures}, {"projects", p.File.Report.Preview.Projects}} {
		if len(x.list) == 0 {
			continue
		}
		rows := make([][]Cell, len(x.list))
		for i, e := range x.list {
			name := Cell{Text: OrDash(strings.TrimSpace(e.Key + " " + e.Name))}
			if x.id == "projects" && e.Key == "" {
				name.Text = p.T("control.unallocated")
			}
			if e.Booked != "" {
				name.Text = p.T("file.effects.booked_in", e.Key, e.Booked)
			}
			if e.Project != 0 {
				name.URL = ProjectURL(portfolio.ProjectID(e.Project), Day{})
			}
			rows[i] = append([]Cell{name}, cells(p.Int(int64(e.Lines)), p.Exact(e.Sum, p.Organisation.Currency))...)
		}
		title := p.T("file.effects." + x.id)
		out = append(out, Section{ID: x.id, Title: title, Tables: []Table{newTable(title, []Heading{{title, ""}, {p.T("control.lines"), numeric}, {p.T("files.sum"), numeric}}, rows)}})
	}
	return out
}

// LedgerFinding says what was found on a file.
func (p Printer) LedgerFinding(f finance.FindingLine) string {
	return p.T("ledger.finding."+f.Code, f.Args...)
}

func (p FilePage) findings() Section {
	s := Section{ID: "findings", Title: p.T("imports.findings")}
	if len(p.Findings) == 0 {
		s.Text = []string{p.T("file.findings.none")}
		return s
	}
	here := FileURL(p.Organisation.ID, p.File.ID)
	var rows [][]Cell
	for _, f := range p.Findings[:min(len(p.Findings), maxShownFindings)] {
		row := []Cell{{Text: Dash}, {Text: p.LedgerFinding(f)}}
		if f.Line > 0 {
			row[0] = Cell{Text: p.Int(int64(f.Line)), URL: here + "/lines/" + strconv.Itoa(f.Line)}
		}
		rows = append(rows, row)
	}
	t := newTable(p.T("imports.findings"), []Heading{{p.T("imports.line_number"), numeric}, {p.T("imports.finding"), written}}, rows)
	t.Class = "words"
	s.Tables = []Table{t}
	if len(p.Findings) > maxShownFindings {
		s.Note = p.T("control.more", p.Int(int64(len(p.Findings)-maxShownFindings)))
	}
	s.Links = []Tool{{Text: p.T("file.findings.csv"), URL: here + "/findings.csv"}}
	return s
}

// origin tells where the file came from and how it was read.
func (p FilePage) origin() Section {
	f, v := p.File, p.File.Report.Preview
	facts := []Fact{{p.T("file.sha"), f.SHA256}, {p.T("file.size"), p.fileSize(f.Size)}, {p.T("control.file.profile"), OrDash(f.Profile.Name) + " " + strconv.Itoa(f.Profile.Version)},
		{p.T("file.coverage"), p.coverage(f.Report.Coverage)}, {p.T("file.encoding"), OrDash(v.Encoding)}, {p.T("file.staged"), p.Date(dayOf(f.StagedAt, p.Organisation)) + " · " + p.Who(f.StagedByName)}}
	for _, s := range v.Series {
		if len(s.Missing) > 0 {
			missing := make([]string, 0, len(s.Missing))
			for _, n := range s.Missing[:min(20, len(s.Missing))] {
				missing = append(missing, strconv.FormatInt(n, 10))
			}
			facts = append(facts, Fact{p.T("file.missing", s.Name), strings.Join(missing, ", ")})
		}
	}
	return Section{ID: "origin", Title: p.T("file.origin"), Facts: facts}
}

func (p Printer) coverage(c finance.ReportCoverage) string {
	if c.Kind == "" {
		return Dash
	}
	return p.T("file.coverage."+c.Kind) + " " + p.Span(c.From, c.To)
}
