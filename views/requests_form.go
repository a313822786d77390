package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
)

// RequestForm is what the form of a request is filled with.
type RequestForm struct {
	Content     portfolio.RequestContent
	ThemeCode   string
	Requires    []portfolio.LinkedSubject
	Excludes    []portfolio.LinkedSubject
	Themes      []portfolio.Strand
	Years       []int // fiscal years that a cost may be told for
	Currency    money.Currency
	Departments []string // that others named
	Sponsors    []string
	Codes       []string // that it may require or exclude
}

// CostField names the field of an amount of a fiscal year and section.
func CostField(year int, s portfolio.Section) string {
	return "cost_" + strconv.Itoa(year) + "_" + string(s)
}

// RequestFields are the fields of a request. Skills have a page of their own.
func (p Printer) RequestFields(f RequestForm) []Field {
	c := f.Content
	themes := []Choice{{Text: p.T("web.theme.none")}}
	for _, t := range f.Themes {
		themes = append(themes, Choice{Value: t.Code, Text: t.Name})
	}
	risks := []Choice{{Text: p.T("request.risk.none")}}
	for _, r := range portfolio.Risks {
		risks = append(risks, Choice{Value: string(r), Text: p.RiskName(r)})
	}
	fields := []Field{
		{Name: "title", Label: p.T("request.title"), Help: p.T("request.title.help"), Value: c.Title, Required: true, MaxSize: 300},
		{Name: "need", Type: "textarea", Label: p.T("request.need"), Help: p.T("request.need.help"), Value: c.Need, Rows: 5},
		{Name: "beneficiaries", Type: "textarea", Label: p.T("request.beneficiaries"), Help: p.T("request.beneficiaries.help"), Value: c.Beneficiaries, Rows: 2},
		{Name: "theme", Type: "select", Label: p.T("web.theme.theme"), Value: f.ThemeCode, Options: themes},
		{Name: "who", Type: "heading", Label: p.T("request.who")},
		{Name: "department", Label: p.T("web.project.department"), Value: c.Department, Suggestions: f.Departments, MaxSize: 300},
		{Name: "sponsor", Label: p.T("web.project.sponsor"), Help: p.T("request.sponsor.help"), Value: c.Sponsor, Suggestions: f.Sponsors, MaxSize: 300},
		{Name: "requested_by", Label: p.T("request.requested_by"), Help: p.T("request.requested_by.help"), Value: c.RequestedBy, MaxSize: 300},
		{Name: "when", Type: "heading", Label: p.T("request.when")},
		{Name: "start", Type: "date", Label: p.T("request.start"), Value: DateValue(c.Start)},
		{Name: "end", Type: "date", Label: p.T("request.end"), Value: DateValue(c.End)},
		{Name: "risk", Type: "select", Label: p.T("request.risk"), Help: p.T("request.risk.help"), Value: string(c.Risk), Options: risks},
		{Name: "costs", Type: "heading", Label: p.T("request.costs"), Help: p.T("request.costs.help")},
	}
	fields = append(fields, p.costFields(f)...)
	return append(fields,
		Field{Name: "links", Type: "heading", Label: p.T("request.links"), Help: p.T("request.links.help")},
		Field{Name: "requires", Label: p.T("request.requires"), Value: linkCodes(f.Requires), Suggestions: f.Codes, MaxSize: 500},
		Field{Name: "excludes", Label: p.T("request.excludes"), Value: linkCodes(f.Excludes), List: "f-requires", MaxSize: 500})
}

// costFields hold an amount for every fiscal year and section.
func (p Printer) costFields(f RequestForm) []Field {
	told := map[string]money.Amount{}
	years := slices.Clone(f.Years)
	for _, a := range f.Content.Costs {
		told[CostField(a.Year, a.Section)] = a.Amount
		years = append(years, a.Year)
	}
	slices.Sort(years)
	var out []Field
	for _, year := range slices.Compact(years) {
		for _, s := range portfolio.Sections {
			field := Field{Name: CostField(year, s), Label: p.T("request.cost.of", strconv.Itoa(year), p.SectionName(string(s))), InputMode: "decimal", Unit: string(f.Currency), MaxSize: 30}
			if amount, ok := told[field.Name]; ok {
				field.Value = p.AmountValue(&amount, f.Currency)
			}
			out = append(out, field)
		}
	}
	return out
}

func linkCodes(all []portfolio.LinkedSubject) string {
	codes := make([]string, len(all))
	for i, l := range all {
		codes[i] = l.Code
	}
	return strings.Join(codes, ", ")
}

// StepFields are the fields of a step of a request.
func (p Printer) StepFields(t portfolio.Transition, q portfolio.Request) []Field {
	var fields []Field
	if t.Reason {
		fields = append(fields, Field{Name: "reason", Type: "textarea", Label: p.T("request.reason"), Help: p.T("request.reason.help." + string(t.Step)), Required: q.Submissions > 0})
	}
	if t.Later {
		fields = append(fields, Field{Name: "reconsider_on", Type: "date", Label: p.T("request.reconsider_on"), Help: p.T("request.reconsider_on.help")})
	}
	return fields
}

// SkillFields are what an organisation says of a skill.
func (p Printer) SkillFields(s portfolio.Skill) []Field {
	return []Field{
		{Name: "code", Label: p.T("strand.code"), Value: s.Code, Required: true, MaxSize: 64},
		{Name: "name", Label: p.T("strand.name"), Value: s.Name, Required: true, MaxSize: 300},
		{Name: "description", Type: "textarea", Label: p.T("strand.description"), Value: s.Description, Rows: 2},
		{Name: "position", Type: "number", Label: p.T("strand.order"), Help: p.T("strand.order.help"), Value: IntValue(int64(s.Position)), InputMode: "numeric"},
	}
}

// SkillsPage lists the skills of an organisation.
type SkillsPage struct {
	Base
	Organisation int64
	Skills       []portfolio.Skill
	May          bool // the reader may change them
}

// Page puts the page together.
func (p SkillsPage) Page() SectionsPage {
	rows := make([][]Cell, len(p.Skills))
	for i, s := range p.Skills {
		name := Cell{Text: s.Name, Note: s.Code}
		if p.May {
			name.URL = SkillsURL(p.Organisation, strconv.FormatInt(int64(s.ID), 10), "edit")
		}
		rows[i] = []Cell{name, {Text: OrDash(s.Description)}}
	}
	t := newTable(p.T("skills.title"), []Heading{{p.T("skill.skill"), ""}, {p.T("strand.description"), written}}, rows)
	t.None = p.T("skills.none")
	s := Section{ID: "skills", Tables: []Table{t}}
	if p.May {
		s.Links = []Tool{{Text: p.T("skill.new"), URL: SkillsURL(p.Organisation, "new"), Key: "n", Main: true}}
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("skills.text")}, Sections: []Section{s}}
}

// RequestFormPage is the form of a request. What may be about the same is shown below it while it is filled in.
type RequestFormPage struct {
	FormPage
	Similar string // where it is asked for
}

func (RequestFormPage) template() string { return "request_form" }

// SimilarURL is where is asked what may be about the same as what a request of a roadmap says so far.
func SimilarURL(id portfolio.RoadmapID, except portfolio.RequestID) string {
	q := url.Values{}
	if except != 0 {
		q.Set("except", strconv.FormatInt(int64(except), 10))
	}
	return withQuery(Under(id, "requests/similar"), q)
}
