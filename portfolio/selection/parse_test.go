package selection

import (
	"fmt"
	"strings"
	"testing"
)

func TestBadProblems(t *testing.T) {
	many := `{"projects":[` + strings.TrimSuffix(strings.Repeat(`{"id":"%d"},`, MaxProjects+1), ",") + `]}`
	ids := make([]any, MaxProjects+1)
	for i := range ids {
		ids[i] = i
	}
	heavy := strings.Repeat(`,{"id":"%d","uses":{"k":9007199254740991}}`, 300)
	for _, tc := range []struct{ name, text, code, subject string }{
		{"nothing", ``, CodeJSON, "the text ends too early"},
		{"no JSON", `{"projects":`, CodeJSON, "the text ends too early"},
		{"an array", `[]`, CodeJSON, "array"},
		{"more text", `{"projects":[]} {}`, CodeJSON, "after"},
		{"an unknown field", `{"projects":[{"id":"A","cost":1}]}`, CodeJSON, "cost"},
		{"a field in capitals", `{"projects":[{"id":"A","Forced":"in"}]}`, CodeJSON, "Forced"},
		{"a project in capitals", `{"PROJECTS":[]}`, CodeJSON, "PROJECTS"},
		{"null", `null`, CodeJSON, "null"},
		{"a text for a number", `{"projects":[{"id":"A","value":"1"}]}`, CodeJSON, "projects.value: string"},
		{"a share of a key that is nowhere", `{"projects":[{"id":"A","uses":{"k":1}}],"themes":{"T":{"max_use_bp":{"K":1}}}}`, CodeKey, "K"},
		{"a fraction", `{"projects":[{"id":"A","value":1.5}]}`, CodeJSON, "1.5"},
		{"no id", `{"projects":[{"value":1}]}`, CodeMissingID, ""},
		{"an id twice", `{"projects":[{"id":"A"},{"id":"B"},{"id":"A"}]}`, CodeDuplicate, "A"},
		{"a limit twice", `{"projects":[],"limits":{"k":1,"l":1,"k":2}}`, CodeDuplicate, "k"},
		{"a field twice", `{"projects":[{"id":"A","uses":{"id":1},"id":"B"}]}`, CodeDuplicate, "id"},
		{"requires what is not there", `{"projects":[{"id":"A","requires":["B"]}]}`, CodeUnknown, "B"},
		{"excludes what is not there", `{"projects":[{"id":"A","excludes":["B"]}]}`, CodeUnknown, "B"},
		{"requires itself", `{"projects":[{"id":"A","requires":["A"]}]}`, CodeCyclic, "A"},
		{"a ring", `{"projects":[{"id":"A","requires":["B"]},{"id":"B","requires":["C"]},{"id":"C","requires":["B"]}]}`, CodeCyclic, ""},
		{"excludes itself", `{"projects":[{"id":"A","excludes":["A"]}]}`, CodeSelf, "A"},
		{"a negative value", `{"projects":[{"id":"A","value":-1}]}`, CodeNegative, "A"},
		{"a negative use", `{"projects":[{"id":"A","uses":{"k":-1}}]}`, CodeNegative, "k"},
		{"a negative limit", `{"projects":[],"limits":{"k":-1}}`, CodeNegative, "k"},
		{"far below zero", `{"projects":[{"id":"A","value":-99999999999999999999}]}`, CodeNegative, "value"},
		{"2^53", `{"projects":[{"id":"A","value":9007199254740992}]}`, CodeTooLarge, "A"},
		{"beyond 64 bits", `{"projects":[{"id":"A","value":99999999999999999999}]}`, CodeTooLarge, "value"},
		{"a share of more than all", `{"projects":[],"themes":{"T":{"min_value_bp":10001}}}`, CodeShare, "T"},
		{"forced somewhere", `{"projects":[{"id":"A","forced":"maybe"}]}`, CodeForced, "A"},
		{"a shift of nothing", `{"projects":[{"id":"A","starts":[{"shift":0}]}]}`, CodeShift, "A"},
		{"a shift twice", `{"projects":[{"id":"A","starts":[{"shift":1},{"shift":1}]}]}`, CodeShift, "A"},
		{"too many", fmt.Sprintf(many, ids...), CodeTooMany, "projects"},
		{"sums beyond 64 bits", `{"projects":[{"id":"A"}` + fmt.Sprintf(heavy, ids[:300]...) + `],"limits":{"k":1}}`, CodeOverflow, "k"},
		{"more than fits into memory", `{"projects":[{"id":"A"` + fmt.Sprintf(strings.Repeat(`},{"id":"%d","requires":["A"],"starts":[{"shift":1},{"shift":2},{"shift":3},{"shift":4},{"shift":5},{"shift":6},{"shift":7},{"shift":8},{"shift":9},{"shift":10},{"shift":11},{"shift":12},{"shift":13},{"shift":14},{"shift":15},{"shift":16},{"shift":17},{"shift":18}]`, 1990), ids[:1990]...) + "}]}", CodeTooLarge, "problem"},
		{"a frontier of nothing", `{"projects":[{"id":"A"}],"frontier_keys":["k"]}`, CodeKey, "k"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := Parse(strings.NewReader(tc.text))
			if err == nil {
				_, err = Solve(p, Options{})
			}
			wrong, ok := err.(*Error)
			if !ok || wrong.Code != tc.code || !strings.Contains(wrong.Subject, tc.subject) {
				t.Errorf("%v, want %s: %s", err, tc.code, tc.subject)
			}
		})
	}
}

// TestByteOrderMark: some tools begin a file with it.
func TestByteOrderMark(t *testing.T) {
	if p, err := Parse(strings.NewReader("\ufeff" + `{"projects":[{"id":"A","value":1,"uses":{"ID":2,"id":1}}]}`)); err != nil || len(p.Projects) != 1 || len(p.Projects[0].Uses) != 2 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestForcedInAndOut: a project that another one needs and that is forced out is no error of the problem but a conflict of its rules.
func TestForcedInAndOut(t *testing.T) {
	p := Problem{Projects: []Project{{ID: "A", Forced: ForcedIn, Requires: []string{"B"}}, {ID: "B", Forced: ForcedOut}, {ID: "C", Value: 5}}}
	a, err := Solve(p, Options{Explain: true, Frontier: 3})
	if err != nil || a.Status != Infeasible || !a.Irreducible || len(a.Conflict) != 3 {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestNothingToChoose: a problem without projects, or with one alone, has an answer.
func TestNothingToChoose(t *testing.T) {
	o := Options{Explain: true, Frontier: 3, NextCredit: 5, Alternatives: 2}
	for _, p := range []Problem{{}, {Limits: map[string]int64{"k": 0}, FrontierKeys: []string{"k"}}, {Projects: []Project{{ID: "A"}}}} {
		if a, err := Solve(p, o); err != nil || a.Status != Optimal || a.Value != 0 {
			t.Errorf("%+v, %v", a, err)
		}
	}
	a, err := Solve(Problem{Themes: map[string]Theme{"T": {MinProjects: 1}}}, o)
	if err != nil || a.Status != Infeasible || len(a.Conflict) != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}
