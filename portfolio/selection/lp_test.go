package selection

import (
	"errors"
	"strings"
	"testing"
)

func TestWriteLP(t *testing.T) {
	p := Problem{Projects: []Project{
		{ID: "A", Value: 7, Uses: map[string]int64{"k": 3}, Starts: []Start{{Shift: 1, Uses: map[string]int64{"k": 1}}}},
		{ID: "B", Value: 5, Uses: map[string]int64{"k": 2}, Requires: []string{"A"}, Forced: ForcedIn},
	}, Limits: map[string]int64{"k": 4}}
	const want = `Maximize
 obj:
 +7 x0_0
 +7 x0_1
 +5 x1_0
Subject To
 r0:
 +3 x0_0
 +1 x0_1
 +2 x1_0
 <= 4
 r1:
 -1 x1_0
 <= -1
 r2:
 -1 x0_0
 -1 x0_1
 +1 x1_0
 <= 0
 r3:
 +1 x0_0
 +1 x0_1
 <= 1
Binary
 x0_0
 x0_1
 x1_0
End
`
	var out strings.Builder
	if err := WriteLP(&out, p); err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := WriteLP(full{}, p); !errors.Is(err, errFull) {
		t.Errorf("%v of a writer that is full", err)
	}
	if err := WriteLP(&out, Problem{Projects: []Project{{}}}); err == nil {
		t.Error("a project without id was written")
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
