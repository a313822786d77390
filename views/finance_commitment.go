package views

import (
	"net/url"
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
)

// CommitmentURL is the page of a commitment.
func CommitmentURL(organisation, id int64) string {
	return BooksPartURL(organisation, PartCommitments, strconv.FormatInt(id, 10))
}

// RekeysURL is the page of the numbers of commitments that were replaced.
func RekeysURL(organisation int64) string {
	return BooksPartURL(organisation, PartCommitments, "rekeys")
}

// CommitmentsPage lists what is committed, those first that still call for most.
type CommitmentsPage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Picker       Picker
	Project      string // as it was typed
	Commitments  finance.CommitmentPage
}

func (p CommitmentsPage) values() url.Values {
	f, q := p.Commitments.Filter, url.Values{}
	for _, v := range [][2]string{{"q", f.Text}, {"project", p.Project}, {"state", f.State}, {"anomaly", f.Anomaly}} {
		if v[1] != "" {
			q.Set(v[0], v[1])
		}
	}
	return q
}

// Page puts the page together.
func (p CommitmentsPage) Page() SectionsPage {
	o, c, v := p.Organisation.ID, p.Organisation.Currency, p.Commitments
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("commitments.text"), p.Printer.Basis(p.Basis, c)}, Filter: p.filter()}
	s := Section{ID: "commitments", Facts: []Fact{{p.T("commitments.count"), p.Int(v.Count)}, {p.T("codes.committed"), p.Exact(v.Committed, c)}, {p.T("commitments.mandated"), p.Exact(v.Mandated, c)}, {p.T("commitments.left"), p.Exact(v.Left, c)}}, Note: p.T("commitments.note")}
	rows := make([][]Cell, len(v.Lines))
	for i := range v.Lines {
		rows[i] = p.row(&v.Lines[i])
	}
	t := newTable(p.T("commitments.title"), []Heading{{p.T("codes.commitment"), ""}, {p.T("codes.supplier"), ""}, {p.T("commitments.projects"), ""}, {p.T("codes.committed"), numeric}, {p.T("commitments.mandated"), numeric}, {p.T("commitments.left"), numeric}, {p.T("commitments.state"), ""}}, rows)
	t.None = p.T("commitments.none")
	s.Tables = []Table{t}
	if v.Next.ID != 0 {
		q := p.values()
		q.Set("after", strconv.FormatInt(int64(v.Next.Left), 10)+"."+strconv.FormatInt(v.Next.ID, 10))
		s.Links = append(s.Links, Tool{Text: p.T("web.pager.next"), URL: withQuery(p.Path, q)})
	}
	s.Links = append(s.Links, Tool{Text: p.T("rekeys.title"), URL: RekeysURL(o)})
	if p.May(identity.PermReconcile, identity.Within(o)) {
		s.Acts = []Form{p.Act(BooksPartURL(o, PartCommitments, "share"), p.T("commitments.share_by_rules"), "", 0)}
	}
	out.Sections = []Section{s}
	return out
}

func (p CommitmentsPage) filter() *FilterForm {
	f := p.Commitments.Filter
	states := append([]Choice{{Value: "", Text: p.T("commitments.every_state")}}, p.choices("commitments.state.", f.State, finance.StateOpen, finance.StateClosed)...)
	anomalies := append([]Choice{{Value: "", Text: p.T("commitments.any")}}, p.choices("commitments.anomaly.", f.Anomaly, finance.CommitmentOver, finance.CommitmentDormant, finance.CommitmentUncoded, finance.CommitmentUnshared)...)
	form := Form{Name: "filter", Fields: []Field{{Name: "q", Type: "search", Label: p.T("queue.search"), Value: f.Text, MaxSize: 200}, {Name: "project", Label: p.T("codes.project"), Value: p.Project, Suggestions: p.Picker.Suggestions(), MaxSize: 400, Autocomplete: "off"},
		{Name: "state", Type: "select", Label: p.T("commitments.state"), Value: f.State, Options: states}, {Name: "anomaly", Type: "select", Label: p.T("commitments.anomaly"), Value: f.Anomaly, Options: anomalies}}}
	out := &FilterForm{Action: p.Path, Label: p.T("commitments.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if len(p.values()) > 0 {
		out.Reset = p.Path
	}
	return out
}

func (p CommitmentsPage) row(l *finance.CommitmentLine) []Cell {
	c := p.Organisation.Currency
	shares := ""
	for _, s := range l.Shares {
		shares = joinedBy(p.T("list.semicolon"), shares, p.ProjectText(s.Project)+p.T("list.colon")+p.Share(money.BasisPoints(s.ShareBP)))
	}
	row := []Cell{{Text: commitmentName(&l.Commitment), URL: CommitmentURL(p.Organisation.ID, l.ID), Note: l.Label}, {Text: OrDash(l.SupplierName)}, {Text: OrDash(shares)}, {Text: p.Exact(l.Committed, c)}, {Text: p.Exact(l.Mandated, c), Strong: l.OverMandated()}, {Text: p.Exact(l.Left, c)},
		{Text: p.T("commitments.state." + l.State), Note: p.marks(l)}}
	return row
}

// marks are what somebody should look at.
func (p Printer) marks(l *finance.CommitmentLine) string {
	text := ""
	if l.OverMandated() {
		text = p.T("commitments.over")
	}
	if l.Dormant {
		text = joinedBy(pickerGap, text, p.T("commitments.dormant"))
	}
	return text
}

func commitmentName(c *finance.Commitment) string { return joinedBy("/", c.Number, c.Item) }

// CommitmentTitle names a commitment.
func (p Printer) CommitmentTitle(c *finance.Commitment) string {
	return p.T("commitments.of", commitmentName(c))
}

// CommitmentPage shows a commitment with all that stands behind it.
type CommitmentPage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Commitment   finance.CommitmentDetail
}

// Page puts the page together.
func (p CommitmentPage) Page() SectionsPage {
	d, c := &p.Commitment, p.Organisation.Currency
	s := Section{ID: "commitment", Facts: p.facts()}
	if d.OverMandated() {
		s.Alert = p.T("commitments.over.text", p.Exact(d.Mandated-d.Committed, c))
	}
	if d.Dormant {
		s.Text = []string{p.T("commitments.dormant.text", p.Date(d.LastOn))}
	}
	return SectionsPage{Base: p.Base, Lead: []string{OrDash(d.Label), p.Printer.Basis(p.Basis, c)}, Sections: []Section{s, p.shares(), p.events(), p.postings(), p.aliases()}}
}

func (p CommitmentPage) facts() []Fact {
	d, c := &p.Commitment, p.Organisation.Currency
	facts := []Fact{{p.T("codes.committed"), p.Exact(d.Committed, c)}, {p.T("commitments.mandated"), p.Exact(d.Mandated, c)}, {p.T("commitments.left"), p.Exact(d.Left, c)}, {p.T("commitments.state"), p.T("commitments.state." + d.State)}}
	for _, f := range [][2]string{{"codes.supplier", joinedBy(pickerGap, d.SupplierName, d.Supplier)}, {"codes.contract", d.Contract}, {"reconcile.field.operation", d.Operation}, {"reconcile.field.analytic", d.Analytic},
		{"reconcile.field.nature", d.Nature}, {"reconcile.field.budget", d.Budget}} {
		if f[1] != "" {
			facts = append(facts, Fact{p.T(f[0]), f[1]})
		}
	}
	return append(facts, Fact{p.T("reconcile.field.section"), p.SectionName(d.Section)}, Fact{p.T("commitments.opened"), p.Date(d.OpenedOn)}, Fact{p.T("commitments.last"), p.Date(d.LastOn)})
}

func (p CommitmentPage) shares() Section {
	d, c, here := &p.Commitment, p.Organisation.Currency, CommitmentURL(p.Organisation.ID, p.Commitment.ID)
	s := Section{ID: "shares", Title: p.T("commitments.shares"), Text: []string{p.T("commitments.shares.text")}}
	may := p.May(identity.PermReconcile, identity.Within(p.Organisation.ID))
	rows := make([][]Cell, len(d.Shares))
	for i, x := range d.Shares {
		rows[i] = []Cell{{Text: p.ProjectText(x.Project), URL: ProjectURL(x.ProjectID, Day{})}, {Text: p.Share(money.BasisPoints(x.ShareBP))}, {Text: p.Exact(x.Committed, c)}, {Text: p.Exact(x.Mandated, c)}, {Text: p.Exact(x.Left, c)}, {Text: p.T("allocations.method." + string(x.Method)), Note: x.RuleName}}
		if may {
			s.Acts = append(s.Acts, p.Act(here+"/shares/"+strconv.FormatInt(x.CommitmentShare.ID, 10)+"/end", p.T("commitments.share.end", p.ProjectText(x.Project)), "", d.Version))
		}
	}
	t := newTable(p.T("commitments.shares"), []Heading{{p.T("codes.project"), ""}, {p.T("commitments.share"), numeric}, {p.T("codes.committed"), numeric}, {p.T("commitments.mandated"), numeric}, {p.T("commitments.left"), numeric}, {p.T("allocations.how"), ""}}, rows)
	t.None = p.T("commitments.shares.none")
	s.Tables = []Table{t}
	if len(d.History) > 0 {
		s.Tables = append(s.Tables, p.ended())
	}
	if may {
		s.Links = []Tool{{Text: p.T("commitments.share.edit"), URL: here + "/shares", Key: "s", Main: true}}
	}
	return s
}

func (p CommitmentPage) ended() Table {
	var rows [][]Cell
	for _, x := range p.Commitment.History {
		rows = append(rows, cells(p.ProjectText(x.Project), p.Share(money.BasisPoints(x.ShareBP)), p.Date(dayOf(x.RecordedAt, p.Organisation)), p.Date(dayOf(x.EndedAt, p.Organisation))))
	}
	t := newTable(p.T("commitments.shares.ended"), []Heading{{p.T("codes.project"), ""}, {p.T("commitments.share"), numeric}, {p.T("commitments.share.from"), ""}, {p.T("commitments.share.to"), ""}}, rows)
	t.Shown = true
	return t
}

func (p CommitmentPage) events() Section {
	rows := make([][]Cell, len(p.Commitment.Events))
	for i, e := range p.Commitment.Events {
		state := Cell{Text: p.T("commitments.event.live")}
		if !e.Live {
			state.Text = p.T("commitments.event.taken_back")
		}
		source := Cell{Text: OrDash(e.FileName)}
		if e.FileID != 0 {
			source.URL = BooksPartURL(p.Organisation.ID, PartFiles, strconv.FormatInt(int64(e.FileID), 10))
			source.Note = p.T("commitments.event.line", e.Line)
		}
		rows[i] = []Cell{{Text: p.T("commitments.event." + e.Type)}, {Text: OrDash(e.Year)}, {Text: p.Date(e.On)}, {Text: p.Exact(e.Amount, p.Organisation.Currency)}, state, source}
	}
	t := newTable(p.T("commitments.events"), []Heading{{p.T("commitments.event"), ""}, {p.T("control.year"), ""}, {p.T("commitments.event.on"), ""}, {p.T("movement.amount"), numeric}, {p.T("commitments.state"), ""}, {p.T("control.file.name"), ""}}, rows)
	t.None = p.T("commitments.events.none")
	return Section{ID: "events", Title: p.T("commitments.events"), Tables: []Table{t}}
}

func (p CommitmentPage) postings() Section {
	rows := make([][]Cell, len(p.Commitment.Postings))
	for i := range p.Commitment.Postings {
		e := &p.Commitment.Postings[i]
		state := p.T("commitments.event.live")
		if !e.Live {
			state = p.T("commitments.event.taken_back")
		}
		rows[i] = []Cell{{Text: p.PostingTitle(e), URL: PostingURL(p.Organisation.ID, e.ID), Note: p.postingNote(e)}, {Text: OrDash(e.SupplierName)}, {Text: p.Exact(e.Amount, p.Organisation.Currency)}, {Text: state}}
	}
	t := newTable(p.T("commitments.postings"), []Heading{{p.T("queue.line"), ""}, {p.T("codes.supplier"), ""}, {p.T("movement.amount"), numeric}, {p.T("commitments.state"), ""}}, rows)
	t.None = p.T("commitments.postings.none")
	s := Section{ID: "postings", Title: p.T("commitments.postings"), Tables: []Table{t}}
	if p.Commitment.More {
		s.Note = p.T("commitments.postings.more")
	}
	return s
}

func (p CommitmentPage) aliases() Section {
	s := Section{ID: "rekeys", Title: p.T("rekeys.title"), Tables: []Table{p.rekeyTable(p.Organisation, p.Commitment.Aliases)}, Links: []Tool{{Text: p.T("rekeys.all"), URL: RekeysURL(p.Organisation.ID)}}}
	if p.May(identity.PermReconcile, identity.Within(p.Organisation.ID)) {
		s.Links = append([]Tool{{Text: p.T("rekeys.new"), URL: CommitmentURL(p.Organisation.ID, p.Commitment.ID) + "/rekey", Main: true}}, s.Links...)
	}
	return s
}
