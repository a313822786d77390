package portfolio

import (
	"context"
	"slices"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// purse is a source of credits that a test fills.
type purse struct{ Credits }

func (p *purse) source(context.Context, database.Conn, Roadmap, civil.Date) (Credits, error) {
	return p.Credits, nil
}

type purseSource struct{ *purse }

func (p purseSource) Credits(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (Credits, error) {
	return p.source(ctx, db, r, day)
}

// council is a desk whose roadmap has candidates and credits.
type council struct {
	*desk
	purse *purse
}

// newCouncil votes 100 k€ of investment in 2026 and in 2027.
func newCouncil(t *testing.T, db *database.DB, code string) *council {
	t.Helper()
	p := &council{desk: newDesk(t, db, code, nil), purse: &purse{}}
	p.purse.Voted = map[CreditKey]money.Amount{{2026, SectionInvestment}: euros(100_000), {2027, SectionInvestment}: euros(100_000)}
	p.service.UseCredits(purseSource{p.purse})
	return p
}

// candidate brings a request as far as the candidates: its cost in 2027 in euros.
func (p *council) candidate(title string, cost int64, change func(*RequestInput)) Request {
	p.Helper()
	ctx := context.Background()
	in := RequestInput{RequestContent: RequestContent{Title: title, Need: "Besoin", Beneficiaries: "Usagers", Sponsor: "Direction", Department: "DSI", RequestedBy: "Anne",
		Start: day("2027-01-01"), End: day("2027-12-31"), Costs: []YearAmount{{2027, SectionInvestment, euros(cost)}}}}
	if change != nil {
		change(&in)
	}
	q, err := p.service.CreateRequest(ctx, operator, p.roadmap.ID, in)
	for _, step := range []RequestStep{StepSubmit, StepExamine, StepNominate} {
		if err == nil {
			q, err = p.service.StepRequest(ctx, operator, q.ID, q.Version, StepInput{Step: step})
		}
	}
	if err != nil {
		p.Fatal(err)
	}
	return q
}

// scenario begins one.
func (p *council) scenario(name string) Scenario {
	p.Helper()
	in := DefaultScenario()
	in.Name = name
	s, err := p.service.CreateScenario(context.Background(), operator, p.roadmap.ID, in)
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// bench gives the workbench of a scenario.
func (p *council) bench(id ScenarioID) WorkbenchReport {
	p.Helper()
	r, err := p.service.Workbench(context.Background(), operator, id)
	if err != nil {
		p.Fatal(err)
	}
	return r
}

// selected lists the codes of what is selected.
func selectedIn(r WorkbenchReport) []string {
	out := []string{}
	for _, s := range r.Subjects {
		if s.Selected {
			out = append(out, s.Code)
		}
	}
	return out
}

func gaugeOf(t *testing.T, r WorkbenchReport, key string) Gauge {
	t.Helper()
	i := slices.IndexFunc(r.Gauges, func(g Gauge) bool { return g.Key == key })
	if i < 0 {
		t.Fatalf("no gauge of %s among %v", key, r.Gauges)
	}
	return r.Gauges[i]
}

func TestWorkbench(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		running := p.newProject("P1", Estimate{AsOf: day("2026-01-10"), HasCost: true, Cost: euros(50_000), Start: day("2026-01-01"), End: day("2027-12-31"),
			Lines: []CostLine{{"2026", Investment, PartBuild, euros(20_000)}, {"2027", Investment, PartBuild, euros(30_000)}}})
		p.purse.Spent = map[ProjectID]map[CreditKey]money.Amount{running: {{2026, SectionInvestment}: euros(5_000)}}
		a, b := p.candidate("Portail", 40_000, nil), p.candidate("Archives", 50_000, nil)
		s := p.scenario("Base")
		r := p.bench(s.ID)
		if r.Result.Status != "optimal" || !slices.Equal(selectedIn(r), []string{"P1"}) { // nothing is scored: no candidate is worth anything
			t.Fatalf("status %s, selected %v", r.Result.Status, selectedIn(r))
		}
		if g := gaugeOf(t, r, "2026/I"); g.Used != int64(euros(20_000)) || g.Spent != int64(euros(5_000)) || g.Running != int64(euros(15_000)) || *g.Limit != int64(euros(100_000)) {
			t.Errorf("2026/I = %+v", g)
		}
		force := func(version int64, c ScenarioChoice) Scenario {
			t.Helper()
			out, err := p.service.ChooseSubject(ctx, operator, s.ID, version, c)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		is := force(s.Version, ScenarioChoice{Subject: Subject{Request: a.ID}, Force: ForceIn, ReasonCode: ReasonRegulatory})
		if got := selectedIn(p.bench(s.ID)); !slices.Equal(got, []string{"P1", a.Code()}) {
			t.Fatalf("selected %v", got)
		}
		is = force(is.Version, ScenarioChoice{Subject: Subject{Request: b.ID}, Force: ForceIn, ReasonCode: ReasonMandate})
		r = p.bench(s.ID)
		if r.Result.Status != "infeasible" || len(r.Conflict) != 4 {
			t.Fatalf("status %s, conflict %v", r.Result.Status, r.Conflict)
		}
		if g := gaugeOf(t, r, "2027/I"); g.State != GaugeOver || g.Used != int64(euros(120_000)) { // what is settled anyway
			t.Errorf("2027/I = %+v", g)
		}
		if _, err := p.service.FreezeScenario(ctx, operator, s.ID, is.Version); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("freeze without a selection: %v", err)
		}
		if is, err := p.service.LimitScenario(ctx, operator, s.ID, is.Version, []ScenarioLimit{{Key: "2027/I"}}); err != nil || is.Version != 4 {
			t.Fatal(is.Version, err)
		}
		r = p.bench(s.ID)
		if g := gaugeOf(t, r, "2027/I"); g.State != GaugeNeutral || g.Limit != nil || !g.Overridden || !r.Result.Proven() {
			t.Errorf("2027/I without a limit = %+v, %+v", g, r.Result)
		}
		if got := len(r.Events); got != 4 {
			t.Errorf("%d events: %+v", got, r.Events)
		}
	})
}

func TestWorkbenchWithoutBooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newCouncil(t, db, "lille")
		p.service.UseCredits(nil)
		p.newProject("P1", estimate("2026-01-10", 1000, "2026-07-01", "2027-06-30"))
		r := p.bench(p.scenario("Base").ID)
		if r.Basis.Credits || !r.Basis.P80.Assumed || r.Basis.P80.BP != 2400 {
			t.Errorf("basis = %+v", r.Basis)
		}
		var sum int64
		for _, g := range r.Gauges {
			if g.State != GaugeNeutral || g.Limit != nil {
				t.Errorf("gauge %+v is not neutral", g)
			}
			sum += g.UsedP50
		}
		if sum != int64(euros(1000)) { // spread by days over what is left of the project, to the cent
			t.Errorf("the years sum to %d", sum)
		}
	})
}

func TestScenarioRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p, other := newCouncil(t, db, "lille"), newCouncil(t, db, "arras")
		q := p.candidate("Portail", 40_000, nil)
		foreign := other.candidate("Ailleurs", 1, nil)
		s := p.scenario("Base")
		choice := ScenarioChoice{Subject: Subject{Request: q.ID}, Force: ForceOut, ReasonCode: ReasonNotReady}
		tests := []struct {
			name string
			do   func(id ScenarioID, version int64) error
			kind fault.Kind
		}{
			{"stale", func(id ScenarioID, v int64) error {
				_, err := p.service.ChooseSubject(ctx, operator, id, v+1, choice)
				return err
			}, fault.KindStale},
			{"a request of a neighbour", func(id ScenarioID, v int64) error {
				_, err := p.service.ChooseSubject(ctx, operator, id, v, ScenarioChoice{Subject: Subject{Request: foreign.ID}, Force: ForceFree})
				return err
			}, fault.KindNotFound},
			{"no reason", func(id ScenarioID, v int64) error {
				_, err := p.service.ChooseSubject(ctx, operator, id, v, ScenarioChoice{Subject: Subject{Request: q.ID}, Force: ForceIn})
				return err
			}, fault.KindInvalid},
			{"a limit below zero", func(id ScenarioID, v int64) error {
				n := int64(-1)
				_, err := p.service.LimitScenario(ctx, operator, id, v, []ScenarioLimit{{"2027/I", &n}})
				return err
			}, fault.KindInvalid},
			{"no such key", func(id ScenarioID, v int64) error {
				_, err := p.service.LimitScenario(ctx, operator, id, v, []ScenarioLimit{{Key: "2027"}})
				return err
			}, fault.KindInvalid},
			{"a limit twice", func(id ScenarioID, v int64) error {
				_, err := p.service.LimitScenario(ctx, operator, id, v, []ScenarioLimit{{Key: "2027/I"}, {Key: "2027/I"}})
				return err
			}, fault.KindInvalid},
			{"a theme of nobody", func(id ScenarioID, v int64) error {
				_, err := p.service.AskThemes(ctx, operator, id, v, []ScenarioTheme{{ThemeID: 999_999, MinProjects: 1}})
				return err
			}, fault.KindNotFound},
			{"a percentile that there is not", func(id ScenarioID, v int64) error {
				_, err := p.service.UpdateScenario(ctx, operator, id, v, ScenarioInput{Name: "Base", Percentile: 60})
				return err
			}, fault.KindInvalid},
			{"thawed before it was frozen", func(id ScenarioID, v int64) error {
				_, err := p.service.ThawScenario(ctx, operator, id, v)
				return err
			}, fault.KindConflict},
			{"withdrawn before it was submitted", func(id ScenarioID, v int64) error {
				_, err := p.service.WithdrawScenario(ctx, operator, id, v)
				return err
			}, fault.KindConflict},
			{"five beside each other", func(id ScenarioID, v int64) error {
				_, err := p.service.CompareScenarios(ctx, operator, p.roadmap.ID, []ScenarioID{1, 2, 3, 4, 5})
				return err
			}, fault.KindInvalid},
			{"compared in another roadmap", func(id ScenarioID, v int64) error {
				_, err := p.service.CompareScenarios(ctx, operator, other.roadmap.ID, []ScenarioID{id})
				return err
			}, fault.KindNotFound},
		}
		for _, tc := range tests {
			if err := tc.do(s.ID, s.Version); fault.KindOf(err) != tc.kind {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.kind)
			}
		}
		is, err := p.service.FreezeScenario(ctx, operator, s.ID, s.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.service.ChooseSubject(ctx, operator, s.ID, is.Version, choice); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a frozen scenario was changed: %v", err)
		}
	})
}

// TestFrozenScenarioStands: nothing that is booked later changes it, and thawed it follows what is known again.
func TestFrozenScenarioStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		p.newProject("P1", estimate("2026-01-10", 1000, "2026-07-01", "2027-06-30"))
		s := p.scenario("Base")
		is, err := p.service.FreezeScenario(ctx, operator, s.ID, s.Version)
		if err != nil {
			t.Fatal(err)
		}
		before := p.bench(s.ID)
		p.newProject("P2", estimate("2026-02-10", 2000, "2026-07-01", "2027-06-30"))
		if after := p.bench(s.ID); len(after.Subjects) != 1 || after.Result.Hash != before.Result.Hash || after.Editable {
			t.Errorf("the frozen scenario changed: %+v", after.Result)
		}
		if broken, err := p.service.Verify(ctx, operator); err != nil || len(broken) != 0 {
			t.Errorf("verify: %v, %v", broken, err)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE scenario SET frozen = frozen || ' '"); err != nil {
			t.Fatal(err)
		}
		if broken, err := p.service.Verify(ctx, operator); err != nil || len(broken) != 1 || broken[0].Rule != "scenario_frozen" {
			t.Errorf("verify a changed text: %v, %v", broken, err)
		}
		if _, err := p.service.ThawScenario(ctx, operator, s.ID, is.Version); err != nil {
			t.Fatal(err)
		}
		if again := p.bench(s.ID); len(again.Subjects) != 2 || !again.Editable {
			t.Errorf("the thawed scenario does not follow: %+v", again.Subjects)
		}
	})
}

func TestScenarioRights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		p.newProject("P1", estimate("2026-01-10", 1000, "2026-07-01", "2027-06-30"))
		s := p.scenario("Base")
		of := func(role identity.Role, org int64) identity.Actor {
			return identity.SignedIn(7, "Zoé", identity.Grant{OrganisationID: org, Role: role, Scope: identity.ScopeOrganisation})
		}
		stranger := of(identity.RoleRoadmapManager, p.org.ID+1000)
		reader, manager := of(identity.RoleReader, p.org.ID), of(identity.RoleRoadmapManager, p.org.ID)
		for name, actor := range map[string]identity.Actor{"nobody": {}, "stranger": stranger, "reader of a draft": reader} {
			want := fault.KindNotFound
			if actor.Nobody() {
				want = fault.KindUnauthenticated
			}
			if _, err := p.service.Workbench(ctx, actor, s.ID); fault.KindOf(err) != want {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := p.service.UpdateScenario(ctx, actor, s.ID, 1, DefaultScenario()); fault.KindOf(err) != want {
				t.Errorf("%s changes: %v", name, err)
			}
		}
		if _, err := p.service.CreateScenario(ctx, reader, p.roadmap.ID, DefaultScenario()); fault.KindOf(err) != fault.KindForbidden {
			t.Errorf("a reader begins one: %v", err)
		}
		if cards, err := p.service.Scenarios(ctx, reader, p.roadmap.ID); err != nil || len(cards) != 0 {
			t.Errorf("a reader sees %v, %v", cards, err)
		}
		if cards, err := p.service.Scenarios(ctx, manager, p.roadmap.ID); err != nil || len(cards) != 1 || cards[0].CreatedBy != "test" {
			t.Errorf("the manager sees %v, %v", cards, err)
		}
		// Once it is before a committee whoever reads the roadmap may read it, without costs who may not read them.
		if _, err := db.Write().ExecContext(ctx, "UPDATE scenario SET state = 'not_retained', frozen_sha256 = 'x' WHERE id = ?", s.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE scenario SET state = 'draft', frozen_sha256 = '' WHERE id = ?", s.ID); err != nil {
			t.Fatal(err)
		}
		is, err := p.service.FreezeScenario(ctx, manager, s.ID, s.Version)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE scenario SET state = 'not_retained' WHERE id = ?", is.ID); err != nil {
			t.Fatal(err)
		}
		r, err := p.service.Workbench(ctx, reader, s.ID)
		if err != nil || !r.CostHidden || r.Editable || len(r.Gauges) != 0 || r.Subjects[0].CostP50 != 0 {
			t.Errorf("reader: %v, %+v", err, r)
		}
	})
}

func TestCopyAndCompare(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		q := p.candidate("Portail", 40_000, nil)
		s := p.scenario("Base")
		if _, err := p.service.ChooseSubject(ctx, operator, s.ID, s.Version, ScenarioChoice{Subject: Subject{Request: q.ID}, Force: ForceIn, ReasonCode: ReasonRegulatory, MayShift: true}); err != nil {
			t.Fatal(err)
		}
		in := DefaultScenario()
		in.Name, in.CopyOf = "Copie", s.ID
		c, err := p.service.CreateScenario(ctx, operator, p.roadmap.ID, in)
		if err != nil || c.Code() != "S-02" || c.CopiedFrom != s.ID {
			t.Fatal(c, err)
		}
		if got := selectedIn(p.bench(c.ID)); !slices.Equal(got, []string{q.Code()}) {
			t.Errorf("the copy selects %v", got)
		}
		if _, err := p.service.ChooseSubject(ctx, operator, c.ID, c.Version, ScenarioChoice{Subject: Subject{Request: q.ID}, Force: ForceOut, ReasonCode: ReasonObsolete}); err != nil {
			t.Fatal(err)
		}
		got, err := p.service.CompareScenarios(ctx, operator, p.roadmap.ID, []ScenarioID{s.ID, c.ID})
		if err != nil || len(got.Scenarios) != 2 || len(got.Subjects) != 1 {
			t.Fatal(err, got)
		}
		if x := got.Subjects[0]; !x.Differs || x.Count != 1 || !x.In[0] || x.In[1] {
			t.Errorf("who is in which: %+v", x)
		}
		if got.Scenarios[0].Cost != euros(40_000) || got.Scenarios[1].Cost != 0 {
			t.Errorf("costs %d and %d", got.Scenarios[0].Cost, got.Scenarios[1].Cost)
		}
	})
}

func TestProveScenarios(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		p.newProject("P1", estimate("2026-01-10", 1000, "2026-07-01", "2027-06-30"))
		p.candidate("Portail", 400_000, nil)
		s := p.scenario("Base")
		done, err := p.service.ProveScenarios(ctx, operator, at, Effort{Work: 4_000_000})
		if err != nil || len(done) != 1 || !done[0].Proven {
			t.Fatal(done, err)
		}
		again, err := p.service.ProveScenarios(ctx, operator, at, Effort{Work: 4_000_000})
		if err != nil || len(again) != 0 {
			t.Errorf("proven twice: %v, %v", again, err)
		}
		fresh := New(db, fixedClock)
		fresh.UseCredits(purseSource{p.purse})
		i, err := fresh.Insight(ctx, operator, s.ID)
		if err != nil || !i.Done || len(i.Frontier) == 0 || len(i.Forced) != 1 || len(i.Refused) != 1 || i.Next == nil {
			t.Errorf("insight = %+v, %v", i, err)
		}
		if cards, err := fresh.Scenarios(ctx, operator, p.roadmap.ID); err != nil || cards[0].Selected != 1 || !cards[0].Proven {
			t.Errorf("cards = %+v, %v", cards, err)
		}
		if _, err := p.service.ProveScenarios(ctx, identity.SignedIn(7, "Zoé"), at, Effort{Work: 4_000_000}); err == nil {
			t.Error("somebody without rights proves")
		}
	})
}

func TestEntryQuota(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		p := newCouncil(t, db, "lille")
		running := p.newProject("P1", estimate("2026-01-10", 30_000, "2026-07-01", "2027-06-30"))
		a := p.candidate("Portail", 75_000, nil)
		q, err := p.service.Quota(ctx, operator, p.roadmap.ID)
		if err != nil || q.Version != 0 {
			t.Fatal(q, err)
		}
		q.Share, q.LateFrom = 1000, day("2026-01-01") // 100 k€ of 1 M€
		if q, err = p.service.SetQuota(ctx, operator, q); err != nil || q.Version != 1 {
			t.Fatal(q, err)
		}
		stale := q
		stale.Version = 0
		if _, err := p.service.SetQuota(ctx, operator, stale); fault.KindOf(err) != fault.KindStale {
			t.Errorf("set twice: %v", err)
		}
		s := p.scenario("Base")
		s, err = p.service.ChooseSubject(ctx, operator, s.ID, s.Version, ScenarioChoice{Subject: Subject{Request: a.ID}, Force: ForceIn, ReasonCode: ReasonMandate})
		if err != nil {
			t.Fatal(err)
		}
		r := p.bench(s.ID)
		if r.Quota.Entered != euros(30_000) || r.Quota.Selected != euros(75_000) || r.Quota.Over == nil || *r.Quota.Over != euros(5_000) {
			t.Fatalf("quota = %+v", r.Quota)
		}
		if err := r.Quota.blocks(money.EUR); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("beyond the quota: %v", err)
		}
		if _, err = p.service.ChooseSubject(ctx, operator, s.ID, s.Version, ScenarioChoice{Subject: Subject{Project: running}, Force: ForceOut, ReasonCode: ReasonDrift}); err != nil {
			t.Fatal(err)
		}
		r = p.bench(s.ID)
		if err := r.Quota.blocks(money.EUR); err != nil || !slices.Equal(r.Quota.Leaving, []Head{{"P1", "Projet P1"}}) {
			t.Errorf("with what leaves: %v, %+v", err, r.Quota)
		}
	})
}
