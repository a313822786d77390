package portfolio

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

func TestErasePerson(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		name := func(in *RoadmapInput) { in.Roadmap.Manager, in.Roadmap.Sponsor = "Anne", "Annette" }
		home, guest, elsewhere := newDesk(t, db, "a", name), newDesk(t, db, "b", name), newDesk(t, db, "c", name)
		anne := home.account("Anne")
		_, err := db.Write().ExecContext(ctx, `INSERT INTO access_grant (organisation_id, user_id, role, scope, granted_by, created_at) VALUES (?, ?, 'reader', 'organisation', 'test', ?)`, guest.org.ID, anne.ID, at)
		if err != nil {
			t.Fatal(err)
		}
		actor := home.as(anne, identity.RoleRoadmapManager)
		p, untouched := home.newProject("P1", estimate("2026-01-01", 10, "", "")), home.newProject("P2")
		bulk := home.apply(BulkChange{Manager: ref("Anne")}, p)
		if err := home.service.ReportStatus(ctx, actor, p, StatusReport{Period: "2026-02", On: day("2026-02-28"), Summary: "Bien"}); err != nil {
			t.Fatal(err)
		}
		if err := home.service.SaveView(ctx, actor, home.roadmap.ID, SavedView{Name: "Les miens", Query: "manager=Anne"}); err != nil {
			t.Fatal(err)
		}
		data, err := PersonalData(ctx, db.Read(), operator, anne)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"summary":"Bien"`, `{"noun":"roadmap","code":"FDR","name":"Feuille de route","role":"manager"}`, `{"noun":"project","code":"P1","name":"Projet P1","role":"manager"}`, `"query":"manager=Anne"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("personal data without %s: %s", want, text)
			}
		}
		if n := strings.Count(string(text), `"noun":"roadmap"`); n != 2 {
			t.Errorf("%d roadmaps, want those of home and of the grant: %s", n, text)
		}
		// Anybody may bear any name: it shows them no project that they may not read, nor does the account show its administrator what was written elsewhere.
		guestAdmin := identity.SignedIn(anne.ID+1, "x", identity.Grant{OrganisationID: guest.org.ID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation})
		narrow := identity.SignedIn(anne.ID, "Anne", identity.Grant{OrganisationID: home.org.ID, Role: identity.RoleReader, Scope: identity.ScopeProject, SubjectID: int64(untouched)})
		for who, tc := range map[string]struct {
			reader                  identity.Actor
			roadmaps, reports, view int
		}{"oneself": {actor, 1, 1, 1}, "with one project": {narrow, 0, 1, 1}, "an administrator elsewhere": {guestAdmin, 1, 0, 0}} {
			data, err := PersonalData(ctx, db.Read(), tc.reader, anne)
			if err != nil {
				t.Fatal(err)
			}
			got := data.(PersonRecord)
			if n := strings.Count(jsonOf(t, got), `"noun":"roadmap"`); n != tc.roadmaps || len(got.StatusReports) != tc.reports || len(got.Views) != tc.view || (tc.reports == 0 || tc.roadmaps == 0) && strings.Contains(jsonOf(t, got.Responsibilities), "P1") {
				t.Errorf("%s: %s", who, jsonOf(t, got))
			}
		}
		before := map[*desk]int64{}
		for _, d := range []*desk{home, guest, elsewhere} {
			before[d], _ = d.counters()
		}
		read := home.project(p)
		err = db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return ErasePerson(ctx, tx, anne, "Agent 1") })
		if err != nil {
			t.Fatal(err)
		}
		for d, want := range map[*desk]string{home: "Agent 1", guest: "Agent 1", elsewhere: "Anne"} {
			r, err := findRoadmap(ctx, db.Read(), d.roadmap.ID)
			if err != nil || r.Manager != want || r.Sponsor != "Annette" || (r.FactsVersion != before[d]) != (want != "Anne") {
				t.Errorf("roadmap of %s: %+v, %v", d.org.Code, r, err)
			}
		}
		if got := home.project(p); got.Manager != "Agent 1" || home.line("2026-06-30", "P1").Manager != "Agent 1" || home.project(untouched).Version != 1 {
			t.Errorf("project = %+v", got)
		}
		if last, err := home.service.LastStatus(ctx, operator, p); err != nil || last.Author != "Agent 1" || last.Summary != "Bien" {
			t.Errorf("status = %+v, %v", last, err)
		}
		if count(t, db, "saved_view", "1 = 1") != 0 || count(t, db, "bulk_change", "items LIKE '%Anne%' OR change LIKE '%Anne%'") != 0 {
			t.Error("the name is still in views or in changes of projects")
		}
		// A form that was open would write the name back.
		_, err = home.service.UpdateProject(ctx, operator, p, read.Version, ProjectInput{Project: read})
		expectFault(t, err, fault.KindStale, "project.stale")
		if _, err := home.service.Bulk(ctx, operator, bulk); err != nil {
			t.Error(err)
		}
	})
}

// TestErasePersonWithoutName touches no empty field.
func TestErasePersonWithoutName(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := d.newProject("P1")
		facts, version := d.counters()
		err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
			return ErasePerson(ctx, tx, identity.User{ID: 1, OrganisationID: d.org.ID}, "Agent 1")
		})
		if f, v := d.counters(); err != nil || d.project(p).Manager != "" || f != facts || v != version {
			t.Errorf("erased: %v, project %+v, counters %d %d", err, d.project(p), f, v)
		}
	})
}
