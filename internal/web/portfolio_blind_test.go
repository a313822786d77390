package web

import (
	"encoding/csv"
	"regexp"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// aboutCosts are words and signs of pages that speak of costs.
var aboutCosts = regexp.MustCompile(`(?i)€|\bcoût|budg[eé]t|dépassement|\bpoids\b|pondér`)

// TestNothingOfCostsForAReader walks through what a reader without the right to costs may open: costs are absent,
// not dashed out.
func TestNothingOfCostsForAReader(t *testing.T) {
	d := newDesk(t)
	id := d.home.projects[0].ID
	if err := d.portfolio.SetFirstBaseline(t.Context(), operator, id, portfolio.Baseline{On: civil.D(2025, 1, 5), HasCost: true, Cost: 15_000_000, Start: civil.D(2025, 2, 1), End: civil.D(2026, 3, 1)}); err != nil {
		t.Fatal(err)
	}
	if err := d.portfolio.BookEstimate(t.Context(), operator, id, portfolio.Estimate{AsOf: civil.D(2026, 5, 1), HasCost: true, Cost: money.Amount(30_000_000), End: civil.D(2026, 12, 1)}); err != nil {
		t.Fatal(err)
	}
	reader, finance := d.as(identity.RoleReader), d.as(identity.RoleFinance)
	for _, path := range []string{views.RoadmapURL(d.home.roadmap.ID, views.Day{}), d.home.roadmapURL("projects"), d.home.roadmapURL("projects?as_of=2026-03-01"), views.ProjectURL(id, views.Day{})} {
		t.Run(path, func(t *testing.T) {
			page := reader.page(path)
			if found := aboutCosts.FindString(page.One("main").Text()); found != "" {
				t.Errorf("the page says %q: %s", found, around(page.One("main").Text(), found))
			}
			for _, a := range page.All("main a") {
				if href := a.Attr("href"); strings.Contains(href, "cost") || strings.Contains(href, "weight") {
					t.Errorf("a link to %s", href)
				}
			}
			if !aboutCosts.MatchString(finance.page(path).One("main").Text()) {
				t.Error("who may read costs sees none")
			}
		})
	}
	if found := aboutCosts.FindString(reader.page("/").One("main").Text()); found != "" {
		t.Errorf("the list of roadmaps says %q", found)
	}
	for _, q := range []string{"sort=cost", "sort=cost_deviation", "sort=weight", "cost=red", "gap=cost"} {
		if res, _ := reader.get(d.home.roadmapURL("projects?" + q)); res.StatusCode != 422 {
			t.Errorf("%s: %d, want 422", q, res.StatusCode)
		}
		if res, _ := reader.get(d.home.roadmapURL("projects.csv?" + q)); res.StatusCode != 422 {
			t.Errorf("%s as a file: %d, want 422", q, res.StatusCode)
		}
		if res, _ := finance.get(d.home.roadmapURL("projects?" + q)); res.StatusCode != 200 {
			t.Errorf("%s for who may read costs: %d", q, res.StatusCode)
		}
	}
}

func around(text, word string) string {
	at := strings.Index(text, word)
	return text[max(0, at-60):min(len(text), at+60)]
}

func TestExportsHoldWhatTheReaderMaySeeAndAreNoted(t *testing.T) {
	d := newDesk(t)
	path := d.home.roadmapURL("projects.csv")
	for role, columns := range map[identity.Role]int{identity.RoleReader: 11, identity.RoleFinance: 14} {
		res, body := d.as(role).get(path)
		rows, err := csvRows(body)
		if err != nil || res.StatusCode != 200 || len(rows) != 3 || len(rows[0]) != columns {
			t.Errorf("%s: %d, %d rows of %d columns, %v, want 3 of %d", role, res.StatusCode, len(rows), len(rows[0]), err, columns)
		}
	}
	var notes int
	if err := d.db.Read().NewRaw("SELECT count(*) FROM audit_entry WHERE organisation_id = ? AND action = ?", d.home.organisation.ID, "portfolio.export").Scan(t.Context(), &notes); err != nil || notes != 2 {
		t.Errorf("%d exports stand in the trail, %v, want 2", notes, err)
	}
}

func csvRows(body string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff")))
	r.Comma = ';'
	return r.ReadAll()
}

func TestPastDaysAreReadOnly(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	for _, path := range []string{views.RoadmapURL(d.home.roadmap.ID, views.Day{}), d.home.roadmapURL("projects"), views.ProjectURL(d.home.projects[0].ID, views.Day{})} {
		if got := len(v.page(path).All("main p.toolbar a")); got == 0 {
			t.Errorf("%s has no tools", path)
		}
		past := v.page(path + "?as_of=2026-03-01")
		if got := len(past.All("main p.toolbar")) + len(past.All("td.pick")); got != 0 {
			t.Errorf("%s of a past day offers changes", path)
		}
	}
}
