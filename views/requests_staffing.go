package views

import (
	"strconv"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/portfolio/drift"
)

// StaffingPage holds what a roadmap needs of people's time against what is there.
type StaffingPage struct {
	Base
	Roadmap portfolio.Roadmap
	Report  portfolio.StaffingReport
}

// Page puts the page together.
func (p StaffingPage) Page() SectionsPage {
	s := Section{ID: "staffing", Text: []string{p.T("staffing.legend")}, Tables: []Table{p.table()}, Note: p.T("staffing.note")}
	if p.Report.Past {
		s.Note += " " + p.T("staffing.past")
	}
	if p.May(identity.PermEditPortfolio, p.Roadmap.Place()) && len(p.Report.Skills) > 0 {
		s.Links = append(s.Links, Tool{Text: p.T("capacities.edit"), URL: Under(p.Roadmap.ID, PartCapacities+"/edit"), Key: "e", Main: true})
	}
	if p.May(identity.PermReadPortfolio, identity.Within(p.Roadmap.OrganisationID)) {
		s.Links = append(s.Links, Tool{Text: p.T("skills.title"), URL: SkillsURL(p.Roadmap.OrganisationID)})
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("staffing.text")}, Sections: []Section{s}}
}

func (p StaffingPage) table() Table {
	columns := []Heading{{p.T("skill.skill"), ""}}
	for _, q := range p.Report.Quarters {
		columns = append(columns, Heading{p.QuarterName(q), numeric})
	}
	rows := make([][]Cell, len(p.Report.Lines))
	for i, l := range p.Report.Lines {
		rows[i] = []Cell{{Text: p.Report.Skills[i].Name}}
		for _, c := range l.Cells {
			rows[i] = append(rows[i], p.staffingCell(c))
		}
	}
	t := newTable(p.T("staffing.caption"), columns, rows)
	t.None = p.T("skills.none")
	return t
}

// staffingCell tells the need of running projects over what is there, and below it what the candidates would add. Without a capacity it is neutral.
func (p Printer) staffingCell(c portfolio.StaffingCell) Cell {
	capacity := Dash
	if c.Capacity != nil {
		capacity = p.Workdays(*c.Capacity)
	}
	cell := Cell{Text: p.T("staffing.cell", p.Workdays(c.Running), capacity), Badge: p.staffingBadge(c.State())}
	if c.Candidates > 0 {
		cell.Note = p.T("staffing.candidates", p.Workdays(c.Candidates))
	}
	return cell
}

var staffingColours = map[portfolio.StaffingState]drift.Colour{portfolio.StaffingOpen: drift.Grey, portfolio.StaffingOver: drift.Red, portfolio.StaffingContested: drift.Amber, portfolio.StaffingWithin: drift.Green}

func (p Printer) staffingBadge(s portfolio.StaffingState) Badge {
	key := "staffing.state." + string(s)
	return Badge{Colour: string(staffingColours[s]), Letter: p.T("staffing.letter." + string(s)), Word: p.T(key)}
}

// NeedsPage shows what a project needs of people's time.
type NeedsPage struct {
	Base
	Project portfolio.Project
	Plan    portfolio.Plan
}

// Page puts the page together.
func (p NeedsPage) Page() SectionsPage {
	t := p.needTable(p.T("needs.title"), p.Plan.Skills, p.Plan.Needs)
	t.None = p.T("needs.none")
	s := Section{ID: "needs", Tables: []Table{t}}
	if p.May(identity.PermEditProject, p.Project.Place()) && len(p.Plan.Skills) > 0 {
		s.Links = []Tool{{Text: p.T("needs.edit"), URL: UnderProject(p.Project.ID, "skills/edit"), Key: "e", Main: true}}
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("needs.text")}, Sections: []Section{s}}
}

// DaysPage is a form laid out as a table: a row a skill, a column a quarter, in each cell a number of working days.
type DaysPage struct {
	Base
	Intro   []string
	Form    Form
	Corner  string // over the names of the rows
	Columns []string
	Past    int      // how many of the columns, from the first one, are of quarters that are over
	Names   []string // of the rows
	None    string   // said where there is no row
}

func (DaysPage) template() string { return "days_form" }

// DaysField names the field of a skill and a quarter.
func DaysField(skill portfolio.SkillID, q civil.Quarter) string {
	return "days_" + strconv.FormatInt(int64(skill), 10) + "_" + q.String()
}

// DaysFields hold the days of each skill, quarter by quarter, row after row.
func (p Printer) DaysFields(skills []portfolio.Skill, quarters []civil.Quarter, needs []portfolio.SkillNeed) []Field {
	told := map[string]int64{}
	for _, n := range needs {
		told[DaysField(n.Skill, n.Quarter)] = n.Tenths
	}
	fields := make([]Field, 0, len(skills)*len(quarters))
	for _, s := range skills {
		for _, q := range quarters {
			f := Field{Name: DaysField(s.ID, q), Label: p.T("skill.cell", s.Name, p.QuarterName(q)), InputMode: "decimal", MaxSize: 10}
			if tenths, ok := told[f.Name]; ok {
				f.Value = p.WorkdaysValue(&tenths)
			}
			fields = append(fields, f)
		}
	}
	return fields
}

// SetDays names rows and columns. Quarters before the one of today are over: they are folded, unless there is nothing else.
func (p *DaysPage) SetDays(skills []portfolio.Skill, quarters []civil.Quarter, today civil.Date) {
	p.Corner, p.None = p.T("skill.skill"), p.T("skills.none")
	for _, s := range skills {
		p.Names = append(p.Names, s.Name)
	}
	for _, q := range quarters {
		p.Columns = append(p.Columns, p.QuarterName(q))
		if q.Before(today.QuarterOf()) {
			p.Past = len(p.Columns)
		}
	}
	if p.Past == len(p.Columns) {
		p.Past = 0
	}
}

// DaysRow is a row of the form.
type DaysRow struct {
	Name  string
	Cells []Field
}

// DaysTable is a part of the form: the quarters that are to come, or those that are over.
type DaysTable struct {
	Title   string
	Corner  string
	Columns []string
	Rows    []DaysRow
	Folded  bool
	Open    bool // though it is folded: something in it is wrong
}

// Tables lays the fields out: what is to come, and folded below it what is over.
func (p DaysPage) Tables() []DaysTable {
	next := DaysTable{Title: p.Title, Corner: p.Corner, Columns: p.Columns[p.Past:]}
	past := DaysTable{Title: p.N("skill.past", p.Past), Corner: p.Corner, Columns: p.Columns[:p.Past], Folded: true}
	items := p.Form.Items()
	for i, name := range p.Names {
		row := items[i*len(p.Columns) : (i+1)*len(p.Columns)]
		next.Rows, past.Rows = append(next.Rows, DaysRow{name, row[p.Past:]}), append(past.Rows, DaysRow{name, row[:p.Past]})
		for _, f := range row[:p.Past] {
			past.Open = past.Open || f.Error != ""
		}
	}
	if p.Past == 0 {
		return []DaysTable{next}
	}
	return []DaysTable{next, past}
}
