package portfolio

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

// TestExportKeepsScorersBlind: what a person holds about another one is no way around the blindness of scoring. The person is told all of their own.
func TestExportKeepsScorersBlind(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		d.twoByTwo()
		laurent, maud := d.person("Laurent", identity.RoleProjectManager), d.person("Maud", identity.RoleRoadmapManager)
		maud = identity.SignedIn(maud.UserID, "Maud", append(maud.Grants(), identity.Grant{OrganisationID: d.org.ID, UserID: maud.UserID, Role: identity.RoleAdministrator, Scope: identity.ScopeOrganisation})...)
		export := func(who identity.Actor) string {
			t.Helper()
			data, err := PersonalData(ctx, db.Read(), who, identity.User{ID: laurent.UserID, OrganisationID: d.org.ID, Name: "Laurent"})
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		check := func(when string, withheld int) {
			t.Helper()
			got := export(maud)
			if n := strings.Count(got, `"withheld":true`); n != withheld {
				t.Errorf("%s: %d withheld, want %d: %s", when, n, withheld, got)
			}
			if n := strings.Count(got, "constat de Laurent"); n != strings.Count(got, `"criterion"`)-withheld {
				t.Errorf("%s: %s", when, got)
			}
			if own := export(laurent); strings.Contains(own, "withheld") || strings.Count(own, "constat de Laurent") != strings.Count(own, `"criterion"`) {
				t.Errorf("%s, oneself: %s", when, own)
			}
		}
		if err := d.give(laurent, p, "A2"); err != nil {
			t.Fatal(err)
		}
		if err := d.save(laurent, p, "B3", false); err != nil {
			t.Fatal(err)
		}
		check("a lone score and a draft", 2)
		if strings.Contains(export(laurent), "0001-01-01") {
			t.Error("a draft has no day of submission")
		}
		if err := d.give(maud, p, "A1"); err != nil {
			t.Fatal(err)
		}
		check("both have submitted", 1)
		if err := d.save(maud, p, "B0", false); err != nil {
			t.Fatal(err)
		}
		check("she has begun others of the candidate", 2)
	})
}

// TestAlignedGapsStay: a correction after both were disclosed does not make it unseen that they differed; one that came before does not count.
func TestAlignedGapsStay(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", nil)
		p := Subject{Project: d.newProject("P1", estimate("2026-01-01", 10, "", ""))}
		d.twoByTwo()
		anne, paul := d.person("Anne", identity.RoleProjectManager), d.person("Paul", identity.RoleFinance)
		for _, g := range []struct {
			who    identity.Actor
			levels string
		}{{anne, "A3 B0"}, {anne, "B2"}, {paul, "A0 B2"}, {paul, "A3"}} {
			if err := d.give(g.who, p, g.levels); err != nil {
				t.Fatal(err)
			}
		}
		open, err := d.service.Disagreements(ctx, operator, d.roadmap.ID, true)
		if err != nil || len(open) != 0 {
			t.Errorf("open: %+v, %v", open, err)
		}
		all, err := d.service.Disagreements(ctx, operator, d.roadmap.ID, false)
		if err != nil || len(all) != 1 || all[0].Criterion.Code != "A" || !all[0].Aligned || all[0].Levels != 3 || len(all[0].Replaced) != 1 || all[0].Replaced[0].Level != 0 {
			t.Errorf("all: %+v, %v", all, err)
		}
	})
}
