package finance

import (
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// TestLeavesDoNotMeet: values cannot move from one column to the next, and nothing is not an empty text.
func TestLeavesDoNotMeet(t *testing.T) {
	seen := map[digest]int{}
	for i, l := range []struct {
		kind   string
		values [][]byte
	}{{"a", [][]byte{[]byte("xy"), {}}}, {"a", [][]byte{[]byte("x"), []byte("y")}}, {"a", [][]byte{{}, []byte("xy")}}, {"a", [][]byte{nil, []byte("xy")}}, {"a", [][]byte{[]byte("xy")}},
		{"b", [][]byte{[]byte("xy")}}, {"a", nil}} {
		sum, _ := leafHash(nil, l.kind, l.values)
		if before, met := seen[sum]; met {
			t.Errorf("rows %d and %d are one", before, i)
		}
		seen[sum] = i
	}
}

// TestSealsAreTheSameOnBothDatabases: books that move from one database to the other keep their seals.
func TestSealsAreTheSameOnBothDatabases(t *testing.T) {
	roots := map[string]string{}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.bookFile("jan", line{on: "2026-01-05", amount: 500, project: "P1", invoice: "F-1"}, line{on: "2026-01-06", amount: -700, kind: "ordre", operates: "2041"}, line{on: "2026-01-07", amount: 1, flow: "R", nature: "7473"})
		d.accept(d.bookFile("more", line{on: "2026-01-08", amount: 90})[0])
		d.exec("UPDATE open_posting SET state = 'accepted', reason = 'known'")
		c, err := d.sign(operator, "2026-01-31")
		if err != nil {
			t.Fatal(err)
		}
		roots[t.Name()] = c.Figures.Root
	})
	var first string
	for name, root := range roots {
		if first == "" {
			first = root
		}
		if root != first {
			t.Errorf("%s has another root: %v", name, roots)
		}
	}
}
