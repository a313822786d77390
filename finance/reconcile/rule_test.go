package reconcile

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// is asks for a text, case and accents aside.
func is(field Field, value string) Condition { return equals(field, value) }

// rule makes a valid rule of a rank that gives all to a project; change may spoil it.
func rule(id int64, rank Rank, project int64, when ...Condition) Rule {
	return Rule{ID: id, Version: 1, Rank: rank, When: when, Then: Action{Parts: []Part{{Project: project, ShareBP: Whole}}}}
}

func TestRuleValidate(t *testing.T) {
	analytic := is(FieldAnalytic, "NUM035")
	tests := []struct {
		name string
		r    Rule
		want string // keys of the fields, in order
	}{
		{"a plain one", rule(1, RankAnalytic, 1, analytic), ""},
		{"a weaker rank than its key would allow", rule(1, RankLabel, 1, analytic), ""},
		{"an exclusion", Rule{Rank: RankLabel, When: []Condition{{Field: FieldNature, Op: OpPrefix, Value: "64"}}, Then: Action{Exclude: true, Reason: "personnel"}}, ""},
		{"a split", Rule{Rank: RankOperation, When: []Condition{is(FieldOperation, "2041")}, Then: Action{Parts: by(6000, 4000)}}, ""},
		{"a split by year", Rule{Rank: RankOperation, When: []Condition{is(FieldOperation, "2041")},
			Then: Action{Parts: []Part{{Project: 1, ShareBP: 10000, FiscalYear: 2025}, {Project: 1, ShareBP: 10000, FiscalYear: 2026}}}}, ""},
		{"a window", Rule{Rank: RankSupplier, From: civil.D(2026, 1, 1), To: civil.D(2026, 1, 1), When: []Condition{is(FieldSupplierID, "1")}, Then: Action{Parts: by(1)}}, ""},
		{"nothing at all", Rule{}, "reconcile.rule.rank reconcile.rule.conditions_none reconcile.rule.parts_none"},
		{"a rank that does not exist", rule(1, 10, 1, analytic), "reconcile.rule.rank"},
		{"a weak key in a sure rank", rule(1, RankCommitment, 1, analytic), "reconcile.rule.rank_too_sure"},
		{"the beginning of a key is not the key", rule(1, RankAnalytic, 1, Condition{Field: FieldAnalytic, Op: OpPrefix, Value: "NUM"}), "reconcile.rule.rank_too_sure"},
		{"priorities have an end", Rule{Rank: RankAnalytic, Priority: 1000, When: []Condition{analytic}, Then: Action{Parts: by(1)}}, "reconcile.rule.priority"},
		{"a window that ends before it begins", Rule{Rank: RankAnalytic, From: civil.D(2026, 1, 2), To: civil.D(2026, 1, 1), When: []Condition{analytic}, Then: Action{Parts: by(1)}}, "reconcile.rule.window"},
		{"a name that is a novel", Rule{Rank: RankAnalytic, Name: strings.Repeat("n", 201), When: []Condition{analytic}, Then: Action{Parts: by(1)}}, "reconcile.rule.name"},
		{"fewer than no confirmations", Rule{Rank: RankAnalytic, Confirmed: -1, When: []Condition{analytic}, Then: Action{Parts: by(1)}}, "reconcile.rule.confirmed"},
		{"too many conditions", rule(1, RankAnalytic, 1, slices.Repeat([]Condition{analytic}, 21)...), "reconcile.rule.conditions_many"},
		{"an exclusion without a reason", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Exclude: true}}, "reconcile.rule.exclude_reason"},
		{"an exclusion with parts", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Exclude: true, Reason: "r", Parts: by(1)}}, "reconcile.rule.exclude_parts"},
		{"shares above the whole", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: by(6000, 4001)}}, "reconcile.split.too_much"},
		{"no share", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: by(0)}}, "reconcile.rule.part_share"},
		{"no project", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: []Part{{ShareBP: 1}}}}, "reconcile.rule.part_project"},
		{"a fixed amount of nothing", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: fixed(0)}}, "reconcile.rule.part_fixed"},
		{"a fixed amount and a share", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: []Part{{Project: 1, ShareBP: 1, Fixed: 1, HasFixed: true}}}}, "reconcile.rule.part_fixed"},
		{"a project twice", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: []Part{{Project: 1, ShareBP: 1}, {Project: 1, ShareBP: 1}}}}, "reconcile.rule.part_twice"},
		{"too many parts", Rule{Rank: RankAnalytic, When: []Condition{analytic}, Then: Action{Parts: by(slices.Repeat([]int64{1}, 201)...)}}, "reconcile.rule.parts_many"},
	}
	for _, tc := range tests {
		var keys []string
		if err := tc.r.Validate(); err != nil {
			f := fault.As(err)
			if f == nil {
				t.Fatalf("%s: %v is no fault", tc.name, err)
			}
			for _, field := range f.Fields {
				keys = append(keys, field.Key)
			}
		}
		if got := strings.Join(keys, " "); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestConditions(t *testing.T) {
	f := Facts{Commitment: "eng-12 ", Analytic: "num035", Nature: "2051", SupplierID: "20000000000019", SupplierName: "Société  d’Œuvres", Label: "Hébergement SÉCURISÉ - lot n° 2",
		Amount: -125000, Date: civil.D(2026, 2, 28), FiscalYear: 2026, Section: "I"}
	tests := []struct {
		c    Condition
		want bool
	}{
		{Condition{FieldAnalytic, OpEquals, " NUM035", ""}, true},
		{Condition{FieldAnalytic, OpEquals, "NUM03", ""}, false},
		{Condition{FieldCommitment, OpEquals, "ENG-12", ""}, true},
		{Condition{FieldNature, OpPrefix, "20", ""}, true},
		{Condition{FieldNature, OpPrefix, "51", ""}, false},
		{Condition{FieldNature, OpContains, "05", ""}, true},
		{Condition{FieldOperation, OpEquals, "2041", ""}, false},
		{Condition{FieldLabel, OpContains, "hebergement  Securise", ""}, true},
		{Condition{FieldLabel, OpContains, "lot n° 3", ""}, false},
		{Condition{FieldLabel, OpPrefix, "héberg", ""}, true},
		{Condition{FieldSupplierName, OpEquals, "SOCIETE D’OEUVRES", ""}, true},
		{Condition{FieldLabel, OpPattern, `lot n° \d+$`, ""}, true},
		{Condition{FieldLabel, OpPattern, `^LOT`, ""}, false},
		{Condition{FieldLabel, OpPattern, `a|héberg`, ""}, true},
		{Condition{FieldAnalytic, OpPattern, `^NUM[0-9]{3}$`, ""}, true},
		{Condition{FieldAmount, OpEquals, "-125000", ""}, true},
		{Condition{FieldAmount, OpBetween, "-125000", "0"}, true},
		{Condition{FieldAmount, OpBetween, "", "-125001"}, false},
		{Condition{FieldAmount, OpBetween, "-125001", ""}, true},
		{Condition{FieldDate, OpBetween, "2026-02-28", "2026-02-28"}, true},
		{Condition{FieldDate, OpBetween, "2026-03-01", ""}, false},
		{Condition{FieldDate, OpEquals, "2026-02-28", ""}, true},
		{Condition{FieldFiscalYear, OpEquals, "2026", ""}, true},
		{Condition{FieldFiscalYear, OpBetween, "2020", "2025"}, false},
	}
	for _, tc := range tests {
		ready, err := tc.c.compile()
		if err != nil {
			t.Errorf("%v: %v", tc.c, err)
			continue
		}
		if got := ready.holds(&probe{facts: &f, commitment: codeKey(f.Commitment)}); got != tc.want {
			t.Errorf("%v holds: %t, want %t", tc.c, got, tc.want)
		}
	}
	ready, _ := Condition{FieldDate, OpBetween, "", "2026-12-31"}.compile()
	if ready.holds(&probe{facts: &Facts{}}) {
		t.Error("a day that cannot be read lies in a window")
	}
}

func TestConditionsRefused(t *testing.T) {
	tests := []struct {
		c   Condition
		key string
	}{
		{Condition{"colour", OpEquals, "red", ""}, "reconcile.condition.field"},
		{Condition{FieldOrderOp, OpEquals, "1", ""}, "reconcile.condition.field"},
		{Condition{FieldNature, "like", "2", ""}, "reconcile.condition.op"},
		{Condition{FieldNature, OpBetween, "2", "3"}, "reconcile.condition.op"},
		{Condition{FieldNature, OpEquals, "2", "3"}, "reconcile.condition.op"},
		{Condition{FieldAmount, OpPrefix, "2", ""}, "reconcile.condition.op"},
		{Condition{FieldDate, OpPattern, "2", ""}, "reconcile.condition.op"},
		{Condition{FieldNature, OpEquals, "  ", ""}, "reconcile.condition.empty"},
		{Condition{FieldLabel, OpContains, "\u0301", ""}, "reconcile.condition.empty"},
		{Condition{FieldAmount, OpBetween, "", ""}, "reconcile.condition.empty"},
		{Condition{FieldAmount, OpEquals, "", ""}, "reconcile.condition.empty"},
		{Condition{FieldAmount, OpEquals, "12.50", ""}, "reconcile.condition.value"},
		{Condition{FieldDate, OpBetween, "31/12/2026", ""}, "reconcile.condition.value"},
		{Condition{FieldDate, OpBetween, "2026-02-01", "2026-01-31"}, "reconcile.condition.order"},
		{Condition{FieldLabel, OpPattern, "(", ""}, "reconcile.condition.pattern"},
		{Condition{FieldLabel, OpPattern, ".*", ""}, "reconcile.condition.pattern"},
		{Condition{FieldLabel, OpPattern, "((a{30}){30}b{90}){1}", ""}, ""},
		{Condition{FieldLabel, OpPattern, strings.Repeat("([a-z]{9}x{900})", 5), ""}, "reconcile.condition.pattern"},
		{Condition{FieldLabel, OpPattern, "(a{1000}){1000}", ""}, "reconcile.condition.pattern"},
		{Condition{FieldLabel, OpContains, strings.Repeat("x", 201), ""}, "reconcile.condition.long"},
	}
	for _, tc := range tests {
		_, err := tc.c.compile()
		if (err == nil) != (tc.key == "") || err != nil && err.Key != tc.key {
			t.Errorf("%.60v: %v, want %q", tc.c, err, tc.key)
		}
	}
}

func TestSurest(t *testing.T) {
	tests := []struct {
		when []Condition
		want Rank
	}{
		{nil, RankLabel},
		{[]Condition{is(FieldNature, "2")}, RankLabel},
		{[]Condition{is(FieldSupplierID, "2"), is(FieldContract, "3")}, RankContract},
		{[]Condition{is(FieldInventory, "2"), is(FieldCommitment, "3")}, RankCommitment},
		{[]Condition{{Field: FieldCommitment, Op: OpPattern, Value: "3"}, is(FieldSupplierID, "2")}, RankSupplier},
	}
	for _, tc := range tests {
		if got := Surest(tc.when); got != tc.want {
			t.Errorf("%v may have rank %d, want %d", tc.when, got, tc.want)
		}
	}
}

func TestRuleBooks(t *testing.T) {
	tests := []struct {
		r    Rule
		want bool
	}{
		{Rule{Rank: RankInventory}, true}, {Rule{Rank: RankInventory, Suggests: true}, false}, {Rule{Rank: RankSupplier}, false},
		{Rule{Rank: RankSupplier, Confirmed: 2}, false}, {Rule{Rank: RankSupplier, Confirmed: 3}, true}, {Rule{Rank: RankSupplier, Confirmed: 9, Suggests: true}, false},
	}
	for _, tc := range tests {
		if got := tc.r.Books(); got != tc.want {
			t.Errorf("%+v books: %t", tc.r, got)
		}
	}
}

// FuzzRule holds that whatever a rule says, it is refused by a fault or matches lines without harm, and then as its
// conditions say.
func FuzzRule(f *testing.F) {
	f.Add("analytic", "equals", "NUM035", "", "num035", int64(3), int64(10000), false)
	f.Add("label", "pattern", `lot \d{1,3}`, "", "Lot 12", int64(8), int64(5000), false)
	f.Add("amount", "between", "-5", "500", "", int64(9), int64(1), true)
	f.Add("label", "pattern", "(((a{10}){10}){10}){10}", "", "aaaa", int64(8), int64(-1), false)
	f.Add("date", "between", "2026-01-01", "", "\xff\x00é", int64(0), int64(10001), false)
	f.Fuzz(func(t *testing.T, field, op, value, to, text string, rank, share int64, exclude bool) {
		r := rule(1, Rank(rank), 7, Condition{Field(field), Op(op), value, to})
		r.Then = Action{Exclude: exclude, Reason: text, Parts: []Part{{Project: 7, ShareBP: share}}}
		if exclude {
			r.Then.Parts = nil
		}
		m, err := Compile([]Rule{r}, Directory{Codes: map[string]int64{"NUM035": 1}})
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		facts := Facts{Analytic: text, Label: text, Commitment: text, SupplierName: text, SupplierID: text, Nature: text, Amount: 100, Date: civil.D(2026, 2, 28)}
		v := m.Match(&facts, nil)
		if v.Rule.ID == 1 && v.Kind == Books && r.Rank > RankInventory {
			t.Fatalf("%+v books by itself", r)
		}
		if v.Kind == Books || v.Kind == Suggests {
			if _, err := Split(facts.Amount, v.Parts, facts.FiscalYear); err != nil {
				t.Fatalf("%+v: %v", v, err)
			}
		}
		if again := m.Explain(&facts, nil); again.Kind != v.Kind || again.Rule != v.Rule {
			t.Fatalf("explained as %+v, matched as %+v", again, v)
		}
	})
}

func TestWords(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""}, {"  A  b\t\u00a0c ", "a b c"}, {"ÉLÈVE Œuvre Æ", "eleve oeuvre ae"}, {"e\u0301", "e"}, {"n° 12", "n° 12"}, {"\xff", ""}, {"Ǆ ﬁ", "dz fi"},
	}
	for _, tc := range tests {
		if got := words(tc.in); got != tc.want || words(got) != got {
			t.Errorf("%q is %q, want %q", tc.in, got, tc.want)
		}
	}
	r := rand.New(rand.NewPCG(4, 7))
	for range 2000 {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteRune(rune(r.IntN(0x250)))
		}
		if once := words(b.String()); words(once) != once {
			t.Fatalf("%q is %q, then %q", b.String(), once, words(once))
		}
		if once := codeKey(b.String()); codeKey(once) != once {
			t.Fatalf("code %q is %q, then %q", b.String(), once, codeKey(once))
		}
	}
}
