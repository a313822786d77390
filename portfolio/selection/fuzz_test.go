package selection

import (
	"encoding/json"
	"strings"
	"testing"
)

// seeds are problems of every sort, good and bad.
var seeds = []string{
	`{"projects":[{"id":"P1","value":120,"uses":{"2026/I":100000,"2027/I":50000,"dev/2026Q1":2},"requires":["P3"],"excludes":["P4"],"theme":"T1","forced":"in"},
		{"id":"P3","value":10},{"id":"P4","value":99,"starts":[{"shift":1,"uses":{"2027/I":7},"value":98}]}],
	  "limits":{"2026/I":1000000,"2027/I":800000,"dev/2026Q1":6},"themes":{"T1":{"min_projects":1,"min_value_bp":1500,"max_use_bp":{"2026/I":4000}}},"frontier_keys":["2026/I","2027/I"]}`,
	`{"projects":[]}`, `{}`, `null`, `[]`, `{"projects":null,"limits":{"a":0}}`,
	`{"projects":[{"id":"A","requires":["B"]},{"id":"B","requires":["A"]}]}`,
	`{"projects":[{"id":"A","requires":["A"]}]}`,
	`{"projects":[{"id":"A"},{"id":"A"}]}`,
	`{"projects":[{"id":"A","forced":"in","uses":{"k":2}}],"limits":{"k":1}}`,
	`{"projects":[{"id":"A","forced":"in","excludes":["B"]},{"id":"B","forced":"in"}]}`,
	`{"projects":[{"id":"A","value":9007199254740991,"uses":{"k":9007199254740991}},{"id":"B","value":1,"uses":{"k":1}}],"limits":{"k":9007199254740991},"frontier_keys":["k"]}`,
	`{"projects":[{"id":"A","value":9007199254740992}]}`, `{"projects":[{"id":"A","value":-1}]}`, `{"projects":[{"id":"A","value":1.5}]}`,
	`{"projects":[{"id":"A","theme":"T"}],"themes":{"T":{"max_use_bp":{"k":0}},"U":{"min_projects":1}}}`,
	`{"projects":[{"id":"A","value":5,"theme":"T","uses":{"k":3}},{"id":"B","value":5,"uses":{"k":3}}],"themes":{"T":{"min_value_bp":9000,"max_use_bp":{"k":5000}}}}`,
	`{"projects":[{"id":"A","starts":[{"shift":0}]}]}`, `{"projects":[{"id":"A"}]} {}`, `{"projects":[{"id":"A","cost":1}]}`,
}

// FuzzSolve: whatever the text, there is a named error or an answer that keeps the rules, with everything that was asked for.
func FuzzSolve(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(strings.NewReader(text))
		if err != nil {
			if bad, ok := err.(*Error); !ok || bad.Code == "" {
				t.Fatalf("%v is no named error", err)
			}
			return
		}
		a, err := Solve(p, Options{WorkLimit: 2000, Frontier: 3, Explain: true, NextCredit: 5, Alternatives: 2})
		if err != nil {
			if bad, ok := err.(*Error); !ok || bad.Code != CodeOverflow {
				t.Fatalf("%v of a problem that was checked", err)
			}
			return
		}
		if large(p) { // the judge of this test adds in 64 bits
			return
		}
		consistent(t, p, a)
		if _, err := json.Marshal(a); err != nil {
			t.Fatal(err)
		}
	})
}

func large(p Problem) bool {
	var sum int64
	for _, c := range p.Projects {
		sum += c.Value
		for _, u := range c.Uses {
			sum += u
		}
	}
	return sum > 1<<45 || len(p.Projects) > 200
}
