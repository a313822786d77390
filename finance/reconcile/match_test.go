package reconcile

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func mustCompile(t testing.TB, rules []Rule, dir Directory) *Matcher {
	t.Helper()
	m, err := Compile(rules, dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// to gives all of a line to a project.
func to(project int64) []Part { return []Part{{Project: project, ShareBP: Whole}} }

// said writes a verdict so that a table can hold it: kind, rank, rule, projects or the exclusion, agreed fields.
func said(v Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", v.Kind, v.Rule.Rank)
	if v.Rule.ID != 0 {
		fmt.Fprintf(&b, " rule %d", v.Rule.ID)
	}
	if v.Exclude {
		b.WriteString(" excluded")
	}
	for _, p := range v.Parts {
		fmt.Fprint(&b, " P", p.Project)
		switch {
		case p.HasFixed:
			fmt.Fprint(&b, "=", p.Fixed)
		case p.ShareBP != Whole:
			fmt.Fprint(&b, "*", p.ShareBP)
		}
	}
	for i, f := range v.Agreed {
		b.WriteString([]string{" by ", "+"}[min(i, 1)] + string(f))
	}
	return b.String()
}

var town = Directory{
	Codes: map[string]int64{"NUM035": 35, "num036": 36},
	Commitments: map[string][]Part{"ENG-1": {{Project: 1, ShareBP: 6000}, {Project: 2, ShareBP: 4000}}, "ENG-2": {{Project: 2}}, "ENG-3": {{Project: 3}, {Project: 4}},
		"ENG-OLD": {{Project: 9}}},
	Items: map[Item][]Part{{"ENG-1", "20"}: {{Project: 5}}, {"ENG-4", "1"}: {{Project: 6}}},
	Operations: map[string][]Part{"2041": {{Project: 1, ShareBP: 7000, FiscalYear: 2025}, {Project: 2, ShareBP: 3000, FiscalYear: 2025}, {Project: 2, FiscalYear: 2026}},
		"NUM036": {{Project: 8}}},
	Contracts: map[string][]Part{"2024-15018D-00": {{Project: 1}}, "2024-SHARED": {{Project: 1}, {Project: 2}}},
	Inventory: map[string][]Part{"INV-7": {{Project: 7}}},
	Aliases:   map[string]string{"ENG-OLD": "ENG-NEWER", "ENG-NEWER": "ENG-2"},
	Expected: []ExpectedLine{{Project: 1, SupplierID: "123", Amount: 500}, {Project: 2, SupplierID: "123", Amount: 700, From: civil.D(2026, 1, 1), To: civil.D(2026, 6, 30)},
		{Project: 3, SupplierID: "123", Amount: 900}, {Project: 4, SupplierID: "123", Amount: 900}},
}

func TestBuiltInRules(t *testing.T) {
	tests := []struct {
		name   string
		f      Facts
		origin []Share
		want   string
	}{
		{"nothing known", Facts{Analytic: "XYZ"}, nil, "unknown 0"},
		{"an operation between accounts", Facts{OrderOp: true, Analytic: "NUM035"}, nil, "books 0 excluded by order_operation"},
		{"a commitment and its split", Facts{Commitment: "eng-1", Analytic: "NUM035"}, nil, "books 1 P1*6000 P2*4000 by commitment"},
		{"an item of its own", Facts{Commitment: "ENG-1", CommitmentItem: "20"}, nil, "books 1 P5 by commitment+commitment_item"},
		{"another item", Facts{Commitment: "ENG-1", CommitmentItem: "30"}, nil, "books 1 P1*6000 P2*4000 by commitment"},
		{"an item of a commitment that is not known", Facts{Commitment: "ENG-4"}, nil, "unknown 0"},
		{"a replaced number, twice", Facts{Commitment: " ENG-OLD"}, nil, "books 1 P2 by commitment"},
		{"a commitment of one of two projects", Facts{Commitment: "ENG-3"}, nil, "ambiguous 1 by commitment"},
		{"a correction inherits", Facts{Amount: -472475, Analytic: "NUM035"}, sharesOf(2383485, 1588990), "books 2 P1=-283485 P2=-188990 by origin"},
		{"a correction of what is excluded", Facts{Amount: -1}, []Share{{Project: Excluded, Amount: 5}}, "books 2 excluded by origin"},
		{"a correction of what is half excluded", Facts{Amount: -10}, []Share{{Project: Excluded, Amount: 50}, {Project: 3, Amount: 50}}, "books 2 P-1=-5 P3=-5 by origin"},
		{"a correction of what is half allocated", Facts{Amount: -10}, []Share{{Project: Unallocated, Amount: 50}, {Project: 3, Amount: 50}}, "books 2 P3=-5 by origin"},
		{"a correction of what is in the queue goes by its own code", Facts{Amount: -10, Analytic: "NUM035"}, []Share{{Project: Unallocated, Amount: 50}}, "books 3 P35 by analytic"},
		{"a correction of more than is left", Facts{Amount: -51}, []Share{{Project: 3, Amount: 50}}, "suggests 2 P3=-51 by origin"},
		{"a complement of more than there was", Facts{Amount: 51}, []Share{{Project: 3, Amount: 50}}, "books 2 P3=51 by origin"},
		{"a finance code", Facts{Analytic: "num035 ", Operation: "2041", FiscalYear: 2026}, nil, "books 3 P35 by analytic"},
		{"a finance code in the operation", Facts{Analytic: "?", Operation: "NUM035"}, nil, "books 4 P35 by operation"},
		{"a shared operation", Facts{Operation: "2041", FiscalYear: 2025}, nil, "books 4 P1*7000 P2*3000 by operation"},
		{"in another year", Facts{Operation: "2041", FiscalYear: 2026}, nil, "books 4 P2 by operation"},
		{"in a year of which nothing was said", Facts{Operation: "2041", FiscalYear: 2024, Inventory: "INV-7"}, nil, "books 6 P7 by inventory"},
		{"a shared operation goes before a code", Facts{Operation: "NUM036"}, nil, "books 4 P8 by operation"},
		{"a contract", Facts{Contract: "2024-15018d-00"}, nil, "books 5 P1 by contract"},
		{"a contract of two projects", Facts{Contract: "2024-SHARED"}, nil, "ambiguous 5 by contract"},
		{"a number in the inventory", Facts{Inventory: "INV-7"}, nil, "books 6 P7 by inventory"},
		{"an expected line is suggested", Facts{SupplierID: "123", Amount: 500}, nil, "suggests 9 P1 by supplier_id+amount"},
		{"a cent off is not expected", Facts{SupplierID: "123", Amount: 501}, nil, "unknown 0"},
		{"expected in a window", Facts{SupplierID: "123", Amount: 700, Date: civil.D(2026, 6, 30)}, nil, "suggests 9 P2 by supplier_id+amount"},
		{"out of the window", Facts{SupplierID: "123", Amount: 700, Date: civil.D(2026, 7, 1)}, nil, "unknown 0"},
		{"without a day there is no window", Facts{SupplierID: "123", Amount: 700}, nil, "unknown 0"},
		{"expected by two projects", Facts{SupplierID: "123", Amount: 900}, nil, "ambiguous 9 by supplier_id+amount"},
	}
	m := mustCompile(t, nil, town)
	for _, tc := range tests {
		v := m.Match(&tc.f, tc.origin)
		if got := said(v); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
		if v.Kind != Unknown && v.Rule.Version != Method {
			t.Errorf("%s: version %d of the built-in rules, want %d", tc.name, v.Rule.Version, Method)
		}
		if (v.Kind == Books || v.Kind == Unknown) != (len(v.Candidates) == 0) {
			t.Errorf("%s: %s with candidates %v", tc.name, v.Kind, v.Candidates)
		}
	}
}

func TestReasons(t *testing.T) {
	m := mustCompile(t, []Rule{rule(1, RankAnalytic, 36, is(FieldAnalytic, "NUM035")),
		{ID: 2, Version: 4, Rank: RankInventory, When: []Condition{is(FieldInventory, "BIG")}, Then: Action{Parts: fixed(1000)}},
		{ID: 3, Rank: RankInventory, When: []Condition{is(FieldInventory, "OUT")}, Then: Action{Exclude: true, Reason: "hors périmètre"}}}, town)
	tests := []struct {
		f      Facts
		origin []Share
		want   string
	}{
		{Facts{OrderOp: true}, nil, ReasonOrderOp},
		{Facts{Amount: -1}, []Share{{Project: Excluded, Amount: 5}}, ReasonOrigin},
		{Facts{Amount: -6}, sharesOf(5), ReasonOverReduced},
		{Facts{Analytic: "NUM035"}, nil, ReasonRules},
		{Facts{Contract: "2024-SHARED"}, nil, ReasonProjects},
		{Facts{SupplierID: "123", Amount: 900}, nil, ReasonProjects},
		{Facts{Inventory: "BIG", Amount: 999}, nil, ReasonMisfit},
		{Facts{Inventory: "BIG", Amount: -2000}, nil, ReasonMisfit},
		{Facts{Inventory: "BIG", Amount: 1001}, nil, ""},
		{Facts{Inventory: "OUT"}, nil, "hors périmètre"},
		{Facts{Inventory: "INV-7"}, nil, ""},
	}
	for _, tc := range tests {
		if v := m.Match(&tc.f, tc.origin); v.Reason != tc.want {
			t.Errorf("%+v: %s because %q, want %q", tc.f, said(v), v.Reason, tc.want)
		}
	}
}

func TestStoredRules(t *testing.T) {
	analytic := is(FieldAnalytic, "NUM035")
	day := Condition{Field: FieldDate, Op: OpBetween, Value: "2026-01-01", To: "2026-12-31"}
	with := func(r Rule, change func(*Rule)) Rule { change(&r); return r }
	tests := []struct {
		name  string
		rules []Rule
		f     Facts
		want  string
	}{
		{"one that says what the built-in one says", []Rule{rule(1, RankAnalytic, 35, analytic)}, Facts{Analytic: "NUM035"}, "books 3 P35 by analytic"},
		{"one that contradicts the built-in one", []Rule{rule(1, RankAnalytic, 1, analytic)}, Facts{Analytic: "NUM035"}, "ambiguous 3 by analytic"},
		{"one that goes before it", []Rule{with(rule(1, RankAnalytic, 1, analytic), func(r *Rule) { r.Priority = -1 })}, Facts{Analytic: "NUM035"}, "books 3 rule 1 P1 by analytic"},
		{"one that goes after it", []Rule{with(rule(1, RankAnalytic, 1, analytic), func(r *Rule) { r.Priority = 1 })}, Facts{Analytic: "NUM035"}, "books 3 P35 by analytic"},
		{"a surer rank goes first", []Rule{rule(1, RankInventory, 1, is(FieldInventory, "I")), rule(2, RankContract, 2, is(FieldContract, "C"))},
			Facts{Inventory: "I", Contract: "C"}, "books 5 rule 2 P2 by contract"},
		{"two of one rank that disagree", []Rule{rule(1, RankContract, 1, is(FieldContract, "C")), rule(2, RankContract, 2, is(FieldContract, "C"), is(FieldNature, "2051"))},
			Facts{Contract: "C", Nature: "2051"}, "ambiguous 5 by contract"},
		{"of which one does not match", []Rule{rule(1, RankContract, 1, is(FieldContract, "C")), rule(2, RankContract, 2, is(FieldContract, "C"), is(FieldNature, "2051"))},
			Facts{Contract: "C", Nature: "6156"}, "books 5 rule 1 P1 by contract"},
		{"two of one rank that agree", []Rule{rule(2, RankContract, 1, is(FieldContract, "C")), rule(1, RankContract, 1, is(FieldContract, "C"), is(FieldNature, "2051"))},
			Facts{Contract: "C", Nature: "2051"}, "books 5 rule 1 P1 by contract+nature"},
		{"two that split alike in another order", []Rule{{ID: 1, Rank: RankContract, When: []Condition{is(FieldContract, "C")}, Then: Action{Parts: by(6000, 4000)}},
			{ID: 2, Rank: RankContract, When: []Condition{is(FieldContract, "C")}, Then: Action{Parts: []Part{{Project: 2, ShareBP: 4000}, {Project: 1, ShareBP: 6000}}}}},
			Facts{Contract: "C"}, "books 5 rule 1 P1*6000 P2*4000 by contract"},
		{"an exclusion against a project", []Rule{rule(1, RankContract, 1, is(FieldContract, "C")),
			{ID: 2, Rank: RankContract, When: []Condition{is(FieldContract, "C")}, Then: Action{Exclude: true, Reason: "r"}}}, Facts{Contract: "C"}, "ambiguous 5 by contract"},
		{"supplier, nature and window suggest", []Rule{rule(1, RankSupplier, 1, is(FieldSupplierID, "123"), is(FieldNature, "6156"), day)},
			Facts{SupplierID: "123", Nature: "6156", Date: civil.D(2026, 5, 1)}, "suggests 7 rule 1 P1 by supplier_id+nature+date"},
		{"until they were confirmed", []Rule{with(rule(1, RankSupplier, 1, is(FieldSupplierID, "123"), is(FieldNature, "6156"), day), func(r *Rule) { r.Confirmed = 3 })},
			Facts{SupplierID: "123", Nature: "6156", Date: civil.D(2026, 5, 1)}, "books 7 rule 1 P1 by supplier_id+nature+date"},
		{"out of the window", []Rule{rule(1, RankSupplier, 1, is(FieldSupplierID, "123"), is(FieldNature, "6156"), day)},
			Facts{SupplierID: "123", Nature: "6156", Date: civil.D(2027, 1, 1)}, "unknown 0"},
		{"a rule of a time", []Rule{with(rule(1, RankContract, 1, is(FieldContract, "C")), func(r *Rule) { r.From, r.To = civil.D(2026, 1, 1), civil.D(2026, 1, 31) })},
			Facts{Contract: "C", Date: civil.D(2026, 1, 31)}, "books 5 rule 1 P1 by contract"},
		{"after its time", []Rule{with(rule(1, RankContract, 1, is(FieldContract, "C")), func(r *Rule) { r.From, r.To = civil.D(2026, 1, 1), civil.D(2026, 1, 31) })},
			Facts{Contract: "C", Date: civil.D(2026, 2, 1)}, "unknown 0"},
		{"a line without a day", []Rule{with(rule(1, RankContract, 1, is(FieldContract, "C")), func(r *Rule) { r.To = civil.D(2026, 1, 31) })}, Facts{Contract: "C"}, "unknown 0"},
		{"words of a label", []Rule{rule(1, RankLabel, 1, Condition{Field: FieldLabel, Op: OpContains, Value: "hebergement"})},
			Facts{Label: "Hébergement sécurisé"}, "suggests 8 rule 1 P1 by label"},
		{"a pattern of an invoice", []Rule{rule(1, RankLabel, 1, Condition{Field: FieldInvoice, Op: OpPattern, Value: `^fac-2026-\d+$`})},
			Facts{Invoice: "FAC-2026-17"}, "suggests 8 rule 1 P1 by invoice"},
		{"a confirmed one beside one that is not", []Rule{rule(1, RankLabel, 1, Condition{Field: FieldLabel, Op: OpContains, Value: "lot"}),
			with(rule(2, RankLabel, 1, Condition{Field: FieldLabel, Op: OpContains, Value: "lot 2"}), func(r *Rule) { r.Confirmed = 3 })}, Facts{Label: "Lot 2"}, "books 8 rule 2 P1 by label"},
		{"one that was told to suggest only", []Rule{with(rule(1, RankContract, 1, is(FieldContract, "C")), func(r *Rule) { r.Suggests = true })}, Facts{Contract: "C"}, "suggests 5 rule 1 P1 by contract"},
		{"a rule on a replaced commitment", []Rule{rule(1, RankCommitment, 7, is(FieldCommitment, "ENG-7"))}, Facts{Commitment: "ENG-6"}, "books 1 rule 1 P7 by commitment"},
		{"a rule on the number that was replaced", []Rule{rule(1, RankCommitment, 7, is(FieldCommitment, "ENG-6"))}, Facts{Commitment: "ENG-7"}, "books 1 rule 1 P7 by commitment"},
		{"a rule without a part for the year", []Rule{{ID: 1, Rank: RankContract, When: []Condition{is(FieldContract, "C")}, Then: Action{Parts: []Part{{Project: 1, ShareBP: 1, FiscalYear: 2025}}}}},
			Facts{Contract: "C", FiscalYear: 2026}, "unknown 0"},
		{"an amount alone suggests", []Rule{rule(1, RankExpected, 1, Condition{Field: FieldAmount, Op: OpEquals, Value: "4200"})}, Facts{Amount: 4200}, "suggests 9 rule 1 P1 by amount"},
	}
	dir := Directory{Codes: map[string]int64{"NUM035": 35}, Aliases: map[string]string{"ENG-6": "ENG-7"}}
	for _, tc := range tests {
		m := mustCompile(t, tc.rules, dir)
		v := m.Match(&tc.f, nil)
		if got := said(v); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
		if again := m.Match(&tc.f, nil); !reflect.DeepEqual(again, v) {
			t.Errorf("%s: asked twice, %+v and then %+v", tc.name, v, again)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	tests := []struct {
		name  string
		rules []Rule
		dir   Directory
		key   string
	}{
		{"a rule that breaks rules", []Rule{{}}, Directory{}, "input.invalid"},
		{"two rules of one id", []Rule{rule(1, RankAnalytic, 1, is(FieldAnalytic, "A")), rule(1, RankAnalytic, 1, is(FieldAnalytic, "B"))}, Directory{}, "reconcile.rule.twice"},
		{"one code written in two ways", nil, Directory{Codes: map[string]int64{"a": 1, "A": 2}}, "reconcile.directory.twice"},
		{"a part of no project", nil, Directory{Contracts: map[string][]Part{"C": {{}}}}, "reconcile.directory.part"},
		{"a negative share", nil, Directory{Contracts: map[string][]Part{"C": {{Project: 1, ShareBP: -1}}}}, "reconcile.directory.part"},
		{"more than the whole", nil, Directory{Operations: map[string][]Part{"2041": by(6000, 4001)}}, "reconcile.directory.too_much"},
		{"numbers that replace each other", nil, Directory{Aliases: map[string]string{"A": "B", "B": "A"}}, "reconcile.alias.circular"},
		{"a number that replaces itself", nil, Directory{Aliases: map[string]string{"A": "a"}}, "reconcile.alias.circular"},
		{"a number replaced by two", nil, Directory{Aliases: map[string]string{"A": "b", "a": "c"}}, "reconcile.directory.twice"},
	}
	for _, tc := range tests {
		m, err := Compile(tc.rules, tc.dir)
		if f := fault.As(err); f == nil || f.Key != tc.key || m != nil {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.key)
		}
	}
	if _, err := Compile(nil, Directory{Operations: map[string][]Part{"2041": {{Project: 1, ShareBP: 10000, FiscalYear: 2025}, {Project: 2, ShareBP: 10000, FiscalYear: 2026}}}}); err != nil {
		t.Errorf("shares of two years are added: %v", err)
	}
}

// someRules draws rules over few values, of all ranks and comparisons.
func someRules(r *rand.Rand) []Rule {
	text := []Field{FieldCommitment, FieldAnalytic, FieldContract, FieldSupplierID, FieldNature, FieldLabel}
	var out []Rule
	for id := range int64(1 + r.IntN(8)) {
		var when []Condition
		for range 1 + r.IntN(3) {
			c := Condition{Field: text[r.IntN(len(text))], Op: []Op{OpEquals, OpEquals, OpPrefix, OpContains, OpPattern}[r.IntN(5)], Value: fmt.Sprint("v", r.IntN(3))}
			if r.IntN(6) == 0 {
				c = Condition{Field: FieldAmount, Op: OpBetween, Value: fmt.Sprint(r.IntN(3)), To: fmt.Sprint(3 + r.IntN(3))}
			}
			when = append(when, c)
		}
		rule := rule(id+1, max(Surest(when), Rank(1+r.IntN(9))), int64(1+r.IntN(2)), when...)
		rule.Priority, rule.Confirmed = r.IntN(3)-1, r.IntN(5)
		out = append(out, rule)
	}
	return out
}

func someFacts(r *rand.Rand) Facts {
	v := func() string { return []string{"", "v0", "v1", "v2", "v00", "V1 v2"}[r.IntN(6)] }
	return Facts{Commitment: v(), Analytic: v(), Contract: v(), SupplierID: v(), Nature: v(), Label: v(), Amount: money.Amount(r.IntN(6))}
}

// plainly asks rules in the way of their definition, one by one, without any index.
func plainly(t *testing.T, rules []Rule, f *Facts) (kind VerdictKind, rank Rank) {
	for rank := RankCommitment; rank <= RankExpected; rank++ {
		var matching []Rule
		for _, r := range rules {
			fits := r.Rank == rank
			for _, c := range r.When {
				ready, err := c.compile()
				if err != nil {
					t.Fatal(err)
				}
				fits = fits && ready.holds(&probe{facts: f, commitment: codeKey(f.Commitment)})
			}
			if fits {
				matching = append(matching, r)
			}
		}
		if len(matching) == 0 {
			continue
		}
		least := slices.MinFunc(matching, func(a, b Rule) int { return a.Priority - b.Priority }).Priority
		matching = slices.DeleteFunc(matching, func(r Rule) bool { return r.Priority != least })
		for _, r := range matching {
			if !slices.Equal(r.Then.Parts, matching[0].Then.Parts) {
				return Ambiguous, rank
			}
		}
		if slices.ContainsFunc(matching, Rule.Books) {
			return Books, rank
		}
		return Suggests, rank
	}
	return Unknown, 0
}

func TestMatchAgainstThePlainWay(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 8))
	seen := map[VerdictKind]int{}
	for range 600 {
		rules := someRules(r)
		m := mustCompile(t, rules, Directory{})
		other := slices.Clone(rules)
		r.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
		n := mustCompile(t, other, Directory{})
		for range 30 {
			f := someFacts(r)
			v := m.Match(&f, nil)
			seen[v.Kind]++
			if kind, rank := plainly(t, rules, &f); v.Kind != kind || v.Rule.Rank != rank {
				t.Fatalf("%+v by %+v: %s, want %s of rank %d", f, rules, said(v), kind, rank)
			}
			if w := n.Match(&f, nil); !reflect.DeepEqual(v, w) {
				t.Fatalf("%+v: %+v in one order of the rules, %+v in another", f, v, w)
			}
			if e, w := m.Explain(&f, nil), n.Explain(&f, nil); !reflect.DeepEqual(e, w) {
				t.Fatalf("%+v: explained %+v in one order of the rules, %+v in another", f, e, w)
			}
		}
	}
	for _, kind := range []VerdictKind{Unknown, Ambiguous, Suggests, Books} {
		if seen[kind] < 100 {
			t.Errorf("only %d lines were %s: the property holds of little", seen[kind], kind)
		}
	}
}

func TestMatchFromManyGoroutines(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 9))
	m := mustCompile(t, someRules(r), town)
	facts := make([]Facts, 200)
	want := make([]Verdict, len(facts))
	for i := range facts {
		facts[i] = someFacts(r)
		want[i] = m.Explain(&facts[i], nil)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range facts {
				if got := m.Explain(&facts[i], nil); !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%+v: %+v, alone %+v", facts[i], got, want[i])
				}
			}
		})
	}
	all.Wait()
}

func TestMemoForgetsButDoesNotLie(t *testing.T) {
	m := newMemo(4)
	rules := []*compiled{{}}
	for i := range 100 {
		m.put([]byte{byte(i)}, rules[:i%2])
		if got, ok := m.get([]byte{byte(i)}); !ok || len(got) != i%2 {
			t.Fatalf("%d: %v, %t", i, got, ok)
		}
		if got, ok := m.get([]byte{1}); ok && len(got) != 1 {
			t.Fatalf("after %d: %v", i, got)
		}
		if len(m.young) > 4 || len(m.old) > 4 {
			t.Fatalf("%d and %d kept, want at most 4 each", len(m.young), len(m.old))
		}
	}
}
