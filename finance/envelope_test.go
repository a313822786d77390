package finance

import (
	"context"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

func TestEnvelopeValidate(t *testing.T) {
	good := Envelope{RoadmapID: 1, Code: "AP1", Name: "Équipements", Kind: EnvelopeAP, Section: investment}
	for _, tc := range []struct {
		name   string
		change func(*Envelope)
		blames string
	}{
		{"whole", func(*Envelope) {}, ""},
		{"of the organisation", func(e *Envelope) { e.RoadmapID = 0 }, ""},
		{"no code", func(e *Envelope) { e.Code = "" }, "code"},
		{"a code of two lines", func(e *Envelope) { e.Code = "A\nB" }, "code"},
		{"no name", func(e *Envelope) { e.Name = "" }, "name"},
		{"an unknown kind", func(e *Envelope) { e.Kind = "gift" }, "kind"},
		{"an unknown section", func(e *Envelope) { e.Kind, e.Section = EnvelopeAnnual, "X" }, "section"},
		{"an AP of operations", func(e *Envelope) { e.Section = operations }, "section"},
		{"an AE of investment", func(e *Envelope) { e.Kind = EnvelopeAE }, "section"},
		{"a roadmap's envelope without a roadmap", func(e *Envelope) { e.Kind, e.RoadmapID, e.Section = EnvelopeRoadmap, 0, "" }, "kind"},
		{"a roadmap's envelope below another", func(e *Envelope) { e.Kind, e.ParentID, e.Section = EnvelopeRoadmap, 7, "" }, "kind"},
		{"dates turned round", func(e *Envelope) { e.From, e.To = day("2026-01-02"), day("2026-01-01") }, "valid_to"},
	} {
		e := good
		tc.change(&e)
		if got := blamed(e.Validate()); got != tc.blames {
			t.Errorf("%s: blames %q, want %q", tc.name, got, tc.blames)
		}
	}
}

func TestEnvelopeTree(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a"), newDesk(t, db, "b")
		y := d.year(2026)
		root := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap := d.envelope("AP1", EnvelopeAP, investment, root.ID)
		annual := d.envelope("2026-I", EnvelopeAnnual, investment, ap.ID)
		wide, err := d.service.CreateEnvelope(ctx, operator, Envelope{OrganisationID: d.org.ID, Code: "DSI", Name: "Direction", Kind: EnvelopeAnnual})
		if err != nil {
			t.Fatal(err)
		}
		theirs := other.envelope("NUM", EnvelopeRoadmap, "", 0)
		for _, tc := range []struct {
			name string
			e    Envelope
			want string
		}{
			{"the same code", Envelope{RoadmapID: d.roadmap.ID, Code: "AP1", Name: "x", Kind: EnvelopeAnnual}, "envelope.code_taken"},
			{"an AP below an AP", Envelope{RoadmapID: d.roadmap.ID, ParentID: ap.ID, Code: "x", Name: "x", Kind: EnvelopeAP, Section: investment}, "envelope.parent_kind"},
			{"operations below investment", Envelope{RoadmapID: d.roadmap.ID, ParentID: ap.ID, Code: "x", Name: "x", Kind: EnvelopeAnnual, Section: operations}, "envelope.parent_section"},
			{"both sections below one", Envelope{RoadmapID: d.roadmap.ID, ParentID: ap.ID, Code: "x", Name: "x", Kind: EnvelopeAnnual}, "envelope.parent_section"},
			{"below one of the organisation", Envelope{RoadmapID: d.roadmap.ID, ParentID: wide.ID, Code: "x", Name: "x", Kind: EnvelopeAnnual}, "input.invalid"},
			{"below one of another organisation", Envelope{RoadmapID: d.roadmap.ID, ParentID: theirs.ID, Code: "x", Name: "x", Kind: EnvelopeAnnual}, "envelope.not_found"},
			{"of an unknown roadmap", Envelope{RoadmapID: 999, Code: "x", Name: "x", Kind: EnvelopeAnnual}, "roadmap.not_found"},
		} {
			if _, err := d.service.CreateEnvelope(ctx, operator, tc.e); soleKey(err) != tc.want {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}

		rep, err := d.service.EnvelopesOf(ctx, operator, d.roadmap.ID, noDay)
		if err != nil {
			t.Fatal(err)
		}
		var tree []string
		for _, l := range rep.Envelopes {
			tree = append(tree, "  "[:l.Depth]+l.Code)
		}
		if got := len(tree); got != 3 || tree[0] != "NUM" || tree[1] != " AP1" || tree[2] != "  2026-I" {
			t.Errorf("the tree is %q", tree)
		}
		if rep.Basis != BasisTTC || rep.Currency != money.EUR || rep.Roadmap.Code != "FDR" {
			t.Errorf("the report is of %s in %s %s", rep.Roadmap.Code, rep.Currency, rep.Basis)
		}
		all, err := d.service.Envelopes(ctx, operator, d.org.ID, noDay)
		if err != nil || len(all.Envelopes) != 4 {
			t.Errorf("the organisation has %d envelopes, %v; want 4", len(all.Envelopes), err)
		}

		d.expectFault(d.service.RemoveEnvelope(ctx, operator, ap.ID, ap.Version), fault.KindConflict, "envelope.not_empty")
		ap.Name = "Équipements des collèges"
		renamed, err := d.service.UpdateEnvelope(ctx, operator, ap)
		if err != nil || renamed.Version != 2 {
			t.Errorf("renamed: %+v, %v", renamed, err)
		}
		_, err = d.service.UpdateEnvelope(ctx, operator, ap)
		d.expectFault(err, fault.KindStale, "envelope.stale")
		renamed.Kind, renamed.ParentID = EnvelopeAnnual, root.ID
		_, err = d.service.UpdateEnvelope(ctx, operator, renamed)
		d.expectFault(err, fault.KindConflict, "envelope.children")
		d.book(voted(ActBP, credits(annual, y, investment), 100))
		annual.ParentID = root.ID
		_, err = d.service.UpdateEnvelope(ctx, operator, annual)
		d.expectFault(err, fault.KindConflict, "envelope.in_use")
		if err := d.service.RemoveEnvelope(ctx, operator, wide.ID, wide.Version); err != nil {
			t.Errorf("an envelope that nothing names: %v", err)
		}
	})
}

// TestProgramme is the worked example E2: an authorisation of 3 M€, of whose first year 150 000 were moved to the second one.
func TestProgramme(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1", "P2", "P3")
		y25, y26, y27 := d.year(2025), d.year(2026), d.year(2027)
		root := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap := d.envelope("AP1", EnvelopeAP, investment, root.ID)
		d.book(voted(ActCreate, authority(ap), euros(3_000_000)))
		phasing := voted(ActBP, credits(ap, y25, investment), euros(600_000))
		phasing.Lines = append(phasing.Lines, ActLine{credits(ap, y26, investment), euros(1_400_000)}, ActLine{credits(ap, y27, investment), euros(1_000_000)})
		phasing.On = day("2025-01-15")
		d.book(phasing)
		d.allot("P1", BudgetLine{ap.ID, y25, investment, CategoryBuild, euros(500_000)}, BudgetLine{root.ID, y25, operations, CategoryRun, euros(10)})
		d.allot("P2", BudgetLine{ap.ID, y26, investment, CategoryBuild, euros(1)}) // what it mandated in 2025 came from where it has its budget
		mandate := func(project string, section string, amount money.Amount) {
			d.newPosting(func(p *Posting) { p.DocOn, p.Section, p.Amount = day("2025-06-01"), section, amount }, Allocation{ProjectID: d.projects[project], Amount: amount, Method: MethodManual})
		}
		mandate("P1", investment, euros(430_000))
		mandate("P2", investment, euros(20_000))
		mandate("P1", operations, euros(7)) // not of the authorisation
		mandate("P3", investment, euros(99_999))
		report := func(on string) EnvelopeLine {
			rep, err := d.service.EnvelopesOf(ctx, operator, d.roadmap.ID, day(on))
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range rep.Envelopes {
				if l.ID != ap.ID {
					continue
				}
				told := false
				for _, f := range rep.Findings {
					told = told || f.Code == FindingProgramme
				}
				if told == l.Programme.Holds() {
					t.Errorf("on %q the programme ties: %v, the findings are %v", on, l.Programme.Holds(), rep.Findings)
				}
				return l
			}
			return EnvelopeLine{}
		}
		if l := report("2026-11-02"); l.Programme.MandatedPast != euros(450_000) || l.Programme.Credits != euros(2_400_000) || l.Programme.Difference != euros(150_000) {
			t.Errorf("before the vote: %+v, want 150 000 to be phased anew", l.Programme)
		}
		rephase := voted(ActDM, credits(ap, y25, investment), -euros(150_000))
		rephase.Reference, rephase.On = "Lissage", day("2026-05-04")
		rephase.Lines = append(rephase.Lines, ActLine{credits(ap, y26, investment), euros(150_000)})
		// Less would be voted for 2025 than is allotted: told, as the organisation only warns.
		if got := d.book(rephase); len(got.Findings) != 2 || got.Findings[0].Code != FindingOverVotes {
			t.Errorf("findings of the vote: %+v, want one of the authorisation and one of the roadmap", got.Findings)
		}
		d.allot("P1", BudgetLine{ap.ID, y25, investment, CategoryBuild, euros(430_000)})
		if l := report("2026-11-02"); !l.Programme.Holds() || l.Programme.Credits != euros(2_550_000) || l.Authorised != euros(3_000_000) {
			t.Errorf("after the vote: %+v, want 3 000 000 phased to the cent", l.Programme)
		}
		if l := report("2025-12-31"); l.Programme.MandatedPast != 0 || l.Programme.Credits != euros(3_000_000) {
			t.Errorf("while 2025 runs: %+v, want its credits, not what it mandated", l.Programme)
		}
	})
}

// TestDivide divides what projects mandated among the envelopes of their budgets, to the cent.
func TestDivide(t *testing.T) {
	budgets := []spread{
		{1, 10, 2025, investment, 200}, {1, 11, 2025, investment, 100}, {1, 12, 2025, operations, 50},
		{2, 10, 2026, investment, 5},
		{3, 11, 2025, investment, 0},
	}
	at := func(e EnvelopeID, y int64, s string) Allotment { return Allotment{e, y, s} }
	for _, tc := range []struct {
		name     string
		mandated spread
		want     allotments
	}{
		{"by the lines of the year and section", spread{ProjectID: 1, YearID: 2025, Section: investment, Amount: 1000}, allotments{at(10, 2025, investment): 667, at(11, 2025, investment): 333}},
		{"less than nothing", spread{ProjectID: 1, YearID: 2025, Section: investment, Amount: -1000}, allotments{at(10, 2025, investment): -667, at(11, 2025, investment): -333}},
		{"by the section in another year", spread{ProjectID: 1, YearID: 2026, Section: operations, Amount: 10}, allotments{at(12, 2026, operations): 10}},
		{"by the year without a section", spread{ProjectID: 1, YearID: 2025, Section: "", Amount: 350}, allotments{at(10, 2025, ""): 200, at(11, 2025, ""): 100, at(12, 2025, ""): 50}},
		{"by whatever it has", spread{ProjectID: 2, YearID: 2024, Section: operations, Amount: 9}, allotments{at(10, 2024, operations): 9}},
		{"of a project that has nothing", spread{ProjectID: 3, YearID: 2025, Section: investment, Amount: 9}, allotments{}},
		{"of an unknown project", spread{ProjectID: 9, YearID: 2025, Section: investment, Amount: 9}, allotments{}},
	} {
		got := allotments{}
		newDivider(budgets).divide(tc.mandated, got)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
		for k, want := range tc.want {
			if got[k] != want {
				t.Errorf("%s: %v of %v, want %v", tc.name, got[k], k, want)
			}
		}
	}
}

func TestEnvelopeRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", "P1"), newDesk(t, db, "b")
		s, y := d.service, d.year(2026)
		e, second := d.envelope("NUM", EnvelopeRoadmap, "", 0), d.envelope("X", EnvelopeAnnual, "", 0)
		wide, err := s.CreateEnvelope(ctx, operator, Envelope{OrganisationID: d.org.ID, Code: "DSI", Name: "Direction", Kind: EnvelopeAnnual})
		if err != nil {
			t.Fatal(err)
		}
		d.book(voted(ActBP, credits(e, y, operations), 1000))
		d.book(voted(ActBP, credits(wide, y, operations), 1000))
		const read, edit, wideRead, wideEdit, list, draw, whole = 0, 1, 2, 3, 4, 5, 6 // columns of the table below
		type use struct {
			name   string
			column int
			do     func(a identity.Actor) error
		}
		of := func(e Envelope, read, edit int) []use {
			return []use{
				{"look at " + e.Code, read, func(a identity.Actor) error { _, err := s.Envelope(ctx, a, e.ID); return err }},
				{"list movements of " + e.Code, read, func(a identity.Actor) error { _, err := s.Movements(ctx, a, e.ID); return err }},
				{"vote of " + e.Code, edit, func(a identity.Actor) error {
					_, err := s.BookAct(ctx, a, voted(ActDM, credits(e, y, operations), 1))
					return err
				}},
				{"reverse of " + e.Code, edit, func(a identity.Actor) error {
					_, err := s.ReverseMovement(ctx, a, d.book(voted(ActDM, credits(e, y, operations), 1)).Movements[0].ID, "Essai")
					return err
				}},
				{"transfer from " + e.Code, edit, func(a identity.Actor) error {
					_, err := s.BookTransfer(ctx, a, TransferInput{From: e.ID, To: second.ID, YearID: y, Section: operations, Authorisation: AuthorisationCP, Amount: 1, Reference: "r", On: day("2026-04-01")})
					return err
				}},
				{"draft provisional credits of " + e.Code, edit, func(a identity.Actor) error {
					_, err := s.DraftProvisional(ctx, a, e.ID, y, 1)
					if soleKey(err) == "envelope.no_year_before" { // got past the door
						return nil
					}
					return err
				}},
				{"rename " + e.Code, edit, func(a identity.Actor) error {
					held, err := findEnvelope(ctx, db.Read(), e.ID)
					if err == nil {
						_, err = s.UpdateEnvelope(ctx, a, held)
					}
					return err
				}},
			}
		}
		uses := append(of(e, read, edit), of(wide, wideRead, wideEdit)...)
		uses = append(uses, []use{
			{"report of the roadmap", list, func(a identity.Actor) error { _, err := s.EnvelopesOf(ctx, a, d.roadmap.ID, noDay); return err }},
			{"create", draw, func(a identity.Actor) error {
				_, err := s.CreateEnvelope(ctx, a, Envelope{RoadmapID: d.roadmap.ID, Code: "E-" + a.Name, Name: "x", Kind: EnvelopeAnnual})
				return err
			}},
			{"report of the organisation", whole, func(a identity.Actor) error { _, err := s.Envelopes(ctx, a, d.org.ID, noDay); return err }},
		}...)
		const ok, denied, unseen, nobody = "", "permission.denied", "not found", "permission.nobody"
		for _, who := range []struct {
			name  string
			actor identity.Actor
			want  [7]string
		}{
			{"finance", d.as(identity.RoleFinance, "Odile"), [7]string{}},
			{"roadmap manager", d.as(identity.RoleRoadmapManager, "Rémi"), [7]string{}},
			{"manager of the roadmap alone", d.asOf(identity.RoleRoadmapManager, "Rose", ""), [7]string{ok, ok, unseen, unseen, ok, ok, unseen}},
			{"committee member", d.as(identity.RoleCommitteeMember, "Élu"), [7]string{ok, denied, ok, denied, ok, denied, ok}},
			{"administrator", d.as(identity.RoleAdministrator, "Ada"), [7]string{ok, denied, ok, denied, ok, denied, ok}},
			{"manager of a project", d.asOf(identity.RoleProjectManager, "Paul", "P1"), [7]string{unseen, unseen, unseen, unseen, unseen, unseen, unseen}},
			{"reader", d.as(identity.RoleReader, "Lise"), [7]string{unseen, unseen, unseen, unseen, denied, denied, unseen}},
			{"finance elsewhere", other.as(identity.RoleFinance, "Omar"), [7]string{unseen, unseen, unseen, unseen, unseen, unseen, unseen}},
			{"nobody", identity.Actor{}, [7]string{nobody, nobody, nobody, nobody, nobody, nobody, nobody}},
		} {
			for _, u := range uses {
				err := u.do(who.actor)
				got := soleKey(err)
				if err != nil && fault.KindOf(err) == fault.KindNotFound {
					got = unseen
				}
				if got != who.want[u.column] {
					t.Errorf("%s, %s: %v, want %q", who.name, u.name, err, who.want[u.column])
				}
			}
		}
		lise := d.as(identity.RoleReader, "Lise")
		_, hidden := s.Envelope(ctx, lise, e.ID)
		_, unknown := s.Envelope(ctx, lise, 9999)
		if fault.As(hidden).Key != fault.As(unknown).Key {
			t.Errorf("what may not be read says %v, what is not there %v", hidden, unknown)
		}
	})
}
