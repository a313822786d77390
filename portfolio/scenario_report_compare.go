package portfolio

import "jalon/internal/money"

// ScenarioComparison shows scenarios of one roadmap side by side.
type ScenarioComparison struct {
	Roadmap    Head
	RoadmapID  RoadmapID
	Currency   money.Currency
	Scenarios  []ComparedScenario // in the order asked for, at most MaxCompared
	Years      []int
	Themes     []Head
	Skills     []Head
	Subjects   []ComparedSubject // who is in which, those that differ first
	CostHidden bool
}

// ComparedScenario is one column.
type ComparedScenario struct {
	Head    ScenarioHead
	Result  SelectionResult
	Cost    money.Amount // remaining, at the scenario's percentile
	CostP80 money.Amount
	ByYear  []ComparedYear  // by year, in the order of Years
	ByTheme []ComparedTheme // in the order of Themes
	BySkill []ComparedSkill // in the order of Skills
	Over80  int             // years and sections that are over their vote at P80
	Excess  money.Amount    // by how much, in all
	Unvoted money.Amount    // costs at P80 of years and sections that no vote covers
	EndLate int             // selected subjects that end after the roadmap in 5 cases of 10 or more
	Delay   DelayQuantiles  // by which that was reckoned
	Gauges  []Gauge
}

// ComparedYear is the cost of a year by section.
type ComparedYear struct {
	Investment, Operations           money.Amount
	LimitInvestment, LimitOperations *money.Amount
}

// ComparedTheme is a theme's part.
type ComparedTheme struct {
	Projects int
	Value    int64
	Cost     money.Amount
}

// ComparedSkill is the load of a skill over all quarters, and at the worst one.
type ComparedSkill struct {
	Used  int64
	Limit *int64             // sum over limited quarters; nil: none is limited
	Peak  *money.BasisPoints // highest share of a quarter
	Over  int                // quarters over their limit
}

// ComparedSubject tells in which scenarios a subject is selected.
type ComparedSubject struct {
	Subject Subject
	Kind    SubjectKind
	Head    Head
	Theme   Head
	Points  int64
	In      []bool // in the order of Scenarios
	Shift   []int64
	Count   int
	Differs bool // it is not in all that are compared, or does not start in the same year in all
}
