package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
)

// newRequest begins a request through its form and gives its address.
func (v *visitor) newRequest(title string, change map[string]string) string {
	v.Helper()
	fields := map[string]string{"title": title, "need": "Trop de papier au guichet.", "beneficiaries": "Les habitants", "department": "Direction des usages", "sponsor": "Alix", "requested_by": "Camille", "theme": "T1",
		"start": "2027-01-01", "end": "2027-12-31", "cost_2027_I": "40 000", "cost_2027_F": "1200,50"}
	for name, value := range change {
		fields[name] = value
	}
	path := views.Under(v.home.roadmap.ID, "requests/new")
	return v.done(path, path, fields)
}

func TestRequestJourney(t *testing.T) {
	d := newDesk(t)
	camille, manager, other := d.as(identity.RoleReader), d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	at := camille.newRequest("Rendez-vous en ligne", map[string]string{"requires": "lille-1"})
	page := camille.page(at)
	for _, want := range []string{"Brouillon", "Rendez-vous en ligne", "41 200,50 €", "Guichet de Ville de Lille"} {
		if !strings.Contains(strings.ReplaceAll(page.One("main").Text(), "\u202f", " "), want) && !strings.Contains(strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(page.One("main").Text()), want) {
			t.Errorf("the draft does not show %q", want)
		}
	}
	if res, _ := manager.get(at); res.StatusCode != http.StatusNotFound {
		t.Errorf("the manager gets %d for a draft", res.StatusCode)
	}
	plan := portfolio.Plan{Quarters: []civil.Quarter{{Year: 2027, Number: 2}}}
	days := views.DaysField(d.home.asked.skill, plan.Quarters[0])
	camille.done(at+"/skills", at+"/skills", map[string]string{days: "12,5"})
	if res, body := camille.submit(at+"/skills", at+"/skills", map[string]string{days: "12,55"}); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "12,55") {
		t.Errorf("hundredths of a day: %d", res.StatusCode)
	}
	camille.done(at+"/submit", at+"/submit", nil)
	if res, _ := camille.get(at + "/edit"); res.StatusCode != http.StatusForbidden {
		t.Errorf("its requester may edit what was submitted: %d", res.StatusCode)
	}
	if text := other.page(at).One("main").Text(); strings.Contains(text, "200,50") || !strings.Contains(text, "12,5") {
		t.Errorf("another reader sees %q", text)
	}
	if res, body := manager.submit(at+"/refuse", at+"/refuse", nil); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, `id="f-reason-error"`) {
		t.Errorf("refused without a reason: %d", res.StatusCode)
	}
	manager.done(at+"/defer", at+"/defer", map[string]string{"reason": "Après l’ouverture du guichet", "reconsider_on": "2027-06-01"})
	register := views.Under(d.home.roadmap.ID, views.PartRenunciations)
	for _, want := range []string{"Rendez-vous en ligne", "Après l’ouverture du guichet", "Différée"} {
		if !strings.Contains(other.page(register).One("main").Text(), want) {
			t.Errorf("the register does not show %q", want)
		}
	}
	_, file := other.get(register + ".csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 || strings.Contains(file, "41200") {
		t.Errorf("the register as CSV, for who may not read costs: %v\n%s", err, file)
	}
	for _, path := range []string{at + ".pdf", register + ".pdf"} {
		res, first := other.get(path)
		_, second := other.get(path)
		if res.StatusCode != http.StatusOK || !strings.HasPrefix(first, "%PDF-") || first != second {
			t.Errorf("%s: %d, the same bytes: %v", path, res.StatusCode, first == second)
		}
	}
}

func TestRequestStale(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	at := views.RequestURL(d.home.asked.listed)
	values := v.filled(at+"/edit", at+"/edit", map[string]string{"title": "Le mien"})
	v.done(at+"/edit", at+"/edit", map[string]string{"title": "Le sien"})
	res, body := v.send(at+"/edit", values)
	if res.StatusCode != http.StatusConflict || !strings.Contains(body, "Le mien") || !strings.Contains(body, "Le sien") {
		t.Errorf("the slower of two: %d", res.StatusCode)
	}
}

func TestRequestWrongInput(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	path := views.Under(d.home.roadmap.ID, "requests/new")
	for field, value := range map[string]string{"title": "", "start": "demain", "cost_2027_I": "1.234", "cost_2027_F": "-5", "requires": "X-9", "excludes": "R-2026-999", "risk": "huge"} {
		change := map[string]string{"title": "Guichet", field: value}
		res, body := v.submit(path, path, change)
		if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Guichet") && field != "title" {
			t.Errorf("%s = %q: %d", field, value, res.StatusCode)
		}
	}
}

func TestRequestSimilarPage(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleReader)
	page := v.page(views.SimilarURL(d.home.roadmap.ID, 0) + "?title=Le+guichet+de+la+ville+de+Lille&need=")
	if text := page.One("#similar").Text(); !strings.Contains(text, "Guichet de Ville de Lille") || strings.Contains(text, "Arras") {
		t.Errorf("similar: %q", text)
	}
	if text := v.page(views.SimilarURL(d.home.roadmap.ID, 0) + "?title=xyz").One("#similar").Text(); !strings.Contains(text, "Rien de semblable") {
		t.Errorf("nothing is similar: %q", text)
	}
}

func TestCapacitiesPage(t *testing.T) {
	d := newDesk(t)
	v, reader := d.as(identity.RoleRoadmapManager), d.as(identity.RoleReader)
	at := views.Under(d.home.roadmap.ID, views.PartCapacities)
	if text := reader.page(at).One("main").Text(); !strings.Contains(text, "12,5 / 40") || !strings.Contains(text, "non limité") {
		t.Errorf("staffing: %q", text)
	}
	field := views.DaysField(d.home.asked.skill, civil.Quarter{Year: 2026, Number: 4})
	values := v.filled(at+"/edit", at+"/edit", map[string]string{field: "10"})
	v.done(at+"/edit", at+"/edit", map[string]string{field: "11,5"})
	if res, body := v.send(at+"/edit", values); res.StatusCode != http.StatusConflict || !strings.Contains(body, "11,5") {
		t.Errorf("the slower of two: %d", res.StatusCode)
	}
	v.done(at+"/edit", at+"/edit", map[string]string{field: ""})
	if text := reader.page(at).One("main").Text(); strings.Contains(text, "dépassé") {
		t.Errorf("without a capacity something is exceeded: %q", text)
	}
}

func TestRequestReminder(t *testing.T) {
	d := newDesk(t)
	v := d.as(identity.RoleRoadmapManager)
	at := views.RequestURL(d.home.asked.listed)
	v.done(at+"/defer", at+"/defer", map[string]string{"reason": "Plus tard", "reconsider_on": "2026-12-01"})
	dashboard := views.RoadmapURL(d.home.roadmap.ID, views.Day{})
	if strings.Contains(v.page(dashboard).One("main").Text(), "à réexaminer") {
		t.Error("it is due before its day")
	}
	d.clock = d.clock.AddDate(0, 1, 0)
	v = d.as(identity.RoleRoadmapManager)
	reader := d.as(identity.RoleReader)
	if !strings.Contains(v.page(dashboard).One("main").Text(), "1 demande est à réexaminer") {
		t.Error("the manager is not reminded")
	}
	if strings.Contains(reader.page(dashboard).One("main").Text(), "à réexaminer") {
		t.Error("a reader is reminded of what they cannot do")
	}
}
