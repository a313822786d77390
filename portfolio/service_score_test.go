package portfolio

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/scoring"
)

// person makes an account with a role in the whole organisation.
func (d *desk) person(name string, role identity.Role) identity.Actor {
	d.Helper()
	u, _, err := identity.New(d.db, fixedClock).AddUser(context.Background(), operator, identity.UserInput{OrganisationID: d.org.ID, Email: strings.ToLower(name) + "@" + d.org.Code + ".example", Name: name,
		Password: "un mot de passe assez long"})
	if err != nil {
		d.Fatal(err)
	}
	return identity.SignedIn(u.ID, name, identity.Grant{OrganisationID: d.org.ID, UserID: u.ID, Role: role, Scope: identity.ScopeOrganisation})
}

// twoByTwo is a grid in use with two criteria of value, A at 60 % and B at 40 %, and one of capability, C, with its gate at level 1.
func (d *desk) twoByTwo() Grid {
	d.Helper()
	ctx := context.Background()
	g, err := d.service.DraftGrid(ctx, operator, d.roadmap.ID, GridInput{Template: TemplateBlank, Name: "Essai"})
	if err != nil {
		d.Fatal(err)
	}
	for i, code := range []string{"A", "B", "C"} {
		c := Criterion{Code: code, Name: "Critère " + code, Kind: scoring.KindValue, Levels: fourLevels()}
		if code == "C" {
			c.Kind, c.Gate = scoring.KindCapability, 1
		}
		if err := d.service.SaveCriterion(ctx, operator, g.ID, int64(i)+1, c); err != nil {
			d.Fatal(err)
		}
	}
	if err := d.service.WeighDirectly(ctx, operator, g.ID, 4, []int64{60, 40}); err != nil {
		d.Fatal(err)
	}
	if err := d.service.ActivateGrid(ctx, operator, g.ID, 5); err != nil {
		d.Fatal(err)
	}
	return d.grid(g.ID)
}

func fourLevels() []GridLevel {
	return []GridLevel{{"D", "rien"}, {"C", "un peu"}, {"B", "beaucoup"}, {"A", "tout"}}
}

func (d *desk) grid(id GridID) Grid {
	d.Helper()
	g, _, err := d.service.Grid(context.Background(), operator, id)
	if err != nil {
		d.Fatal(err)
	}
	return g
}

// sheetOf gives what an actor gave a candidate.
func (d *desk) sheetOf(a identity.Actor, of Subject) ScoreSheet {
	d.Helper()
	s, err := d.service.ScoreSheet(context.Background(), a, d.roadmap.ID, of)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

// give submits levels by the codes of criteria: "A3 B1".
func (d *desk) give(a identity.Actor, of Subject, levels string) error {
	d.Helper()
	return d.save(a, of, levels, true)
}

func (d *desk) save(a identity.Actor, of Subject, levels string, submit bool) error {
	d.Helper()
	sheet := d.sheetOf(a, of)
	in := ScoreInput{Subject: of, Grid: sheet.Grid.ID, Version: sheet.Version, Submit: submit}
	for word := range strings.FieldsSeq(levels) {
		i := slices.IndexFunc(sheet.Grid.Criteria, func(c Criterion) bool { return c.Code == word[:1] })
		in.Marks = append(in.Marks, Mark{Criterion: sheet.Grid.Criteria[i].ID, HasLevel: true, Level: int64(word[1] - '0'), Evidence: "constat de " + a.Label})
	}
	return d.service.SaveScores(context.Background(), a, d.roadmap.ID, in)
}

func (d *desk) ranking() string {
	d.Helper()
	r, err := d.service.Ranking(context.Background(), operator, d.roadmap.ID, RankingQuery{})
	if err != nil {
		d.Fatal(err)
	}
	out := ""
	for _, l := range r.Lines {
		out += fmt.Sprintf("%s:%d:%d ", l.Code, l.Rank, l.Points)
	}
	return out
}

// TestBlindScores follows two scorers: nobody sees anything of the other before both have submitted, values included.
func TestBlindScores(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		d.newProject("P2", estimate("2026-01-01", 10, "", ""))
		d.twoByTwo()
		anne, paul, zoe := d.person("Anne", identity.RoleProjectManager), d.person("Paul", identity.RoleFinance), d.person("Zoe", identity.RoleCommitteeMember)
		if err := d.give(anne, p, "A3 B3"); err != nil {
			t.Fatal(err)
		}
		for _, l := range d.sheetOf(paul, p).Lines {
			if len(l.Others) > 0 || l.State != MarkOpen {
				t.Errorf("Paul sees %v of Anne's scores of %s", l.Others, l.Criterion.Code)
			}
		}
		if got := d.ranking(); got != "P1:0:0 P2:0:0 " {
			t.Errorf("one scorer alone: %s", got)
		}
		if err := d.save(paul, p, "A0", false); err != nil { // a draft
			t.Fatal(err)
		}
		if err := d.give(zoe, p, "B2"); err != nil {
			t.Fatal(err)
		}
		// B is complete, but Paul has begun A and sees nothing before he submits.
		for _, l := range d.sheetOf(paul, p).Lines {
			if len(l.Others) > 0 {
				t.Errorf("Paul, who still scores, sees %v", l.Others)
			}
		}
		if got := d.sheetOf(anne, p).Lines[1].Others; len(got) != 1 || got[0].Scorer != "Zoe" || got[0].Level != 2 {
			t.Errorf("Anne sees %v of B", got)
		}
		if err := d.give(paul, p, "A0"); err != nil {
			t.Fatal(err)
		}
		if got := d.ranking(); got != "P1:1:633 P2:0:0 " { // 0.6 · 1.5/3 + 0.4 · 2.5/3
			t.Errorf("all submitted: %s", got)
		}
		if got := d.sheetOf(paul, p).Lines; got[0].State != MarkSubmitted || len(got[0].Others) != 1 || got[1].State != MarkClosed || len(got[1].Others) != 2 {
			t.Errorf("Paul's sheet: %+v", got)
		}
		err := d.give(paul, p, "B1")
		expectFault(t, err, fault.KindInvalid, "input.invalid")
		if f := fault.As(err); f == nil || f.Fields[0].Key != "score.closed" {
			t.Errorf("a third scorer: %v", err)
		}
		desk, err := d.service.ScoreDesk(ctx, paul, d.roadmap.ID)
		if err != nil || desk.Left != 4 || desk.Gaps != 2 || desk.Lines[0].Code != "P2" || desk.Lines[1].Left() != 1 || desk.Lines[1].Alone != 0 {
			t.Errorf("Paul's desk: %+v %v", desk, err)
		}
	})
}

// TestScoresAreCorrectedAndSettled: a correction leaves the first score in the books, a settled level holds against both.
func TestScoresAreCorrectedAndSettled(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		g := d.twoByTwo()
		anne, paul, chief := d.person("Anne", identity.RoleProjectManager), d.person("Paul", identity.RoleFinance), d.person("Ines", identity.RoleRoadmapManager)
		for who, levels := range map[string]string{"Anne": "A3 B3 C0", "Paul": "A0 B2 C1"} {
			if err := d.give(map[string]identity.Actor{"Anne": anne, "Paul": paul}[who], p, levels); err != nil {
				t.Fatal(err)
			}
		}
		gaps, err := d.service.Disagreements(ctx, chief, d.roadmap.ID, true)
		if err != nil || len(gaps) != 3 || gaps[0].Criterion.Code != "A" || gaps[0].Levels != 3 || gaps[0].Points != 600 || gaps[1].Criterion.Code != "B" || !gaps[2].AcrossGate {
			t.Fatalf("gaps: %+v %v", gaps, err)
		}
		if err := d.give(paul, p, "A1"); err != nil {
			t.Fatal(err)
		}
		in := SettleInput{Subject: p, Criterion: g.Criteria[0].ID, Level: 2, Reason: "Vu ensemble", Version: gaps[0].Version}
		expectFault(t, d.service.Settle(ctx, chief, d.roadmap.ID, in), fault.KindStale, "settlement.stale")
		gaps, err = d.service.Disagreements(ctx, chief, d.roadmap.ID, true)
		if err != nil || gaps[0].Levels != 2 || len(gaps[0].Replaced) != 1 || gaps[0].Replaced[0].Level != 0 {
			t.Fatalf("after the correction: %+v %v", gaps, err)
		}
		in.Version = gaps[0].Version
		expectFault(t, d.service.Settle(ctx, anne, d.roadmap.ID, in), fault.KindForbidden, "permission.denied")
		if err := d.service.Settle(ctx, chief, d.roadmap.ID, SettleInput{Subject: p, Criterion: in.Criterion, Level: 9, Version: in.Version}); fields(err) != "level reason" {
			t.Errorf("a level that there is not, without a reason: %v", err)
		}
		if err := d.service.Settle(ctx, chief, d.roadmap.ID, in); err != nil {
			t.Fatal(err)
		}
		if entry, details := d.trail(); entry != fmt.Sprintf("score.settle project %d", p.Project) || details["level"] != "B" || details["reason"] != "Vu ensemble" {
			t.Errorf("trail = %s %v", entry, details)
		}
		if got := d.ranking(); got != "P1:1:733 " { // 0.6 · 2/3 + 0.4 · 2.5/3
			t.Errorf("settled: %s", got)
		}
		err = d.give(anne, p, "A1")
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "score.settled" {
			t.Errorf("a correction of what is settled: %v", err)
		}
		r, err := d.service.Ranking(ctx, chief, d.roadmap.ID, RankingQuery{})
		if err != nil || r.Ranked != 1 || r.Ready != 0 || r.Lines[0].Ready() || r.Lines[0].Kept != nil { // the mean of C is below its gate
			t.Errorf("ranking: %+v %v", r, err)
		}
		values, err := d.service.values(ctx, db.Read(), d.roadmap)
		if err != nil || fmt.Sprint(values[p]) != "{733 true [Critère C]}" {
			t.Errorf("values: %v %v", values, err)
		}
	})
}

func TestScoresAreRefused(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", nil), newDesk(t, db, "b", nil)
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		theirs := Subject{Project: other.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		anne, reader, stranger := d.person("Anne", identity.RoleProjectManager), d.person("Rose", identity.RoleReader), other.person("Paul", identity.RoleFinance)
		if sheet := d.sheetOf(anne, p); sheet.Grid.ID != 0 || len(sheet.Lines) != 0 {
			t.Errorf("without a grid: %+v", sheet)
		}
		if got := d.ranking(); got != "P1:0:0 " {
			t.Errorf("without a grid: %s", got)
		}
		g := d.twoByTwo()
		good := ScoreInput{Subject: p, Grid: g.ID, Version: 1, Submit: true, Marks: []Mark{{g.Criteria[0].ID, true, 2, "vu"}}}
		with := func(change func(*ScoreInput)) ScoreInput {
			in := good
			in.Marks = slices.Clone(good.Marks)
			change(&in)
			return in
		}
		for _, tc := range []struct {
			name  string
			actor identity.Actor
			in    ScoreInput
			kind  fault.Kind
			key   string // of the first field where there are fields
		}{
			{"nobody", identity.Actor{}, good, fault.KindUnauthenticated, "permission.nobody"},
			{"a reader", reader, good, fault.KindForbidden, "permission.denied"},
			{"somebody of another organisation", stranger, good, fault.KindNotFound, "roadmap.not_found"},
			{"who runs the program is no person", operator, good, fault.KindForbidden, "score.needs_account"},
			{"another organisation's project", anne, with(func(in *ScoreInput) { in.Subject = theirs }), fault.KindNotFound, "candidate.not_found"},
			{"no subject", anne, with(func(in *ScoreInput) { in.Subject = Subject{} }), fault.KindNotFound, "candidate.not_found"},
			{"an old sheet", anne, with(func(in *ScoreInput) { in.Version = 9 }), fault.KindStale, "score_sheet.stale"},
			{"another grid", anne, with(func(in *ScoreInput) { in.Grid++ }), fault.KindStale, "score_sheet.stale"},
			{"a criterion that there is not", anne, with(func(in *ScoreInput) { in.Marks[0].Criterion = 999 }), fault.KindNotFound, "criterion.not_found"},
			{"a criterion twice", anne, with(func(in *ScoreInput) { in.Marks = append(in.Marks, in.Marks[0]) }), fault.KindInvalid, "score.twice"},
			{"a level that there is not", anne, with(func(in *ScoreInput) { in.Marks[0].Level = 4 }), fault.KindInvalid, "input.choice"},
			{"no evidence", anne, with(func(in *ScoreInput) { in.Marks[0].Evidence = " \u200b" }), fault.KindInvalid, "score.evidence_required"},
			{"no level", anne, with(func(in *ScoreInput) { in.Marks[0].HasLevel = false }), fault.KindInvalid, "score.level_required"},
			{"nothing", anne, with(func(in *ScoreInput) { in.Marks = nil }), fault.KindConflict, "score.nothing"},
			{"far too much", anne, with(func(in *ScoreInput) { in.Marks[0].Evidence = strings.Repeat("é", maxEvidence+1) }), fault.KindInvalid, "input.too_long"},
		} {
			err := d.service.SaveScores(ctx, tc.actor, d.roadmap.ID, tc.in)
			f := fault.As(err)
			if f == nil {
				t.Errorf("%s: %v", tc.name, err)
				continue
			}
			key := f.Key
			if len(f.Fields) > 0 {
				key = f.Fields[0].Key
			}
			if f.Kind != tc.kind || key != tc.key {
				t.Errorf("%s: %s %s, want %s %s", tc.name, f.Kind, key, tc.kind, tc.key)
			}
		}
		if before := rowCounts(t, db)["score"]; before != 0 {
			t.Errorf("%d scores in the books", before)
		}
		if err := d.service.SaveScores(ctx, anne, d.roadmap.ID, good); err != nil {
			t.Fatal(err)
		}
		expectFault(t, d.service.SaveScores(ctx, anne, d.roadmap.ID, good), fault.KindStale, "score_sheet.stale")
		expectFault(t, d.service.Settle(ctx, operator, d.roadmap.ID, SettleInput{Subject: p, Criterion: g.Criteria[0].ID, Level: 1, Reason: "x", Version: 1}), fault.KindConflict, "score.not_complete")
	})
}

// TestRobustRanking: of three that are ready two are kept, and the one that is below a gate takes no place.
func TestRobustRanking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		anne, paul := d.person("Anne", identity.RoleProjectManager), d.person("Paul", identity.RoleFinance)
		subjects := map[string]Subject{}
		for _, code := range []string{"P1", "P2", "P3", "P4"} {
			subjects[code] = Subject{Project: d.newProject(code, estimate("2026-01-01", 10, "", ""))}
		}
		d.twoByTwo()
		for code, levels := range map[string]string{"P1": "A3 B0 C1", "P2": "A1 B3 C2", "P3": "A3 B3 C0", "P4": "A0 B0 C3"} {
			for _, who := range []identity.Actor{anne, paul} {
				if err := d.give(who, subjects[code], levels); err != nil {
					t.Fatal(err)
				}
			}
		}
		r, err := d.service.Ranking(context.Background(), operator, d.roadmap.ID, RankingQuery{Keep: 1})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, l := range r.Lines {
			kept := money.BasisPoints(-1)
			if l.Kept != nil {
				kept = *l.Kept
			}
			got += fmt.Sprintf("%s %d %d %s %v %v; ", l.Code, l.Rank, l.Points, l.Tie, kept, l.Base)
		}
		const want = "P3 1 1000  -1 false; P1 2 600 value 5300 true; P2 3 600 criterion 4700 false; P4 4 0 value 0 false; "
		if got != want || r.Ready != 3 || r.Keep != 1 || r.Variation.Draws != 1000 {
			t.Errorf("ranking: %s, want %s; %+v", got, want, r)
		}
	})
}
