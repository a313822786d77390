package portfolio

import (
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// wrongFields lists the fields that an error complains of, each once and in order.
func wrongFields(err error) string {
	f := fault.As(err)
	if f == nil {
		return ""
	}
	var out []string
	for _, x := range f.Fields {
		if !slices.Contains(out, x.Name) {
			out = append(out, x.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestRequestContentRules(t *testing.T) {
	whole := RequestContent{Title: "Guichet", Need: "N", Beneficiaries: "B", Sponsor: "S", Department: "D", RequestedBy: "Q", Start: day("2027-01-01"), End: day("2027-12-31"),
		Costs: []YearAmount{{2027, SectionInvestment, 100}, {2027, SectionOperations, 50}}, Skills: []SkillNeed{{1, civil.Quarter{Year: 2027, Number: 1}, 5}}}
	tests := []struct {
		name, invalid, incomplete string
		change                    func(*RequestContent)
	}{
		{"whole", "", "", func(*RequestContent) {}},
		{"a title alone is a draft", "", "need beneficiaries sponsor department requested_by costs start end", func(c *RequestContent) { *c = RequestContent{Title: "Guichet"} }},
		{"no title", "title", "", func(c *RequestContent) { c.Title = " " }},
		{"it ends before it begins", "end", "", func(c *RequestContent) { c.End = day("2026-12-31") }},
		{"an unknown risk", "risk", "", func(c *RequestContent) { c.Risk = "huge" }},
		{"a year and section twice", "costs", "", func(c *RequestContent) { c.Costs[1].Section = SectionInvestment }},
		{"an unknown section", "costs", "", func(c *RequestContent) { c.Costs[1].Section = "X" }},
		{"a negative cost", "costs", "", func(c *RequestContent) { c.Costs[0].Amount = -1 }},
		{"a year that nobody lives to see", "costs", "", func(c *RequestContent) { c.Costs[0].Year = 20277 }},
		{"a sum that no amount holds", "costs", "", func(c *RequestContent) { c.Costs[0].Amount, c.Costs[1].Amount = 1<<62, 1<<62 }},
		{"a cost of nothing is told", "", "", func(c *RequestContent) { c.Costs = []YearAmount{{2027, SectionInvestment, 0}} }},
		{"a skill twice in a quarter", "skills", "", func(c *RequestContent) { c.Skills = append(c.Skills, c.Skills[0]) }},
		{"no quarter", "skills", "", func(c *RequestContent) { c.Skills[0].Quarter = civil.Quarter{} }},
		{"too many days", "skills", "", func(c *RequestContent) { c.Skills[0].Tenths = mostTenths + 1 }},
		{"a link to two things", "links", "", func(c *RequestContent) { c.Links = []RequestLink{{LinkRequires, Subject{Request: 1, Project: 2}}} }},
		{"required and excluded", "links", "", func(c *RequestContent) {
			c.Links = []RequestLink{{LinkRequires, Subject{Request: 1}}, {LinkExcludes, Subject{Request: 1}}}
		}},
	}
	for _, tc := range tests {
		c := whole
		c.Costs, c.Skills = slices.Clone(whole.Costs), slices.Clone(whole.Skills)
		tc.change(&c)
		if got := wrongFields(c.Validate()); got != tc.invalid {
			t.Errorf("%s: Validate complains of %q, want %q", tc.name, got, tc.invalid)
		}
		if got := wrongFields(c.Complete()); got != tc.incomplete {
			t.Errorf("%s: Complete complains of %q, want %q", tc.name, got, tc.incomplete)
		}
	}
}

// TestTransitions holds what follows from the table as a whole, whatever rows it gets.
func TestTransitions(t *testing.T) {
	for _, s := range RequestStates {
		for _, tr := range Transitions {
			if slices.Contains(tr.From, s) && s == tr.To {
				t.Errorf("%s leads from %s to itself", tr.Step, s)
			}
			if tr.To == RequestSelected && (len(tr.By) != 1 || tr.By[0] != HandCommittee) {
				t.Errorf("%s selects without a committee", tr.Step)
			}
			if slices.Contains(tr.From, RequestSelected) && !slices.Contains(tr.By, HandCommittee) {
				t.Errorf("%s undoes a selection without a committee", tr.Step)
			}
			if (tr.To == RequestDeferred || tr.To == RequestRefused) && !(tr.Reason && tr.Later) {
				t.Errorf("%s renounces without a reason, or for ever", tr.Step)
			}
			if slices.Contains(tr.By, HandExaminer) && slices.Contains(tr.From, RequestDraft) {
				t.Errorf("%s lets the examiner at a draft", tr.Step)
			}
		}
	}
	reached := map[RequestState]bool{RequestDraft: true}
	for range RequestStates {
		for _, tr := range Transitions {
			if slices.ContainsFunc(tr.From, func(s RequestState) bool { return reached[s] }) {
				reached[tr.To] = true
			}
		}
	}
	for _, s := range RequestStates {
		if !reached[s] {
			t.Errorf("nothing leads to %s", s)
		}
	}
}

func TestByYear(t *testing.T) {
	got := ByYear([]YearAmount{{2028, SectionOperations, 3}, {2027, SectionOperations, 2}, {2027, SectionInvestment, 1}})
	if want := []RequestYear{{2027, 1, 2}, {2028, 0, 3}}; !slices.Equal(got, want) {
		t.Errorf("ByYear = %v, want %v", got, want)
	}
}

func TestPlanMark(t *testing.T) {
	q := civil.Quarter{Year: 2027, Number: 1}
	plan := []SkillNeed{{1, q, 5}, {2, q, 7}, {1, q.Add(1), 5}}
	turned := slices.Clone(plan)
	slices.Reverse(turned)
	if planMark(plan) != planMark(turned) {
		t.Error("the order of a plan changes its mark")
	}
	seen := map[int64]bool{planMark(plan): true, planMark(nil): true}
	for i := range plan {
		other := slices.Clone(plan)
		other[i].Tenths++
		if m := planMark(other); seen[m] || m <= 0 {
			t.Errorf("mark of %v is %d, which another plan has", other, m)
		} else {
			seen[m] = true
		}
	}
}

func TestStaffing(t *testing.T) {
	q := civil.Quarter{Year: 2027, Number: 1}
	r := Roadmap{Code: "FDR", Start: day("2027-01-01"), End: day("2027-06-30")}
	skills := []Skill{{ID: 1, Name: "Développement"}, {ID: 2, Name: "Droit"}}
	rep := newStaffing(r, skills, []SkillNeed{{1, q, 100}, {1, q.Add(1), 0}}, []SkillNeed{{1, q, 60}, {2, q, 10}, {1, q, 20}}, []SkillNeed{{1, q, 30}, {1, q.Add(1), 1}, {2, q.Add(2), 4}})
	if len(rep.Quarters) != 3 || rep.Quarters[2] != q.Add(2) {
		t.Fatalf("quarters %v, want those of the roadmap and the one beyond it", rep.Quarters)
	}
	want := [][]StaffingState{{StaffingContested, StaffingContested, StaffingOpen}, {StaffingOpen, StaffingOpen, StaffingOpen}}
	for i, l := range rep.Lines {
		for j, c := range l.Cells {
			if c.State() != want[i][j] {
				t.Errorf("%s in %s is %s, want %s", skills[i].Name, rep.Quarters[j], c.State(), want[i][j])
			}
		}
	}
	if c := rep.Lines[0].Cells[0]; c.Running != 80 || c.Candidates != 30 {
		t.Errorf("needs %d and %d, want the sums 80 and 30", c.Running, c.Candidates)
	}
	over, none := int64(79), int64(0)
	for state, c := range map[StaffingState]StaffingCell{StaffingOver: {Capacity: &over, Running: 80}, StaffingWithin: {Capacity: &none}, StaffingOpen: {Running: 80}} {
		if c.State() != state {
			t.Errorf("%+v is %s, want %s", c, c.State(), state)
		}
	}
}

func TestLikeness(t *testing.T) {
	tests := []struct {
		name          string
		query         SimilarQuery
		title, text   string
		similar, none bool
	}{
		{name: "the same name", query: SimilarQuery{Title: "Portail des démarches"}, title: "Portail des demarches", similar: true},
		{name: "a plural and other words", query: SimilarQuery{Title: "Dématérialisation des subventions aux associations"}, title: "Subvention des associations en ligne", similar: true},
		{name: "an acronym", query: SimilarQuery{Title: "SIG"}, title: "Système d’information géographique (SIG)", similar: true},
		{name: "the need tells", query: SimilarQuery{Title: "Nouvel outil", Need: "Les agents des routes saisissent deux fois les interventions de déneigement, sur papier puis au bureau."}, title: "Viabilité hivernale",
			text: "Saisir les interventions de déneigement une seule fois, sur la route, sans papier, par les agents des routes, au bureau comme ailleurs.", similar: true},
		{name: "something else", query: SimilarQuery{Title: "Archives départementales en ligne"}, title: "Second site de secours", text: "Redémarrer les services vitaux."},
		{name: "common words alone", query: SimilarQuery{Title: "Nouveau projet numérique"}, title: "Nouveau service numérique", none: true},
	}
	for _, tc := range tests {
		like, ok := newLikeness(tc.query)
		if ok == tc.none {
			t.Errorf("%s: it says enough: %v", tc.name, ok)
		}
		if !ok {
			continue
		}
		name := foldText(tc.title)
		score := like.score(tc.title, name, name+"\n"+foldText(tc.text))
		if (score >= leastLikeness) != tc.similar {
			t.Errorf("%s: score %d, want similar %v", tc.name, score, tc.similar)
		}
	}
}

func TestSumYears(t *testing.T) {
	if got := SumYears([]YearAmount{{2027, SectionOperations, 3}, {2028, SectionInvestment, 4}}); got != money.Amount(7) {
		t.Errorf("SumYears = %d, want 7", got)
	}
}
