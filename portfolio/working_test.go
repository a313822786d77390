package portfolio

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/projectfile"
)

// newMilestone books a milestone that was promised for the end of June.
func (d *desk) newMilestone(id ProjectID, code string) int64 {
	d.Helper()
	ctx := context.Background()
	if err := d.service.AddMilestone(ctx, operator, id, day("2026-01-01"), Milestone{Code: code, Name: "Recette " + code, BaselineOn: day("2026-06-30")}); err != nil {
		d.Fatal(err)
	}
	all, err := d.service.Milestones(ctx, operator, id)
	if err != nil {
		d.Fatal(err)
	}
	return all[len(all)-1].ID
}

func (d *desk) milestone(id int64) MilestoneState {
	d.Helper()
	m, _, err := d.service.Milestone(context.Background(), operator, id)
	if err != nil {
		d.Fatal(err)
	}
	return m
}

// project loads a project as it stands.
func (d *desk) project(id ProjectID) Project {
	d.Helper()
	p, err := findProject(context.Background(), d.db.Read(), id)
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// versions are what somebody read of projects just now.
func (d *desk) versions(ids ...ProjectID) map[ProjectID]int64 {
	d.Helper()
	out := map[ProjectID]int64{}
	for _, id := range ids {
		out[id] = d.project(id).Version
	}
	return out
}

// apply changes projects together and gives the change's id.
func (d *desk) apply(c BulkChange, ids ...ProjectID) int64 {
	d.Helper()
	res, err := d.service.ApplyBulk(context.Background(), operator, d.roadmap.ID, d.versions(ids...), c)
	if err != nil {
		d.Fatal(err)
	}
	return res.ID
}

func (d *desk) file(rows ...projectfile.Row) []byte { return file(d, rows...) }

// stage uploads a list of the end of March.
func (d *desk) stage(data []byte) int64 {
	d.Helper()
	id, err := d.service.StageList(context.Background(), operator, d.roadmap.ID, StageInput{FileName: `C:\listes\été.csv`, AsOf: day("2026-03-31"), Data: data})
	if err != nil {
		d.Fatal(err)
	}
	return id
}

// account books an account of the organisation.
func (d *desk) account(name string) identity.User {
	d.Helper()
	u := identity.User{OrganisationID: d.org.ID, Name: name, Email: strings.ToLower(name) + "@exemple.fr"}
	err := d.db.Write().NewRaw(`INSERT INTO user_account (organisation_id, email, email_folded, name, status, created_at) VALUES (?, ?, ?, ?, 'active', ?) RETURNING id`,
		u.OrganisationID, u.Email, u.Email, u.Name, at).Scan(context.Background(), &u.ID)
	if err != nil {
		d.Fatal(err)
	}
	return u
}

// as signs a user in with a role in the whole organisation.
func (d *desk) as(u identity.User, role identity.Role) identity.Actor {
	return identity.SignedIn(u.ID, u.Name, identity.Grant{OrganisationID: d.org.ID, UserID: u.ID, Role: role, Scope: identity.ScopeOrganisation})
}

// trail is the newest audit entry, as "action subject id", with its details.
func (d *desk) trail() (entry string, details map[string]any) {
	d.Helper()
	var text string
	err := d.db.Read().NewRaw("SELECT action || ' ' || subject || ' ' || subject_id, details FROM audit_entry ORDER BY id DESC LIMIT 1").Scan(context.Background(), &entry, &text)
	if err == nil && strings.HasPrefix(text, "{") {
		err = json.Unmarshal([]byte(text), &details)
	}
	if err != nil {
		d.Fatal(err)
	}
	return entry, details
}

// counters are what a cached report is known by.
func (d *desk) counters() (facts, version int64) {
	d.Helper()
	r, err := findRoadmap(context.Background(), d.db.Read(), d.roadmap.ID)
	if err != nil {
		d.Fatal(err)
	}
	return r.FactsVersion, r.Version
}

// atOnce lets works run at the same time and counts how they end: nil by "ok", faults by their keys.
func atOnce(works ...func() error) map[string]int {
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := map[string]int{}
	for _, work := range works {
		wg.Go(func() {
			end := "ok"
			if err := work(); err != nil {
				end = err.Error()
				if f := fault.As(err); f != nil {
					end = f.Key
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out[end]++
		})
	}
	wg.Wait()
	return out
}

// count counts the rows that a condition leaves.
func count(t testing.TB, db *database.DB, table, where string, args ...any) (n int) {
	t.Helper()
	if err := db.Read().NewRaw("SELECT count(*) FROM "+table+" WHERE "+where, args...).Scan(context.Background(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
