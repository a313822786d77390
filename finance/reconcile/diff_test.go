package reconcile

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"jalon/internal/money"
)

// hash16 is how readers of files make keys and contents.
func hash16(text string) [16]byte {
	sum := sha256.Sum256([]byte(text))
	return [16]byte(sum[:16])
}

// row is a line for tests: a natural key, or none, and an amount in euros and cents that is its content. say sets
// contents apart that have one amount.
type row struct {
	key    string
	amount money.Amount
	say    string
}

// prints makes the prints of rows; the first has the reference after base.
func prints(unique bool, base int64, rows ...row) []Print {
	out := make([]Print, len(rows))
	for i, r := range rows {
		content := hash16(fmt.Sprint(r.key, "|", r.amount, "|", r.say))
		out[i] = Print{Key: content, Content: content, Ref: base + int64(i) + 1, Amount: r.amount}
		if r.key != "" {
			out[i].Key, out[i].Unique = hash16(r.key), unique
		}
	}
	return out
}

// outcomesOf writes a plan so that a table can hold it: one word for each line, then the withdrawn postings.
func outcomesOf(p Plan) string {
	var b bytes.Buffer
	for i, pair := range p.Pairs {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(pair.Outcome.String())
		if pair.Live != 0 {
			fmt.Fprint(&b, ":", pair.Live)
		}
	}
	if len(p.Withdrawn) > 0 {
		fmt.Fprint(&b, " withdrawn ", p.Withdrawn)
	}
	return b.String()
}

// entriesOf gives the entries of a plan and their sum.
func entriesOf(p Plan, file, live []Print) (entries []Entry, sum money.Amount) {
	for e := range p.Entries(file, live) {
		entries = append(entries, e)
		sum += e.Amount
	}
	return entries, sum
}

func sumOf(prints []Print) (sum money.Amount) {
	for _, p := range prints {
		sum += p.Amount
	}
	return sum
}

// five are the lines of the worked examples: two equal amounts under two numbers of payment orders.
func five() []row {
	return []row{{key: "101", amount: 1200000}, {key: "102", amount: 1200000}, {key: "103", amount: 1820000}, {key: "104", amount: 305010}, {key: "105", amount: 300000}}
}

func TestDiffOfAFirstFileAndOfTheSameAgain(t *testing.T) {
	file := prints(true, 0, five()...)
	first := Diff(file, nil, Snapshot)
	if got := outcomesOf(first); got != "NEW NEW NEW NEW NEW" {
		t.Errorf("the first file: %s", got)
	}
	if _, sum := entriesOf(first, file, nil); sum != 4825010 {
		t.Errorf("the first file books %d, want 48,250.10", sum)
	}
	again := Diff(file, prints(true, 10, five()...), Snapshot)
	if got := outcomesOf(again); got != "UNCHANGED:11 UNCHANGED:12 UNCHANGED:13 UNCHANGED:14 UNCHANGED:15" {
		t.Errorf("the same file again: %s", got)
	}
	if entries, _ := entriesOf(again, file, prints(true, 10, five()...)); len(entries) != 0 {
		t.Errorf("the same file again books %v", entries)
	}
}

func TestDiffOfACorrectedSnapshot(t *testing.T) {
	live := prints(true, 10, five()...)
	rows := five()
	rows[0].amount = 1020000
	rows[3] = row{key: "106", amount: 98000}
	file := prints(true, 0, rows...)
	plan := Diff(file, live, Snapshot)
	if got, want := outcomesOf(plan), "SUPERSEDES:11 UNCHANGED:12 UNCHANGED:13 NEW UNCHANGED:15 withdrawn [14]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	entries, sum := entriesOf(plan, file, live)
	want := []Entry{{CauseReverse, 1, 11, -1200000}, {CauseRestate, 1, 11, 1020000}, {CauseNew, 4, 0, 98000}, {CauseWithdraw, 0, 14, -305010}}
	if !slices.Equal(entries, want) || sum != -387010 || sumOf(live)+sum != 4438000 {
		t.Errorf("entries %v of %d, books %d; want %v of -3,870.10, books 44,380.00", entries, sum, sumOf(live)+sum, want)
	}
	halves := []Part{{Project: 1, ShareBP: 5000}, {Project: 2, ShareBP: 5000}}
	if shares, err := Split(1020000, halves, 0); err != nil || shares[0].Amount != 510000 || shares[1].Amount != 510000 {
		t.Errorf("the restated line is split into %v, %v, want 5,100.00 each", shares, err)
	}
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name       string
		file, live []Print
		kind       CoverageKind
		want       string
	}{
		{"nothing on either side", nil, nil, Snapshot, ""},
		{"two equal lines, then one", prints(false, 0, row{amount: 1200000}), prints(false, 10, row{amount: 1200000}, row{amount: 1200000}), Snapshot,
			"UNCHANGED:11 withdrawn [12]"},
		{"one line, then two equal ones", prints(false, 0, row{amount: 1200000}, row{amount: 1200000}), prints(false, 10, row{amount: 1200000}), Snapshot, "UNCHANGED:11 NEW"},
		{"without a key another amount is another line", prints(false, 0, row{amount: 5}), prints(false, 10, row{amount: 6}), Snapshot, "NEW withdrawn [11]"},
		{"without a key in a delta", prints(false, 0, row{amount: 5}), prints(false, 10, row{amount: 6}), Delta, "NEW"},
		{"a delta restates a unique key", prints(true, 0, row{key: "833", amount: 1020000}), prints(true, 10, row{key: "833", amount: 1200000}), Delta, "SUPERSEDES:11"},
		{"a delta withdraws nothing", prints(true, 0, row{key: "1", amount: 1}), prints(true, 10, row{key: "1", amount: 1}, row{key: "2", amount: 2}), Delta, "UNCHANGED:11"},
		{"a delta cannot tell what a shared key corrects", prints(false, 0, row{key: "dp", amount: 151}), prints(false, 10, row{key: "dp", amount: 150}), Delta, "NEW"},
		{"nor what one of two lines does", prints(true, 0, row{key: "7", amount: 3}, row{key: "7", amount: 4}), prints(true, 10, row{key: "7", amount: 1}), Delta, "NEW NEW"},
		{"a shared key in a snapshot", prints(false, 0, row{key: "dp", amount: 25200}, row{key: "dp", amount: 15100}),
			prints(false, 10, row{key: "dp", amount: 15000}, row{key: "dp", amount: 25200}), Snapshot, "UNCHANGED:12 SUPERSEDES:11"},
		{"a shared key with one line more", prints(false, 0, row{key: "dp", amount: 1}, row{key: "dp", amount: 1}), prints(false, 10, row{key: "dp", amount: 1}), Snapshot, "UNCHANGED:11 NEW"},
		{"a shared key with one line less", prints(false, 0, row{key: "dp", amount: 1}), prints(false, 10, row{key: "dp", amount: 1}, row{key: "dp", amount: 1}), Snapshot,
			"UNCHANGED:11 withdrawn [12]"},
		{"all withdrawn", nil, prints(true, 10, row{key: "1", amount: 1}, row{key: "2", amount: 2}), Snapshot, " withdrawn [11 12]"},
		{"an empty delta", nil, prints(true, 10, row{key: "1", amount: 1}), Delta, ""},
		{"a withdrawn key that returns is new", prints(true, 0, row{key: "1", amount: 1}), nil, Delta, "NEW"},
		{"a new label supersedes though the amount stays", prints(true, 0, row{"1", 5, "new"}), prints(true, 10, row{"1", 5, "old"}), Delta, "SUPERSEDES:11"},
	}
	for _, tc := range tests {
		if got := outcomesOf(Diff(tc.file, tc.live, tc.kind)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// A posting outside the coverage of a snapshot is restated by a line of its key, and never withdrawn.
func TestDiffOutsideOfTheCoverage(t *testing.T) {
	outside := func(in ...Print) []Print {
		for i := range in {
			in[i].Outside = true
		}
		return in
	}
	live := append(prints(true, 10, row{key: "1", amount: 10}, row{key: "2", amount: 20}), outside(prints(true, 20, row{key: "3", amount: 30}, row{key: "4", amount: 40}, row{key: "2", amount: 21})...)...)
	tests := []struct {
		name string
		file []Print
		want string
	}{
		{"nothing", nil, " withdrawn [11 12]"},
		{"a line that moved into the coverage", prints(true, 0, row{"3", 30, "moved"}), "SUPERSEDES:21 withdrawn [11 12]"},
		{"one that did not change", prints(true, 0, row{key: "4", amount: 40}), "UNCHANGED:22 withdrawn [11 12]"},
		{"of two postings the one inside is restated", prints(true, 0, row{key: "2", amount: 22}), "SUPERSEDES:12 withdrawn [11]"},
	}
	for _, tc := range tests {
		plan := Diff(tc.file, live, Snapshot)
		if got := outcomesOf(plan); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
		if w := plan.Withdrawals(live); w.Of != 30 {
			t.Errorf("%s: of %d, want the 30 cents inside the coverage", tc.name, w.Of)
		}
	}
}

func TestDiffTellsRepeatedKeys(t *testing.T) {
	file := prints(true, 0, row{key: "1", amount: 1}, row{key: "2", amount: 2}, row{key: "1", amount: 3}, row{key: "3", amount: 4}, row{key: "3", amount: 4})
	if got := Diff(file, nil, Delta).Repeated; !slices.Equal(got, []int64{1, 3, 4, 5}) {
		t.Errorf("repeated: %v, want lines 1, 3, 4 and 5", got)
	}
	if got := Diff(prints(false, 0, row{key: "1", amount: 1}, row{key: "1", amount: 3}), nil, Delta).Repeated; got != nil {
		t.Errorf("keys that may name several lines are repeated: %v", got)
	}
}

// Two lines of one commitment item are two lines, and lines that reduce are summed with those they reduce.
func TestDiffKeepsEveryLineOfACommitment(t *testing.T) {
	tests := []struct {
		name    string
		amounts []money.Amount
		want    money.Amount
	}{
		{"two lines of one item", []money.Amount{6245615, 682070}, 6927685},
		{"a withdrawal and what took its place", []money.Amount{-222507, 239418}, 16911},
		{"two equal withdrawals of one year", []money.Amount{-10000, -10000}, -20000},
	}
	for _, tc := range tests {
		rows := make([]row, len(tc.amounts))
		for i, a := range tc.amounts {
			rows[i] = row{key: "EJ 1234567890/1", amount: a}
		}
		for _, kind := range []CoverageKind{Snapshot, Delta} {
			file := prints(false, 0, rows...)
			if _, sum := entriesOf(Diff(file, nil, kind), file, nil); sum != tc.want {
				t.Errorf("%s, %s: %d, want %d", tc.name, kind, sum, tc.want)
			}
		}
	}
}

// dice draws rows from few keys and few amounts, so that they meet.
type dice struct{ *rand.Rand }

func (d dice) rows(most int) []row {
	out := make([]row, d.IntN(most+1))
	for i := range out {
		out[i].amount = money.Amount(d.IntN(7) - 2)
		if d.IntN(3) > 0 {
			out[i].key = fmt.Sprint("k", d.IntN(6))
		}
	}
	return out
}

// uniqueRows draws rows of which no two have a key or, without one, their contents in common.
func (d dice) uniqueRows(most int) []row {
	seen := map[row]bool{}
	return slices.DeleteFunc(d.rows(most), func(r row) bool {
		id := r
		if r.key != "" {
			id = row{key: r.key}
		}
		double := seen[id]
		seen[id] = true
		return double
	})
}

func (d dice) shuffled(in []Print) []Print {
	out := slices.Clone(in)
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func (d dice) kind() CoverageKind {
	if d.IntN(2) == 0 {
		return Delta
	}
	return Snapshot
}

// settled is a plan without the order and the numbers of lines: what happens to which contents and which posting.
func settled(p Plan, file []Print) []string {
	out := make([]string, 0, len(file)+len(p.Withdrawn))
	for i, pair := range p.Pairs {
		out = append(out, fmt.Sprintf("%x %s %d", file[i].Content, pair.Outcome, pair.Live))
	}
	for _, id := range p.Withdrawn {
		out = append(out, fmt.Sprint("withdrawn ", id))
	}
	slices.Sort(out)
	return out
}

func TestDiffKnowsNoOrder(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(4, 1))}
	for range 3000 {
		unique, kind := d.IntN(2) == 0, d.kind()
		file, live := prints(unique, 0, d.rows(12)...), prints(unique, 100, d.rows(12)...)
		want := settled(Diff(file, live, kind), file)
		other := d.shuffled(file)
		for i := range other {
			other[i].Ref = int64(i) + 1 // another file: the lines have other numbers
		}
		if got := settled(Diff(other, d.shuffled(live), kind), other); !slices.Equal(got, want) {
			t.Fatalf("%s of %v against %v:\n%v\nin one order,\n%v\nin another", kind, file, live, want, got)
		}
	}
}

func TestDiffPutsEveryLineAndPostingInOnePlace(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(4, 2))}
	for range 3000 {
		unique, kind := d.IntN(2) == 0, d.kind()
		file, live := prints(unique, 0, d.rows(12)...), prints(unique, 100, d.rows(12)...)
		plan := Diff(file, live, kind)
		checkPlan(t, plan, file, live, kind)
		if same := Diff(file, file, kind); slices.ContainsFunc(same.Pairs, func(p Pair) bool { return p.Outcome != Unchanged }) || same.Withdrawn != nil {
			t.Fatalf("a file against itself: %s", outcomesOf(same))
		}
	}
}

// checkPlan holds what is true of every plan: no posting is used twice, pairs are of one key, equal contents are
// unchanged, nothing of a snapshot is left standing, and sums are conserved.
func checkPlan(t *testing.T, plan Plan, file, live []Print, kind CoverageKind) {
	t.Helper()
	byRef := map[int64]Print{}
	for _, p := range live {
		byRef[p.Ref] = p
	}
	if len(plan.Pairs) != len(file) {
		t.Fatalf("%d pairs of %d lines", len(plan.Pairs), len(file))
	}
	used := map[int64]bool{}
	for i, pair := range plan.Pairs {
		if pair.Outcome == New {
			if pair.Live != 0 {
				t.Fatalf("line %d is new and has posting %d", i, pair.Live)
			}
			continue
		}
		posting, known := byRef[pair.Live]
		if !known || used[pair.Live] || posting.Key != file[i].Key || (posting.Content == file[i].Content) != (pair.Outcome == Unchanged) {
			t.Fatalf("line %d is %s of %d, used before: %t", i, pair.Outcome, pair.Live, used[pair.Live])
		}
		used[pair.Live] = true
	}
	for _, id := range plan.Withdrawn {
		if used[id] || kind == Delta {
			t.Fatalf("posting %d is withdrawn, by a %s, used before: %t", id, kind, used[id])
		}
		used[id] = true
	}
	if kind == Snapshot && len(used) != len(live) {
		t.Fatalf("%d of %d postings have a place", len(used), len(live))
	}
	if !slices.IsSorted(plan.Withdrawn) || !slices.IsSorted(plan.Repeated) {
		t.Fatalf("withdrawn %v, repeated %v: not in order", plan.Withdrawn, plan.Repeated)
	}
	after := sumOf(live)
	for e := range plan.Entries(file, live) {
		after += e.Amount
	}
	if kind == Snapshot && after != sumOf(file) {
		t.Fatalf("the books hold %d after a file of %d", after, sumOf(file))
	}
}

func TestDeltaCutInTwoIsTheSame(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(4, 3))}
	for range 3000 {
		var a, b ledger
		a.book(prints(true, 0, d.uniqueRows(10)...), Delta)
		b = a.clone()
		rows := prints(true, 0, d.uniqueRows(14)...)
		a.book(rows, Delta)
		cut := d.IntN(len(rows) + 1)
		b.book(rows[:cut], Delta)
		b.book(rows[cut:], Delta)
		if got, want := b.contents(), a.contents(); !reflect.DeepEqual(got, want) {
			t.Fatalf("cut at %d: %v, whole: %v", cut, got, want)
		}
	}
}

// ledger is the least that books are: live postings, and all entries that made them.
type ledger struct {
	live    []Print
	last    int64
	entries map[int64][]money.Amount
}

func (l *ledger) clone() ledger {
	c := ledger{live: slices.Clone(l.live), last: l.last, entries: map[int64][]money.Amount{}}
	for id, amounts := range l.entries {
		c.entries[id] = slices.Clone(amounts)
	}
	return c
}

// book carries out the plan of a file.
func (l *ledger) book(file []Print, kind CoverageKind) Plan {
	if l.entries == nil {
		l.entries = map[int64][]money.Amount{}
	}
	plan := Diff(file, l.live, kind)
	next := slices.DeleteFunc(slices.Clone(l.live), func(p Print) bool { return slices.Contains(plan.Withdrawn, p.Ref) })
	opened := map[int64]int64{} // line → its new posting
	for i, pair := range plan.Pairs {
		posting := file[i]
		switch pair.Outcome {
		case New:
			l.last++
			posting.Ref, opened[file[i].Ref] = l.last, l.last
			next = append(next, posting)
		case Supersedes:
			posting.Ref = pair.Live
			next[slices.IndexFunc(next, func(p Print) bool { return p.Ref == pair.Live })] = posting
		}
	}
	for e := range plan.Entries(file, l.live) {
		id := cmp.Or(e.Live, opened[e.Line])
		l.entries[id] = append(l.entries[id], e.Amount)
	}
	l.live = next
	return plan
}

// contents lists what is live, without ids.
func (l *ledger) contents() []string {
	var out []string
	for _, p := range l.live {
		out = append(out, fmt.Sprintf("%x %x %d", p.Key, p.Content, p.Amount))
	}
	slices.Sort(out)
	return out
}

// TestBooksUnderRandomFiles books random snapshots and deltas and holds after each: the entries of a posting sum to its
// amount, or to 0 once withdrawn; every line has one outcome and the sums agree; the same file again changes nothing;
// and a snapshot leaves the same books whatever was there before.
func TestBooksUnderRandomFiles(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(4, 4))}
	for range 300 {
		var l ledger
		for range 8 {
			kind := d.kind()
			file := prints(d.IntN(2) == 0, 0, d.rows(10)...)
			if plan := l.book(file, kind); len(plan.Pairs) != len(file) || slices.ContainsFunc(plan.Pairs, func(p Pair) bool { return p.Outcome > Supersedes }) {
				t.Fatalf("%d lines come to %s", len(file), outcomesOf(plan))
			}
			checkEntries(t, &l)
			if kind == Delta {
				continue
			}
			before := l.contents()
			if again := l.book(file, kind); again.Withdrawn != nil || slices.ContainsFunc(again.Pairs, func(p Pair) bool { return p.Outcome != Unchanged }) {
				t.Fatalf("the same snapshot again: %s", outcomesOf(again))
			}
			var fresh ledger
			fresh.book(file, kind)
			if !slices.Equal(before, l.contents()) || !slices.Equal(before, fresh.contents()) {
				t.Fatalf("after other files\n%v\nalone\n%v", before, fresh.contents())
			}
		}
	}
}

func checkEntries(t *testing.T, l *ledger) {
	t.Helper()
	amounts := map[int64]money.Amount{}
	for _, p := range l.live {
		amounts[p.Ref] = p.Amount
	}
	for id, entries := range l.entries {
		if sum, ok := money.Sum(entries...); !ok || sum != amounts[id] {
			t.Fatalf("the entries %v of posting %d sum to %d, its amount is %d", entries, id, sum, amounts[id])
		}
	}
}

// An accrual of one year, taken back in the next and replaced by the invoice: each year has its own, the project the sum.
func TestAccrualOverTwoYears(t *testing.T) {
	var l ledger
	l.book(prints(true, 0, row{key: "2024·00·910·1", amount: 10000000}), Delta)
	l.book(prints(true, 0, row{key: "2025·00·12·1", amount: -10000000}, row{key: "2025·00·77·1", amount: 9750000}), Delta)
	var years [2]money.Amount
	for _, p := range l.live {
		year := 1
		if p.Key == hash16("2024·00·910·1") {
			year = 0
		}
		years[year] += p.Amount
	}
	if years != [2]money.Amount{10000000, -250000} || sumOf(l.live) != 9750000 {
		t.Errorf("%v, together %d; want 100,000 and -2,500, together 97,500", years, sumOf(l.live))
	}
}

func TestDiffOfKeysThatDoNotSpread(t *testing.T) {
	// Keys that begin alike fall into one bucket; the answer is the same.
	var file, live []Print
	for i := range 500 {
		p := Print{Ref: int64(i + 1), Amount: 1, Unique: true}
		p.Key[15], p.Key[14], p.Content[0] = byte(i), byte(i>>8), byte(i)
		file = append(file, p)
		p.Ref += 1000
		if i%7 == 0 {
			p.Content[1] = 1
		}
		live = append(live, p)
	}
	checkPlan(t, Diff(file, live, Snapshot), file, live, Snapshot)
	for i, pair := range Diff(file, live, Delta).Pairs {
		if want := map[bool]Outcome{true: Supersedes, false: Unchanged}[i%7 == 0]; pair.Outcome != want || pair.Live != int64(i)+1001 {
			t.Fatalf("line %d is %+v, want %s", i+1, pair, want)
		}
	}
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte{}, []byte{}, true, true)
	f.Add([]byte{1, 2, 3, 4}, []byte{1, 2, 3, 5}, true, true)
	f.Add([]byte{1, 1, 1, 1, 1, 2}, []byte{1, 1, 1, 3}, false, false)
	f.Fuzz(func(t *testing.T, a, b []byte, unique, snapshot bool) {
		// Two bytes a print: a key and a content.
		read := func(bytes []byte, base int64) (out []Print) {
			for i := 0; i+1 < len(bytes) && i < 400; i += 2 {
				p := Print{Ref: base + int64(i) + 1, Unique: unique, Amount: money.Amount(int8(bytes[i+1]))}
				p.Key[0], p.Content[15] = bytes[i], bytes[i+1]
				out = append(out, p)
			}
			return out
		}
		kind := Delta
		if snapshot {
			kind = Snapshot
		}
		file, live := read(a, 0), read(b, 1000)
		plan := Diff(file, live, kind)
		checkPlan(t, plan, file, live, kind)
		slices.Reverse(file)
		slices.Reverse(live)
		if got, want := len(Diff(file, live, kind).Withdrawn), len(plan.Withdrawn); got != want {
			t.Fatalf("%d withdrawn in one order, %d in the other", want, got)
		}
	})
}
