package views

import (
	"strconv"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
)

// ScenariosURL lists the scenarios of a roadmap.
func ScenariosURL(id portfolio.RoadmapID) string { return Under(id, "scenarios") }

// ScenarioURL is the workbench of a scenario.
func ScenarioURL(id portfolio.ScenarioID) string {
	return "/scenarios/" + strconv.FormatInt(int64(id), 10)
}

// UnderScenario is the address of a page below a scenario's: "limits", "frontier".
func UnderScenario(id portfolio.ScenarioID, page string) string { return ScenarioURL(id) + "/" + page }

// SubjectPageURL is the page of a running project or of a request.
func SubjectPageURL(s portfolio.Subject) string {
	if s.Request != 0 {
		return "/requests/" + strconv.FormatInt(int64(s.Request), 10)
	}
	return ProjectURL(s.Project, Day{})
}

// ScenarioTitle names a scenario: "S-03 · Sans le portail".
func ScenarioTitle(code, name string) string { return code + " · " + name }

// ScenarioStateName is the word for how far a scenario got.
func (p Printer) ScenarioStateName(s portfolio.ScenarioState) string {
	return p.T("scenarios.state." + string(s))
}

// workingDays writes tenths of a working day with their unit: "12,5 j".
func (p Printer) workingDays(tenths int64) string {
	return p.Workdays(tenths) + nbsp + p.T("unit.days")
}

// keys writes the keys of a selection, of which only the codes are known, in words.
type keys struct {
	Printer
	currency money.Currency
	skills   map[string]string // names by code
}

// keyNames knows the names of the skills that the gauges speak of.
func keyNames(p Printer, c money.Currency, gauges []portfolio.Gauge) keys {
	k := keys{p, c, map[string]string{}}
	for _, g := range gauges {
		if g.Kind == portfolio.GaugeSkill {
			k.skills[g.Skill.Code] = g.Skill.Name
		}
	}
	return k
}

// name says what a key stands for: "2027, investissement" or "Développement, 1er trimestre 2027".
func (k keys) name(key string) string {
	at := strings.LastIndexByte(key, '/')
	if at < 0 {
		return key
	}
	head, tail := key[:at], key[at+1:]
	if credit(key) {
		return k.T("scenarios.key.credit", head, k.SectionName(tail))
	}
	if name := k.skills[head]; name != "" {
		head = name
	}
	return k.T("scenarios.key.skill", head, k.Period(tail))
}

// credit tells whether a key is that of credits; all others are of skills.
func credit(key string) bool {
	return len(key) == 6 && (strings.HasSuffix(key, "/I") || strings.HasSuffix(key, "/F"))
}

// amount writes a quantity of a key in its unit.
func (k keys) amount(key string, n int64) string {
	if credit(key) {
		return k.Money(money.Amount(n), k.currency)
	}
	return k.workingDays(n)
}

// list joins the names of keys.
func (k keys) list(all []string) string {
	names := make([]string, len(all))
	for i, key := range all {
		names[i] = k.name(key)
	}
	return strings.Join(names, k.T("list.semicolon"))
}

// conflict says one of the rules that cannot hold together, or that keep a candidate out.
func (k keys) conflict(l portfolio.ConflictLine) string {
	subject := l.Subject
	switch {
	case l.Rule == "limit":
		subject = k.name(l.Subject)
	case l.Name != "":
		subject = ProjectTitle(l.Subject, l.Name)
	}
	return k.T("scenarios.rule."+l.Rule, subject)
}

// heads joins projects and candidates by their names; a dash for none.
func (p Printer) heads(all []portfolio.Head) string {
	if len(all) == 0 {
		return Dash
	}
	names := make([]string, len(all))
	for i, h := range all {
		names[i] = ProjectTitle(h.Code, h.Name)
	}
	return strings.Join(names, p.T("list.semicolon"))
}

// ProofText says how good a selection is: proven the best, or how far from it at most.
func (p Printer) ProofText(r portfolio.SelectionResult) string {
	switch {
	case r.Proven():
		return p.T("scenarios.proof.optimal")
	case r.Status == "feasible":
		return p.T("scenarios.proof.feasible", p.gapText(r.GapBP))
	case r.Status == "infeasible":
		return p.T("scenarios.proof.infeasible")
	}
	return p.T("scenarios.proof.unknown")
}

// gapText writes a gap with two decimals, rounded up: never nearer than is true.
func (p Printer) gapText(bp int64) string {
	n := money.Amount(bp)
	text := p.AmountValue(&n, money.EUR) // hundredths of a percent, as of a euro
	if p.Lang == "en" {
		return text + "%"
	}
	return text + nbsp + "%"
}

// ReasonName is the word for why somebody chose beforehand; "" for none.
func (p Printer) ReasonName(r portfolio.ForceReason) string {
	if r == "" {
		return ""
	}
	return p.T("scenarios.reason." + string(r))
}

// forceReason is the reason with what was said of it.
func (p Printer) forceReason(code portfolio.ForceReason, words string) string {
	switch name := p.ReasonName(code); {
	case words == "":
		return name
	case name == "" || code == portfolio.ReasonOther:
		return words
	default:
		return name + p.T("list.colon") + words
	}
}
