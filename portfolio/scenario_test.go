package portfolio

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/selection"
)

// draw makes a question by lot: n subjects, two years, one skill, themes, forces and links.
func draw(r *rand.Rand, n int) scenarioContent {
	c := scenarioContent{Format: contentFormat, Roadmap: Head{"FDR", "Feuille de route"}, Start: civil.D(2026, 1, 1), End: civil.D(2028, 6, 30), Currency: money.EUR, AsOf: civil.D(2026, 11, 2),
		Percentile: []int{P50, P80}[r.IntN(2)], P50: Uplift{BP: money.BasisPoints(r.IntN(500))}, P80: Uplift{BP: money.BasisPoints(500 + r.IntN(4000))}, Credits: true, Years: []int{2027, 2028, 2029},
		Delay: delays(nil, 3000), Themes: []contentTheme{{ID: 1, Code: "T1", Name: "Un", MinValue: money.BasisPoints(r.IntN(2000))}, {ID: 2, Code: "T2", Name: "Deux", MinProjects: int64(r.IntN(2))}}}
	if r.IntN(3) == 0 {
		share := money.BasisPoints(3000 + r.IntN(7000))
		c.Themes[0].MaxShare = &share
	}
	for i := range n {
		s := contentSubject{Subject: Subject{Request: RequestID(i + 1)}, Code: fmt.Sprintf("R-%d", i+1), Theme: int64(r.IntN(3)), Scored: true, Points: int64(r.IntN(1000)), Force: ForceFree, MayShift: r.IntN(4) == 0,
			Start: civil.D(2027, 1, 1), End: civil.D(2027, 12, 31).AddDays(r.IntN(300))}
		if i%4 == 0 {
			s.Subject, s.Force, s.MayShift = Subject{Project: ProjectID(i + 1)}, ForceIn, false
		}
		if r.IntN(8) == 0 {
			s.Force, s.Own = ForceOut, true
		}
		if i > 0 && r.IntN(6) == 0 {
			s.Excludes = []Subject{c.Subjects[r.IntN(i)].Subject}
		}
		if i > 0 && r.IntN(6) == 0 {
			s.Requires = []Subject{c.Subjects[r.IntN(i)].Subject}
		}
		for _, year := range []int{2027, 2028} {
			s.spend(year, Sections[r.IntN(2)], money.Amount(r.IntN(100_000)))
		}
		s.need("dev", civil.Quarter{Year: 2027, Number: 1 + r.IntN(4)}, int64(r.IntN(300)))
		c.Subjects = append(c.Subjects, s)
	}
	for _, year := range c.Years {
		for _, section := range Sections {
			l := contentLimit{Key: CreditKey{year, section}.String(), Kind: GaugeCredit, Spent: int64(r.IntN(5000))}
			if r.IntN(4) > 0 {
				n := int64(n) * int64(20_000+r.IntN(20_000))
				l.Default = &n
			}
			c.Limits = append(c.Limits, l)
		}
	}
	for q := (civil.Quarter{Year: 2027, Number: 1}); q.Year < 2029; q = q.Add(1) {
		l := contentLimit{Key: skillKey("dev", q), Kind: GaugeSkill, Skill: Head{"dev", "Développement"}}
		if r.IntN(2) == 0 {
			n := int64(n) * 60
			l.Default = &n
		}
		c.Limits = append(c.Limits, l)
	}
	return c
}

// solve answers a question that was drawn.
func solve(t *testing.T, c scenarioContent) *weighed {
	t.Helper()
	q, err := ask(Scenario{}, c)
	if err != nil {
		t.Fatal(err)
	}
	a, err := selection.Solve(q.problem, selection.Options{WorkLimit: instantWork})
	if err != nil {
		t.Fatal(err)
	}
	w, err := weigh(c, q.problem, q.hash, a)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGaugesAreSums: what the gauges, the lines, the engine and the comparison say are the same sums, and no gauge of a selection is over.
func TestGaugesAreSums(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for i := range 150 {
		c := draw(r, 4+r.IntN(12))
		w := solve(t, c)
		if !w.answerFound() {
			continue
		}
		found++
		lines, total := w.lines(), money.Amount(0)
		for _, g := range w.gauges() {
			var sum, running int64
			for _, l := range lines {
				if !l.Selected {
					continue
				}
				for _, u := range l.Uses {
					if u.Key != g.Key {
						continue
					}
					sum += u.Amount
					if l.Kind == KindProject {
						running += u.Amount
					}
				}
			}
			if g.Used != sum+g.Spent || g.Running != running || sum != w.answer.Used[g.Key] {
				t.Fatalf("draw %d: gauge %+v, sum of lines %d, engine %d", i, g, sum, w.answer.Used[g.Key])
			}
			if g.State == GaugeOver && sum > running { // what runs already may be over; then nothing else comes in
				t.Fatalf("draw %d: a selection goes beyond %s: %+v", i, g.Key, g)
			}
			if g.UsedP80 < g.UsedP50 {
				t.Fatalf("draw %d: P80 below P50: %+v", i, g)
			}
			if g.Kind == GaugeCredit {
				total += money.Amount(sum)
			}
		}
		compared := compare([]compared{{Scenario{}, w}}).Scenarios[0]
		var value int64
		for _, l := range lines {
			if l.Selected {
				value += l.Points
			}
		}
		if compared.Cost != total || value != w.answer.Value {
			t.Fatalf("draw %d: cost %d, want %d; value %d, want %d", i, compared.Cost, total, value, w.answer.Value)
		}
	}
	if found < 75 {
		t.Errorf("only %d of 150 draws have a selection", found)
	}
}

// TestSoundAnswers: every answer of the engine is sound, and none is that somebody changed.
func TestSoundAnswers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 100 {
		w := solve(t, draw(r, 4+r.IntN(12)))
		if !w.answerFound() {
			continue
		}
		text, err := frozenScenario{w.content, w.problem, w.answer}.canonical()
		if err != nil {
			t.Fatal(err)
		}
		kept, err := readFrozen(text)
		if err != nil || !kept.sound() {
			t.Fatalf("draw %d: the answer is not sound after %v", i, err)
		}
		if again, err := kept.canonical(); err != nil || again != text {
			t.Fatalf("draw %d: the frozen text does not come back", i)
		}
		for name, change := range map[string]func(*frozenScenario){
			"a value":          func(f *frozenScenario) { f.Answer.Value++ },
			"a limit":          func(f *frozenScenario) { f.Problem.Limits["x"] = 1 },
			"who is selected":  func(f *frozenScenario) { f.Answer.Selected = append(f.Answer.Selected, "r999") },
			"points":           func(f *frozenScenario) { f.Content.Subjects[0].Points++ },
			"an unknown start": func(f *frozenScenario) { f.Answer.Starts[f.Answer.Selected[0]] = 7 },
		} {
			if name == "an unknown start" && len(w.answer.Selected) == 0 {
				continue
			}
			forged, err := readFrozen(text)
			if err != nil {
				t.Fatal(err)
			}
			if forged.Answer.Starts == nil {
				forged.Answer.Starts = map[string]int64{}
			}
			if change(&forged); forged.sound() {
				t.Fatalf("draw %d: %s was changed, and nobody sees it", i, name)
			}
		}
	}
}

// TestReasonsHold: what is said to have no room has none, and whatever is not selected has a reason.
func TestReasonsHold(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		w := solve(t, draw(r, 4+r.IntN(12)))
		if !w.answerFound() {
			continue
		}
		for i, s := range w.content.Subjects {
			if w.selected(s.Subject) {
				continue
			}
			why := w.reasonOut(i)
			for _, key := range why.Keys {
				if l := w.content.limitOf(key); *l.limit()-l.Spent-w.answer.Used[key] >= w.uses[w.content.Percentile][i][key] {
					t.Fatalf("%s would fit into %s", s.Code, key)
				}
			}
			if why.Kind == "" || (why.Kind == OutForced) != (s.Force == ForceOut) {
				t.Fatalf("%s: %+v", s.Code, why)
			}
		}
	}
}

func TestDelays(t *testing.T) {
	assumed := delays(nil, 3000)
	if !assumed.Assumed || assumed.P80 != 3000 || !slices.Equal(assumed.Mids, []money.BasisPoints{0, 0, 0, 0, 0, 500, 1500, 2500, 3500, 4500}) {
		t.Errorf("assumed = %+v", assumed)
	}
	var sample []*big.Rat
	for i := range 11 {
		sample = append(sample, big.NewRat(int64(10-i), 10)) // 100 %, 90 % … 0 %
	}
	told := delays(sample, 3000)
	if told.Assumed || told.P80 != 8000 || told.Mids[0] != 500 || told.Mids[9] != 9500 || told.N != 11 {
		t.Errorf("told = %+v", told)
	}
}

func TestGuardEnds(t *testing.T) {
	c := scenarioContent{AsOf: civil.D(2026, 11, 2), End: civil.D(2028, 12, 31), Currency: money.EUR, Percentile: P50, Delay: delays(nil, 3000)}
	subject := func(id RequestID, end civil.Date) contentSubject {
		return contentSubject{Subject: Subject{Request: id}, Code: fmt.Sprint(id), Force: ForceIn, Start: civil.D(2027, 1, 1), End: end}
	}
	c.Subjects = []contentSubject{subject(1, civil.D(2027, 12, 31)), subject(2, civil.D(2028, 11, 30)), subject(3, civil.D(2029, 1, 1))}
	w := solve(t, c)
	ends := w.ends()
	if len(ends) != 2 || ends[0].Code != "3" || ends[0].InTen != 10 || ends[1].InTen != 5 || ends[1].DaysLate != 179 {
		t.Errorf("ends = %+v", ends)
	}
	if g := w.guard(); g.Notes[0].Key != "guard.no_credits" || g.Total != nil {
		t.Errorf("guard without credits = %+v", g)
	}
}

func TestDelayed(t *testing.T) {
	from := civil.D(2027, 1, 1)
	for _, tc := range []struct {
		end  civil.Date
		by   money.BasisPoints
		want civil.Date
	}{
		{civil.D(2027, 1, 10), 0, civil.D(2027, 1, 10)},
		{civil.D(2027, 1, 10), 1000, civil.D(2027, 1, 11)},
		{civil.D(2027, 1, 10), 1, civil.D(2027, 1, 11)}, // part of a day is a day
		{civil.D(2027, 1, 10), -10_000, civil.D(2027, 1, 1)},
		{civil.D(2026, 1, 1), 0, civil.D(2027, 1, 1)}, // it should have ended
	} {
		if got := delayed(from, tc.end, tc.by); got != tc.want {
			t.Errorf("delayed(%s, %d) = %s, want %s", tc.end, tc.by, got, tc.want)
		}
	}
}

func TestUplift(t *testing.T) {
	bp := func(n money.BasisPoints) *money.BasisPoints { return &n }
	for name, tc := range map[string]struct {
		o        Overrun
		p50, p80 Uplift
	}{
		"nothing finished": {Overrun{LeastP50: 10, LeastP80: 20}, Uplift{Least: 10, Assumed: true}, Uplift{BP: 2400, Least: 20, Assumed: true}},
		"ten finished":     {Overrun{N: 12, P50: bp(3000), LeastP50: 10, LeastP80: 20}, Uplift{BP: 3000, N: 12, Least: 10}, Uplift{BP: 3000, N: 12, Least: 20, Assumed: true}},
		"enough":           {Overrun{N: 25, P50: bp(-100), P80: bp(1500)}, Uplift{BP: -100, N: 25}, Uplift{BP: 1500, N: 25}},
	} {
		p50, p80 := tc.o.uplifts(2400)
		if p50 != tc.p50 || p80 != tc.p80 {
			t.Errorf("%s: %+v, %+v", name, p50, p80)
		}
	}
	if got, ok := (Uplift{BP: 2500}).of(3); !ok || got != 4 { // 3.75
		t.Errorf("3 + 25 %% = %d", got)
	}
	if _, ok := (Uplift{BP: 20_000}).of(1 << 62); ok {
		t.Error("a sum beyond 64 bits is an amount")
	}
}

func TestKeys(t *testing.T) {
	for key, want := range map[string]bool{"2027/I": true, "2027/F": true, "dev/2027-Q1": true, "a/b/2027-Q4": true, "2027/X": false, "dev/2027-Q5": false, "/2027-Q1": false, "2027": false, "": false} {
		if validKey(key) != want {
			t.Errorf("validKey(%q) = %v", key, !want)
		}
	}
}

func TestGapOf(t *testing.T) {
	for _, tc := range [][3]int64{{100, 100, 0}, {99, 100, 100}, {0, 0, 0}, {9999, 10_000, 1}, {99_999, 100_000, 1}, {0, 1 << 60, 10_000}} {
		if got := gapOf(tc[0], tc[1]); got != tc[2] && !(tc[1] == 1<<60 && got > 9_900 && got < 10_100) {
			t.Errorf("gapOf(%d, %d) = %d, want %d", tc[0], tc[1], got, tc[2])
		}
	}
}

// TestScenarioSteps: the states form the life that the documents tell.
func TestScenarioSteps(t *testing.T) {
	for from, next := range scenarioSteps {
		for _, to := range next {
			if !slices.Contains(ScenarioStates, from) || !slices.Contains(ScenarioStates, to) || from == to {
				t.Errorf("%s leads to %s", from, to)
			}
		}
	}
	if err := (Scenario{State: ScenarioDecided}).to(ScenarioDraft); err == nil {
		t.Error("what was decided is a draft again")
	}
}
