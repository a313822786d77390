package views

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// RuleURL is the page of a rule.
func RuleURL(organisation, rule int64) string {
	return BooksPartURL(organisation, PartRules, strconv.FormatInt(rule, 10))
}

// ruleWords writes rules out: it knows how the books call their projects and years.
type ruleWords struct {
	Printer
	picker   Picker
	years    finance.Calendar
	currency money.Currency
}

// conditions writes what a rule asks of lines.
func (w ruleWords) conditions(when []reconcile.Condition, from, to civil.Date) string {
	texts := make([]string, len(when))
	for i, c := range when {
		texts[i] = w.T(c.Field.Key()) + " " + w.T(c.Op.Key()) + " " + w.value(c)
	}
	if !from.IsZero() || !to.IsZero() {
		texts = append(texts, w.T("rules.window", w.Date(from), w.Date(to)))
	}
	return strings.Join(texts, w.T("list.semicolon"))
}

func (w ruleWords) value(c reconcile.Condition) string {
	one := func(raw string) string {
		n, _ := strconv.ParseInt(raw, 10, 64)
		switch c.Field {
		case reconcile.FieldAmount:
			if raw != "" {
				return w.Exact(money.Amount(n), w.currency)
			}
		case reconcile.FieldFiscalYear:
			if y, known := w.years.Year(n); known {
				return y.Code
			}
		case reconcile.FieldDate:
			if d, err := civil.Parse(raw); err == nil {
				return w.Date(d)
			}
		}
		return OrDash(raw)
	}
	if c.Op == reconcile.OpBetween {
		return w.T("rules.between", one(c.Value), one(c.To))
	}
	return one(c.Value)
}

// action writes what a rule does.
func (w ruleWords) action(a reconcile.Action) string {
	if a.Exclude {
		return w.T("queue.exclude.because", a.Reason)
	}
	texts := make([]string, len(a.Parts))
	for i, p := range a.Parts {
		text := OrDash(w.picker.Label(portfolio.ProjectID(p.Project)))
		switch {
		case p.HasFixed:
			text += w.T("list.colon") + w.Exact(p.Fixed, w.currency)
		case p.ShareBP != reconcile.Whole:
			text += w.T("list.colon") + w.Share(money.BasisPoints(p.ShareBP))
		}
		if y, known := w.years.Year(p.FiscalYear); known {
			text += " (" + y.Code + ")"
		}
		texts[i] = text
	}
	return strings.Join(texts, w.T("list.semicolon"))
}

// RuleName names a rule: by its name, or by its number.
func (p Printer) RuleName(r finance.RuleVersion) string {
	if strings.TrimSpace(r.Name) != "" {
		return r.Name
	}
	return p.T("rules.number", r.ID)
}

// RankName names a rank, with its place in their order.
func (p Printer) RankName(r reconcile.Rank) string {
	return strconv.Itoa(int(r)) + pickerGap + p.T(r.Key())
}

// RulesPage lists the rules in the order in which they are asked.
type RulesPage struct {
	Base
	Organisation identity.Organisation
	Calendar     finance.Calendar
	Picker       Picker
	Rules        []finance.Rule
	NeverFired   []finance.Rule
}

func (p RulesPage) words() ruleWords {
	return ruleWords{p.Printer, p.Picker, p.Calendar, p.Organisation.Currency}
}

// Page puts the page together, a group a rank.
func (p RulesPage) Page() SectionsPage {
	o := p.Organisation.ID
	s := Section{ID: "rules"}
	if p.May(identity.PermReconcile, identity.Within(o)) {
		s.Links = []Tool{{Text: p.T("rules.new"), URL: BooksPartURL(o, PartRules, "new"), Key: "n", Main: true}, {Text: p.T("rules.rerun"), URL: BooksPartURL(o, PartRules, "rerun")}}
	}
	s.Links = append(s.Links, Tool{Text: p.T("rekeys.title"), URL: BooksPartURL(o, PartCommitments, "rekeys")})
	idle := map[int64]bool{}
	for _, r := range p.NeverFired {
		idle[r.ID] = true
	}
	if len(idle) > 0 {
		s.Text = []string{p.N("rules.never_fired", len(idle))}
	}
	rules := slices.Clone(p.Rules)
	slices.SortStableFunc(rules, func(a, b finance.Rule) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Priority, b.Priority))
	})
	t := Table{Caption: p.T("rules.title"), None: p.T("rules.none"), Columns: []Heading{{p.T("rules.rule"), ""}, {p.T("rules.when"), ""}, {p.T("rules.then"), ""}, {p.T("rules.state"), ""}, {p.T("rules.lines"), numeric}, {p.T("bulks.sum"), numeric}}}
	for i := range rules {
		r := &rules[i]
		if n := len(t.Groups); n == 0 || rules[i-1].Rank != r.Rank {
			t.Groups = append(t.Groups, Group{Title: p.RankName(r.Rank)})
		}
		g := &t.Groups[len(t.Groups)-1]
		g.Rows = append(g.Rows, p.row(r, idle[r.ID]))
	}
	s.Tables = []Table{t}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("rules.text")}, Sections: []Section{s}}
}

func (p RulesPage) row(r *finance.Rule, idle bool) []Cell {
	w := p.words()
	state := Cell{Text: p.T("rules.state." + string(r.State)), Note: p.books(r.RuleVersion)}
	if r.Pending != nil {
		state.Note = joinedBy(pickerGap, state.Note, p.T("rules.pending", r.Pending.Version))
	}
	used := Cell{Text: p.Int(r.Used.Lines)}
	if idle {
		used.Note = p.T("rules.idle")
	}
	return []Cell{{Text: p.RuleName(r.RuleVersion), URL: RuleURL(p.Organisation.ID, r.ID), Note: p.T("rules.version", r.Version)}, {Text: w.conditions(r.When, r.From, r.To)}, {Text: w.action(r.Then)}, state, used,
		{Text: p.Exact(r.Used.Sum, p.Organisation.Currency)}}
}

// books tells whether a rule books by itself, or how often it must still be confirmed.
func (p Printer) books(r finance.RuleVersion) string {
	if r.Books() {
		return p.T("rules.books")
	}
	return p.T("rules.suggests", r.Confirmed, reconcile.ConfirmationsToBook)
}

// RulePage shows a rule with its versions.
type RulePage struct {
	Base
	Organisation identity.Organisation
	Calendar     finance.Calendar
	Picker       Picker
	Rule         finance.RuleDetail
}

// Page puts the page together.
func (p RulePage) Page() SectionsPage {
	w := ruleWords{p.Printer, p.Picker, p.Calendar, p.Organisation.Currency}
	r, newest, here := p.Rule, p.Rule.Versions[0], RuleURL(p.Organisation.ID, p.Rule.ID)
	s := Section{ID: "rule", Facts: []Fact{{p.T("rules.state"), p.T("rules.state." + string(r.State))}, {p.T("rules.rank"), p.RankName(r.Rank)}, {p.T("rules.when"), w.conditions(r.When, r.From, r.To)}, {p.T("rules.then"), w.action(r.Then)},
		{p.T("rules.effect"), p.books(r.RuleVersion)}, {p.T("rules.lines"), p.Int(r.Used.Lines) + pickerGap + p.Exact(r.Used.Sum, p.Organisation.Currency)}}}
	if p.May(identity.PermReconcile, identity.Within(p.Organisation.ID)) {
		s.Links = []Tool{{Text: p.T("rules.edit"), URL: here + "/edit", Key: "e"}, {Text: p.T("rules.try"), URL: here + "/try"}}
		if r.State != finance.RuleRetired {
			s.Links = append(s.Links, Tool{Text: p.T("rules.retire"), URL: here + "/retire"})
		}
		if r.State != finance.RuleActive || r.Version != newest.Version {
			s.Text = []string{p.T("rules.activate.text")}
			s.Acts = []Form{p.Act(here+"/activate", p.T("rules.activate", newest.Version), "", int64(newest.Version))}
		}
	}
	rows := make([][]Cell, len(r.Versions))
	for i, v := range r.Versions {
		rows[i] = []Cell{{Text: p.T("rules.version", v.Version), Note: p.RankName(v.Rank)}, {Text: w.conditions(v.When, v.From, v.To)}, {Text: w.action(v.Then)}, {Text: p.Who(v.AuthorName), Note: p.Date(dayOf(v.RecordedAt, p.Organisation))}}
	}
	t := newTable(p.T("rules.versions"), []Heading{{p.T("rules.versions.version"), ""}, {p.T("rules.when"), ""}, {p.T("rules.then"), ""}, {p.T("rules.author"), ""}}, rows)
	return SectionsPage{Base: p.Base, Lead: []string{p.T("rules.lead")}, Sections: []Section{s, {ID: "versions", Title: p.T("rules.versions"), Tables: []Table{t}}}}
}

// ProposalsPage offers the rules that would have done with an entry what a person did with it.
type ProposalsPage struct {
	Base
	Organisation identity.Organisation
	Posting      finance.PostingID
	Calendar     finance.Calendar
	Picker       Picker
	Rules        []finance.RuleInput
}

// Page puts the page together, the narrowest rule first.
func (p ProposalsPage) Page() SectionsPage {
	w := ruleWords{p.Printer, p.Picker, p.Calendar, p.Organisation.Currency}
	rows := make([][]Cell, len(p.Rules))
	for i, r := range p.Rules {
		q := url.Values{"posting": {strconv.FormatInt(int64(p.Posting), 10)}, "proposal": {number(i)}}
		rows[i] = []Cell{{Text: w.conditions(r.When, r.From, r.To), URL: withQuery(BooksPartURL(p.Organisation.ID, PartRules, "new"), q)}, {Text: w.action(r.Then)}, {Text: p.RankName(r.Rank)}}
	}
	t := newTable(p.T("rules.proposals"), []Heading{{p.T("rules.when"), ""}, {p.T("rules.then"), ""}, {p.T("rules.rank"), ""}}, rows)
	t.None = p.T("rules.proposals.none")
	return SectionsPage{Base: p.Base, Lead: []string{p.T("rules.proposals.text")}, Sections: []Section{{ID: "proposals", Tables: []Table{t}, Links: []Tool{{Text: p.T("rules.new"), URL: BooksPartURL(p.Organisation.ID, PartRules, "new")}}}}}
}
