package portfolio

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// asked is a request that may be submitted.
func asked(title string) RequestInput {
	return RequestInput{ThemeCode: "T1", RequestContent: RequestContent{Title: title, Need: "Un besoin", Beneficiaries: "Les habitants", Sponsor: "Alix", Department: "Direction des routes", RequestedBy: "Camille",
		Start: day("2027-01-01"), End: day("2027-12-31"), Costs: []YearAmount{{2027, SectionOperations, euros(40)}, {2027, SectionInvestment, euros(60)}}}}
}

// newRequest begins a request, and takes it some steps on as the operator.
func (d *desk) newRequest(actor identity.Actor, title string, steps ...RequestStep) Request {
	d.Helper()
	q, err := d.service.CreateRequest(context.Background(), actor, d.roadmap.ID, asked(title))
	if err != nil {
		d.Fatal(err)
	}
	for _, step := range steps {
		q = d.step(operator, q, step, "")
	}
	return q
}

// step takes a request a step on, with a reason where one is needed.
func (d *desk) step(actor identity.Actor, q Request, step RequestStep, again string) Request {
	d.Helper()
	in := StepInput{Step: step, ReconsiderOn: day(again), Today: day("2026-11-02")}
	if t, _ := TransitionOf(step); t.Reason {
		in.Reason = "Parce que"
	}
	out, err := d.service.StepRequest(context.Background(), actor, q.ID, q.Version, in)
	if err != nil {
		d.Fatalf("%s %s: %v", step, q.Code(), err)
	}
	return out
}

func (d *desk) seen(actor identity.Actor, id RequestID) RequestReport {
	d.Helper()
	rep, err := d.service.Request(context.Background(), actor, id)
	if err != nil {
		d.Fatal(err)
	}
	return rep
}

// titles lists the codes of a list.
func (d *desk) listed(actor identity.Actor, f RequestFilter) string {
	d.Helper()
	list, err := d.service.Requests(context.Background(), actor, d.roadmap.ID, f, day("2026-11-02"))
	if err != nil {
		d.Fatal(err)
	}
	var out []string
	for _, l := range list.Lines {
		out = append(out, l.Code)
	}
	return strings.Join(out, " ")
}

func TestRequestLife(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		camille, manager, other := d.as(d.account("Camille"), identity.RoleReader), d.as(d.account("Maud"), identity.RoleRoadmapManager), d.as(d.account("Paul"), identity.RoleFinance)
		q := d.newRequest(camille, "Guichet")
		if q.Code() != "R-2026-001" || q.State != RequestDraft || q.Version != 1 {
			t.Fatalf("begun as %s, %s, version %d", q.Code(), q.State, q.Version)
		}
		if second := d.newRequest(camille, "Autre"); second.Code() != "R-2026-002" {
			t.Errorf("the second is %s", second.Code())
		}
		for name, actor := range map[string]identity.Actor{"the manager": manager, "somebody else": other} {
			_, err := d.service.Request(ctx, actor, q.ID)
			expectFault(t, err, fault.KindNotFound, "request.not_found")
			if got := d.listed(actor, RequestFilter{}); got != "" {
				t.Errorf("%s sees the drafts %s", name, got)
			}
		}
		_, err := d.service.StepRequest(ctx, manager, q.ID, 1, StepInput{Step: StepExamine})
		expectFault(t, err, fault.KindNotFound, "request.not_found")
		q = d.step(camille, q, StepSubmit, "")
		if entry, _ := d.trail(); entry != fmt.Sprintf("request.submit request %d", q.ID) {
			t.Errorf("trail = %s", entry)
		}
		_, err = d.service.UpdateRequest(ctx, camille, q.ID, q.Version, asked("Changé"))
		expectFault(t, err, fault.KindConflict, "request.closed_to_changes")
		_, err = d.service.UpdateRequest(ctx, other, q.ID, q.Version, asked("Changé"))
		expectFault(t, err, fault.KindForbidden, "permission.denied")
		_, err = d.service.StepRequest(ctx, camille, q.ID, q.Version, StepInput{Step: StepExamine})
		expectFault(t, err, fault.KindForbidden, "permission.denied")
		_, err = d.service.StepRequest(ctx, manager, q.ID, q.Version, StepInput{Step: StepSelect})
		expectFault(t, err, fault.KindForbidden, "permission.denied")
		_, err = d.service.StepRequest(ctx, manager, q.ID, q.Version, StepInput{Step: StepNominate})
		expectFault(t, err, fault.KindConflict, "request.no_step")
		_, err = d.service.StepRequest(ctx, manager, q.ID, q.Version, StepInput{Step: StepSendBack})
		if fields(err) != "reason" {
			t.Errorf("sent back without a reason: %v", err)
		}
		_, err = d.service.StepRequest(ctx, manager, q.ID, q.Version-1, StepInput{Step: StepExamine})
		expectFault(t, err, fault.KindStale, "request.stale")
		back := d.step(manager, q, StepSendBack, "")
		changed := asked("Guichet unique")
		changed.Costs[0].Amount = euros(45)
		back, err = d.service.UpdateRequest(ctx, camille, back.ID, back.Version, changed)
		if err != nil {
			t.Fatal(err)
		}
		q = d.step(camille, back, StepSubmit, "")
		q = d.step(manager, d.step(manager, q, StepExamine, ""), StepNominate, "")
		if q.State != RequestCandidate || q.Submissions != 2 {
			t.Errorf("it is %s after %d submissions", q.State, q.Submissions)
		}
		states := ""
		for _, e := range d.seen(manager, q.ID).Events {
			states += string(e.State) + " " + e.Actor + "; "
		}
		if want := "draft Camille; submitted Camille; draft Maud; submitted Camille; examined Maud; candidate Maud; "; states != want {
			t.Errorf("its life is %s, want %s", states, want)
		}
		c, err := d.service.CompareSubmissions(ctx, manager, q.ID, 0, 0)
		if err != nil || c.Before.Number != 2 || c.After.Number != 4 || c.Was.Title != "Guichet" || c.Is.Title != "Guichet unique" || c.Was.Costs[1].Amount != euros(40) || c.Is.Costs[1].Amount != euros(45) {
			t.Errorf("compared: %+v, %v", c, err)
		}
	})
}

func TestRequestSubmittedIncomplete(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		q, err := d.service.CreateRequest(ctx, operator, d.roadmap.ID, RequestInput{RequestContent: RequestContent{Title: "Idée"}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.service.StepRequest(ctx, operator, q.ID, q.Version, StepInput{Step: StepSubmit})
		if fields(err) != "need beneficiaries sponsor department requested_by costs start end" {
			t.Errorf("submitted: %v", err)
		}
		gone := d.step(operator, q, StepWithdraw, "")
		if list, err := d.service.Renunciations(ctx, operator, d.roadmap.ID, RequestFilter{}, day("2026-11-02")); err != nil || len(list.Lines) != 0 {
			t.Errorf("a draft that nobody saw stands in the register: %+v, %v", list, err)
		}
		if again := d.step(operator, gone, StepResume, ""); again.State != RequestDraft {
			t.Errorf("taken up again it is %s", again.State)
		}
	})
}

func TestRequestCostsAbsent(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		owner, reader := d.as(d.account("Camille"), identity.RoleReader), d.as(d.account("Paul"), identity.RoleReader)
		q := d.newRequest(owner, "Guichet")
		q = d.step(owner, q, StepSubmit, "")
		for name, tc := range map[string]struct {
			actor  identity.Actor
			hidden bool
		}{"who wrote it": {owner, false}, "another reader": {reader, true}, "the operator": {operator, false}} {
			rep := d.seen(tc.actor, q.ID)
			if rep.CostHidden != tc.hidden || (len(rep.Costs)+len(rep.Request.Costs) == 0) != tc.hidden || (rep.Line.Cost == nil) != tc.hidden {
				t.Errorf("%s: hidden %v, costs %v, line %v", name, rep.CostHidden, rep.Costs, rep.Line.Cost)
			}
			data, err := json.Marshal(rep)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), "6000") == tc.hidden {
				t.Errorf("%s: %s", name, data)
			}
			c, err := d.service.CompareSubmissions(ctx, tc.actor, q.ID, 0, 0)
			if err != nil || c.CostHidden != tc.hidden || (len(c.Is.Costs) == 0) != tc.hidden {
				t.Errorf("%s compares %+v, %v", name, c, err)
			}
		}
	})
}

func TestRequestLinks(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		d.newProject("P1")
		a := d.newRequest(operator, "A", StepSubmit)
		in := asked("B")
		in.Requires, in.Excludes = []string{"r-2026-001"}, []string{"P1"}
		b, err := d.service.CreateRequest(ctx, operator, d.roadmap.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		rep := d.seen(operator, b.ID)
		if len(rep.Requires) != 1 || rep.Requires[0].Name != "A" || len(rep.Excludes) != 1 || rep.Excludes[0].Code != "P1" {
			t.Errorf("requires %v, excludes %v", rep.Requires, rep.Excludes)
		}
		if by := d.seen(operator, a.ID).RequiredBy; len(by) != 1 || by[0].Name != "B" {
			t.Errorf("A is required by %v", by)
		}
		circle := asked("A")
		circle.Requires = []string{b.Code()}
		_, err = d.service.UpdateRequest(ctx, operator, a.ID, a.Version, circle)
		if fields(err) != "requires" {
			t.Errorf("a circle: %v", err)
		}
		for name, codes := range map[string][]string{"itself": {a.Code()}, "nothing": {"X-9"}} {
			circle.Requires = codes
			if _, err = d.service.UpdateRequest(ctx, operator, a.ID, a.Version, circle); fields(err) != "requires" {
				t.Errorf("it requires %s: %v", name, err)
			}
		}
		reader := d.as(d.account("Camille"), identity.RoleReader)
		circle.Requires = []string{b.Code()} // a draft of somebody else's
		if _, err = d.service.CreateRequest(ctx, reader, d.roadmap.ID, circle); fields(err) != "requires" {
			t.Errorf("it requires what its requester does not see: %v", err)
		}
	})
}

func TestRenunciations(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		manager, reader := d.as(d.account("Maud"), identity.RoleRoadmapManager), d.as(d.account("Paul"), identity.RoleReader)
		later := d.step(operator, d.newRequest(operator, "Plus tard", StepSubmit), StepDefer, "2026-12-01")
		d.step(operator, d.newRequest(operator, "Non", StepSubmit, StepExamine, StepNominate), StepRefuse, "")
		d.newRequest(operator, "Retirée", StepSubmit, StepWithdraw)
		d.newRequest(operator, "En cours", StepSubmit)
		_, err := d.service.StepRequest(ctx, manager, later.ID, later.Version, StepInput{Step: StepDefer, Reason: "Encore"})
		expectFault(t, err, fault.KindConflict, "request.no_step")
		list, err := d.service.Renunciations(ctx, reader, d.roadmap.ID, RequestFilter{}, day("2026-12-01"))
		if err != nil || len(list.Lines) != 3 || list.Due != 1 {
			t.Fatalf("register: %+v, %v", list, err)
		}
		for on, want := range map[string]int{"2026-11-30": 0, "2026-12-01": 1} {
			if n, err := d.service.DueRequests(ctx, manager, d.roadmap.ID, day(on)); err != nil || n != want {
				t.Errorf("on %s are due %d, %v, want %d", on, n, err, want)
			}
			if n, err := d.service.DueRequests(ctx, reader, d.roadmap.ID, day(on)); err != nil || n != 0 {
				t.Errorf("on %s a reader is reminded of %d, %v", on, n, err)
			}
		}
		for _, tc := range []struct{ from, until string }{{"2026-11-03", ""}, {"", "2026-11-01"}} {
			list, err := d.service.Renunciations(ctx, reader, d.roadmap.ID, RequestFilter{From: day(tc.from), Until: day(tc.until)}, day("2026-12-01"))
			if err != nil || len(list.Lines) != 0 {
				t.Errorf("from %q until %q are %d, %v", tc.from, tc.until, len(list.Lines), err)
			}
		}
		again := d.step(manager, later, StepReconsider, "")
		if again.State != RequestExamined || again.Reason != "" || !again.ReconsiderOn.IsZero() {
			t.Errorf("looked at again: %+v", again)
		}
		_, err = d.service.StepRequest(ctx, manager, again.ID, again.Version, StepInput{Step: StepRefuse, Reason: "Non", ReconsiderOn: day("2026-11-01"), Today: day("2026-11-02")})
		if fields(err) != "reconsider_on" {
			t.Errorf("to be looked at again yesterday: %v", err)
		}
	})
}

func TestRequestOutcome(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1")
		q := d.newRequest(operator, "Guichet", StepSubmit, StepExamine, StepNominate)
		apply := func(in RequestOutcome) (Request, error) {
			var out Request
			err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
				out, err = ApplyRequestOutcome(ctx, tx, "user:7", in, at)
				return err
			})
			return out, err
		}
		_, err := apply(RequestOutcome{Request: q.ID, Step: StepSelect})
		expectFault(t, err, fault.KindInvalid, "baseline.needs_decision")
		_, err = apply(RequestOutcome{Request: q.ID, Step: StepExamine, Decision: 3})
		expectFault(t, err, fault.KindConflict, "request.no_step")
		if _, err = apply(RequestOutcome{Request: q.ID, Step: StepDefer, Decision: 3}); fields(err) != "reason" {
			t.Errorf("deferred without a reason: %v", err)
		}
		got, err := apply(RequestOutcome{Request: q.ID, Step: StepSelect, Decision: 3, Label: "D-2026-003", Project: p})
		if err != nil || got.State != RequestSelected || got.ProjectID != p {
			t.Fatalf("selected: %+v, %v", got, err)
		}
		_, err = apply(RequestOutcome{Request: q.ID, Step: StepSelect, Decision: 4, Project: p})
		expectFault(t, err, fault.KindConflict, "request.no_step")
		rep := d.seen(operator, q.ID)
		if last := rep.Events[len(rep.Events)-1]; last.DecisionLabel != "D-2026-003" || last.Actor != "user:7" || rep.Project.Code != "P1" || len(rep.Steps) != 0 && rep.Steps[0].Step != StepReturn {
			t.Errorf("its page: %+v", rep)
		}
		got, err = apply(RequestOutcome{Request: q.ID, Step: StepReturn, Decision: 4, Label: "D-2026-004", Reason: "Annulée"})
		if err != nil || got.State != RequestCandidate || got.ProjectID != 0 || got.DecisionLabel != "D-2026-004" {
			t.Errorf("returned: %+v, %v", got, err)
		}
	})
}

// TestRequestNeighbours holds that another organisation's requests read like none, and that a grant on a project shows none of its roadmap's.
func TestRequestNeighbours(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		home, away := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p := home.newProject("P1")
		q := home.newRequest(operator, "Guichet", StepSubmit)
		u := home.account("Camille")
		narrow := identity.SignedIn(u.ID, "Camille", identity.Grant{OrganisationID: home.org.ID, UserID: u.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeProject, SubjectID: int64(p)})
		for name, actor := range map[string]identity.Actor{"a neighbour": away.as(away.account("Paul"), identity.RoleRoadmapManager), "with one project": narrow} {
			_, err := home.service.Request(ctx, actor, q.ID)
			expectFault(t, err, fault.KindNotFound, "request.not_found")
			_, err = home.service.UpdateRequest(ctx, actor, q.ID, q.Version, asked("X"))
			expectFault(t, err, fault.KindNotFound, "request.not_found")
			_, err = home.service.CreateRequest(ctx, actor, home.roadmap.ID, asked("X"))
			expectFault(t, err, fault.KindNotFound, "roadmap.not_found")
			hits, err := home.service.Similar(ctx, actor, home.roadmap.ID, SimilarQuery{Title: "Guichet"})
			expectFault(t, err, fault.KindNotFound, "roadmap.not_found")
			if len(hits) != 0 {
				t.Errorf("%s finds %v", name, hits)
			}
		}
		if _, err := home.service.Request(ctx, identity.Actor{}, q.ID); fault.KindOf(err) != fault.KindUnauthenticated {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestSimilar(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		owner, reader := d.as(d.account("Camille"), identity.RoleReader), d.as(d.account("Paul"), identity.RoleReader)
		if _, err := d.service.AddProjects(ctx, operator, d.roadmap.ID, []ProjectInput{{Project: Project{Code: "P1", Name: "Guichet des démarches en ligne"}}, {Project: Project{Code: "P2", Name: "Second site de secours"}}}); err != nil {
			t.Fatal(err)
		}
		q := d.newRequest(owner, "Démarches en ligne")
		for name, tc := range map[string]struct {
			actor  identity.Actor
			except RequestID
			want   int
		}{"another reader": {reader, 0, 1}, "who wrote the draft": {owner, 0, 2}, "the draft itself": {owner, q.ID, 1}} {
			hits, err := d.service.Similar(ctx, tc.actor, d.roadmap.ID, SimilarQuery{Title: "Les démarches en ligne", Except: tc.except})
			if err != nil || len(hits) != tc.want {
				t.Errorf("%s finds %v, %v, want %d", name, hits, err, tc.want)
			}
		}
	})
}

func TestRequestPerson(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		u := d.account("Camille")
		owner, manager := d.as(u, identity.RoleReader), d.as(d.account("Maud"), identity.RoleRoadmapManager)
		q := d.step(owner, d.newRequest(owner, "Guichet"), StepSubmit, "")
		draft := d.newRequest(owner, "Brouillon")
		data, err := PersonalData(ctx, db.Read(), owner, u)
		if err != nil {
			t.Fatal(err)
		}
		if got := data.(PersonRecord).Requests; len(got) != 3 || got[0].Role != "requester" || got[1].Role != "requested_by" || got[2].Title != "Brouillon" {
			t.Errorf("told: %+v", got)
		}
		if err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return ErasePerson(ctx, tx, u, "Personne 1") }); err != nil {
			t.Fatal(err)
		}
		rep := d.seen(manager, q.ID)
		if rep.Request.RequestedBy != "Personne 1" || rep.Request.RequesterID != 0 || rep.Request.Version == q.Version {
			t.Errorf("erased: %+v", rep.Request)
		}
		if c, err := d.service.CompareSubmissions(ctx, manager, q.ID, 0, 0); err != nil || c.Is.RequestedBy != "Personne 1" {
			t.Errorf("submitted by %q, %v", c.Is.RequestedBy, err)
		}
		if rep := d.seen(manager, draft.ID); !rep.Editable {
			t.Error("nobody looks after the draft of somebody who is gone")
		}
	})
}

func TestSkillsAndPlans(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		manager, reader := d.as(d.account("Maud"), identity.RoleRoadmapManager), d.as(d.account("Paul"), identity.RoleReader)
		s := d.service
		dev, err := s.SaveSkill(ctx, manager, Skill{OrganisationID: d.org.ID, Code: "DEV", Name: "Développement"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SaveSkill(ctx, reader, Skill{OrganisationID: d.org.ID, Code: "DROIT", Name: "Droit"})
		expectFault(t, err, fault.KindForbidden, "permission.denied")
		_, err = s.SaveSkill(ctx, manager, Skill{OrganisationID: d.org.ID, Code: "DEV", Name: "Autre"})
		expectFault(t, err, fault.KindConflict, "skill.code.taken")
		renamed := dev
		renamed.Name = "Développement logiciel"
		if _, err = s.SaveSkill(ctx, manager, renamed); err != nil {
			t.Fatal(err)
		}
		_, err = s.SaveSkill(ctx, manager, renamed)
		expectFault(t, err, fault.KindStale, "skill.stale")

		q1 := civil.Quarter{Year: 2027, Number: 1}
		plan, err := s.Capacities(ctx, reader, d.roadmap.ID)
		if err != nil || len(plan.Quarters) != 12 {
			t.Fatalf("plan %+v, %v", plan, err)
		}
		expectFault(t, s.SaveCapacities(ctx, reader, d.roadmap.ID, plan.Mark, nil), fault.KindForbidden, "permission.denied")
		if err := s.SaveCapacities(ctx, manager, d.roadmap.ID, plan.Mark, []SkillNeed{{dev.ID, q1, 0}, {dev.ID, q1.Add(1), 125}}); err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.SaveCapacities(ctx, manager, d.roadmap.ID, plan.Mark, nil), fault.KindStale, "roadmap.capacities.stale")
		p := d.newProject("P1", estimate("2026-01-01", 10, "2026-01-01", "2027-12-31"))
		needs, err := s.ProjectNeeds(ctx, reader, p, day("2026-11-02"))
		if err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.SaveProjectNeeds(ctx, manager, p, needs.Mark, []SkillNeed{{dev.ID + 1, q1, 5}}), fault.KindNotFound, "skill.not_found")
		if err := s.SaveProjectNeeds(ctx, manager, p, needs.Mark, []SkillNeed{{dev.ID, q1, 5}, {dev.ID, q1.Add(1), 0}}); err != nil {
			t.Fatal(err)
		}
		expectFault(t, s.SaveProjectNeeds(ctx, manager, p, needs.Mark, nil), fault.KindStale, "project.skills.stale")
		r := d.newRequest(operator, "Guichet", StepSubmit, StepExamine)
		if r, err = s.PlanRequestSkills(ctx, manager, r.ID, r.Version, []SkillNeed{{dev.ID, q1.Add(1), 200}}); err != nil || len(r.Skills) != 1 {
			t.Fatalf("planned %+v, %v", r, err)
		}
		rep, err := s.Staffing(ctx, reader, d.roadmap.ID, day("2026-11-02"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range rep.Lines[0].Cells[:4] {
			got = append(got, string(c.State()))
		}
		if strings.Join(got, " ") != "open over contested open" {
			t.Errorf("from the fourth quarter of 2026 on: %v", got)
		}
	})
}
