package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
)

// town books an organisation below a network with one roadmap of some projects.
func (d *desk) town(network identity.Organisation, code string, projects int, released bool) portfolio.Roadmap {
	d.Helper()
	ctx := d.Context()
	o := must[identity.Organisation](d)(d.identity.Create(ctx, operator, identity.Organisation{Code: code, Name: "Ville " + code, Kind: identity.KindAdministration, ParentID: network.ID, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	r := must[portfolio.Roadmap](d)(d.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: o.ID, Code: "FDR", Name: "Plan " + code, Start: civil.D(2025, 1, 1), End: civil.D(2027, 12, 31), Currency: money.EUR, Status: portfolio.RoadmapRunning}}))
	var inputs []portfolio.ProjectInput
	for i := range projects {
		inputs = append(inputs, portfolio.ProjectInput{Project: portfolio.Project{Code: fmt.Sprintf("%s-%d", code, i), Name: fmt.Sprintf("Secret %s %d", code, i)}})
	}
	for _, p := range must[[]portfolio.Project](d)(d.portfolio.AddProjects(ctx, operator, r.ID, inputs)) {
		for month, cost := range map[int]money.Amount{1: 10_000_000, 9: 12_000_000} {
			err := d.portfolio.BookEstimates(ctx, operator, r.ID, []portfolio.Estimate{{ProjectID: p.ID, AsOf: civil.D(2025, 1, 2).AddMonths(month), HasCost: true, Cost: cost, Start: civil.D(2025, 2, 1), End: civil.D(2026, 6, 30).AddDays(month * 10), Phase: portfolio.PhaseBuild}})
			if err != nil {
				d.Fatal(err)
			}
		}
	}
	if released {
		stored, err := d.portfolio.Roadmap(ctx, operator, r.ID)
		if err != nil {
			d.Fatal(err)
		}
		if err := d.portfolio.Release(ctx, operator, r.ID, stored.Version, true); err != nil {
			d.Fatal(err)
		}
	}
	return r
}

func TestNetwork(t *testing.T) {
	d := newDesk(t)
	network := must[identity.Organisation](t)(d.identity.Create(t.Context(), operator, identity.Organisation{Code: "reseau", Name: "Réseau du Nord", Kind: identity.KindNetwork, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	in := func(role identity.Role) *visitor {
		return d.visitor(d.home.organisation, identity.Grant{OrganisationID: network.ID, Role: role, Scope: identity.ScopeOrganisation})
	}
	finance, reader := in(identity.RoleFinance), in(identity.RoleReader)
	path := views.NetworkURL(network.ID)
	if page := finance.page(path); len(page.All("section.empty")) != 1 {
		t.Error("a network without roadmaps does not say how one is released")
	}
	d.town(network, "douai", 4, true)
	d.town(network, "cambrai", 5, false)

	page := finance.page(path)
	text := page.One("main").Text()
	if !strings.Contains(text, "Plan douai") || strings.Contains(text, "cambrai") || strings.Contains(text, "Secret") {
		t.Errorf("the page says %q", text)
	}
	if got := len(page.All("svg.chart")); got != 2 {
		t.Errorf("%d charts, want two", got)
	}
	blind := reader.page(path)
	if got := blind.One("main").Text(); strings.Contains(got, "€") || strings.Contains(strings.ToLower(got), "budgétaire") || len(blind.All("svg.chart")) != 1 {
		t.Errorf("a reader without costs sees %q", got)
	}
	if compared := finance.page(path + "?since=2025-06-01").One("main").Text(); !strings.Contains(compared, "Ce qui a changé depuis") {
		t.Errorf("compared: %q", compared)
	}
	for query, want := range map[string]int{"since=hier": 422, "since=2099-01-01": 422, "as_of=2099-01-01": 422, "as_of=2025-12-31&since=2025-06-01": 200} {
		if res, body := finance.get(path + "?" + query); res.StatusCode != want {
			t.Errorf("%s: %d, want %d\n%s", query, res.StatusCode, want, body)
		}
	}
	if res, _ := d.as(identity.RoleAdministrator).get(path); res.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger to the network: %d, want 404", res.StatusCode)
	}
	if res, _ := finance.get(views.NetworkURL(d.home.organisation.ID)); res.StatusCode != http.StatusNotFound {
		t.Errorf("an administration as a network: %d, want 404", res.StatusCode)
	}
	if got := finance.page(views.OrganisationsURL).All("a[href=" + path + "]"); len(got) != 1 {
		t.Error("the list of organisations does not lead to the network")
	}
}

func TestNetworkFile(t *testing.T) {
	d := newDesk(t)
	network := must[identity.Organisation](t)(d.identity.Create(t.Context(), operator, identity.Organisation{Code: "reseau", Name: "Réseau", Kind: identity.KindNetwork, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	v := d.visitor(d.home.organisation, identity.Grant{OrganisationID: network.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
	d.town(network, "douai", 4, true)
	res, body := v.get(views.NetworkURL(network.ID) + ".csv?since=2025-06-01")
	if res.StatusCode != http.StatusOK || strings.Count(body, "\r\n") != 3 || strings.Contains(body, "Secret") || strings.Contains(body, "budgétaire") {
		t.Errorf("%d\n%s", res.StatusCode, body)
	}
	if res, _ := v.get(views.NetworkURL(network.ID) + ".csv?since=hier"); res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong day: %d, want the page with 422", res.StatusCode)
	}
}
