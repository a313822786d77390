package portfolio

import (
	"encoding/json"
	"fmt"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// contentFormat is the version of the shape of a frozen scenario.
const contentFormat = 1

// scenarioContent is everything that a selection depends on and that its pages say of it: the question, put together from what is known now or, of a frozen
// scenario, as it was known then. It is written as canonical JSON: fields in this order, lists in theirs.
type scenarioContent struct {
	Format     int              `json:"format"`
	Roadmap    Head             `json:"roadmap"`
	Start      civil.Date       `json:"start"`
	End        civil.Date       `json:"end"` // of the roadmap; zero: none
	Currency   money.Currency   `json:"currency"`
	AsOf       civil.Date       `json:"as_of"`
	Percentile int              `json:"percentile"`
	P50        Uplift           `json:"p50"`
	P80        Uplift           `json:"p80"`
	Delay      DelayQuantiles   `json:"delay"`
	Credits    bool             `json:"credits"` // votes are known
	Years      []int            `json:"years"`
	Voted      *money.Amount    `json:"voted"` // of the roadmap
	Quota      *contentQuota    `json:"quota"` // nil: none is set
	Subjects   []contentSubject `json:"subjects"`
	Limits     []contentLimit   `json:"limits"`
	Themes     []contentTheme   `json:"themes"`
}

// contentQuota is the share of the voted budget that late entries may take.
type contentQuota struct {
	Share    money.BasisPoints `json:"share_bp"`
	LateFrom civil.Date        `json:"late_from"`
	Entered  money.Amount      `json:"entered"` // first costs of the projects that entered late and have not left
}

// contentSubject is a running project or a candidate.
type contentSubject struct {
	Subject    Subject       `json:"subject"`
	Code       string        `json:"code"`
	Name       string        `json:"name"`
	Department string        `json:"department"`
	Sponsor    string        `json:"sponsor"`
	Theme      int64         `json:"theme"` // id; 0: none
	Start      civil.Date    `json:"start"`
	End        civil.Date    `json:"end"`
	Risk       Risk          `json:"risk"`
	Scored     bool          `json:"scored"`
	Points     int64         `json:"points"`
	Gates      []string      `json:"gates"`
	Force      Force         `json:"force"` // in, out or free: what holds
	Own        bool          `json:"own"`   // somebody chose it
	ReasonCode ForceReason   `json:"reason_code"`
	Reason     string        `json:"reason"`
	MayShift   bool          `json:"may_shift"`
	Requires   []Subject     `json:"requires"`
	Excludes   []Subject     `json:"excludes"`
	Missing    []string      `json:"missing"` // what it requires and is no longer to be had, by code
	Costs      []contentCost `json:"costs"`
	Skills     []contentNeed `json:"skills"`
	Unknown    bool          `json:"cost_unknown"`
}

func (s contentSubject) kind() SubjectKind {
	if s.Subject.Project != 0 {
		return KindProject
	}
	return KindRequest
}

// contentCost is what a subject needs of a year and a section, beyond what was spent of it.
type contentCost struct {
	Year    int          `json:"year"`
	Section Section      `json:"section"`
	Amount  money.Amount `json:"amount"` // as estimated
}

// contentNeed is work of a skill in a quarter.
type contentNeed struct {
	Skill   string        `json:"skill"` // code
	Quarter civil.Quarter `json:"quarter"`
	Tenths  int64         `json:"tenths"`
}

// contentLimit is the limit of a key. Keys that are used and not limited are there as well.
type contentLimit struct {
	Key     string    `json:"key"`
	Kind    GaugeKind `json:"kind"`
	Skill   Head      `json:"skill"`
	Default *int64    `json:"default"`
	Own     bool      `json:"own"`
	Amount  *int64    `json:"amount"`
	Spent   int64     `json:"spent"` // of the year already, by whatever project
}

// limit is the one that holds; nil: none.
func (l contentLimit) limit() *int64 { return holding(l.Own, l.Amount, l.Default) }

// holding is the limit that holds: a scenario's own, which may be none, stands in the place of the one from votes and capacities.
func holding(own bool, amount, byDefault *int64) *int64 {
	if own {
		return amount
	}
	return byDefault
}

// contentTheme is a theme with what is asked of it.
type contentTheme struct {
	ID          int64              `json:"id"`
	Code        string             `json:"code"`
	Name        string             `json:"name"`
	MinProjects int64              `json:"min_projects"`
	MinValue    money.BasisPoints  `json:"min_value_bp"`
	MaxShare    *money.BasisPoints `json:"max_share_bp"`
}

// frozenScenario is what freezing keeps: the question, the problem that was posed of it, and the answer.
type frozenScenario struct {
	Content scenarioContent   `json:"content"`
	Problem selection.Problem `json:"problem"`
	Answer  selection.Answer  `json:"answer"`
}

// canonical writes what freezing keeps.
func (f frozenScenario) canonical() (string, error) {
	text, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("write frozen scenario: %w", err)
	}
	return string(text), nil
}

// readFrozen reads it back.
func readFrozen(text string) (frozenScenario, error) {
	var f frozenScenario
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return f, fmt.Errorf("read frozen scenario: %w", err)
	}
	return f, nil
}

// find gives a subject of the content.
func (c *scenarioContent) find(s Subject) *contentSubject {
	i := slices.IndexFunc(c.Subjects, func(x contentSubject) bool { return x.Subject == s })
	if i < 0 {
		return nil
	}
	return &c.Subjects[i]
}

// limitOf gives the limit of a key as the content holds it.
func (c *scenarioContent) limitOf(key string) *contentLimit {
	i := slices.IndexFunc(c.Limits, func(l contentLimit) bool { return l.Key == key })
	if i < 0 {
		return nil
	}
	return &c.Limits[i]
}

// theme gives a theme by its id; the zero one for none.
func (c *scenarioContent) theme(id int64) contentTheme {
	i := slices.IndexFunc(c.Themes, func(t contentTheme) bool { return t.ID == id })
	if i < 0 {
		return contentTheme{}
	}
	return c.Themes[i]
}
