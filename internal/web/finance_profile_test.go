package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/htmltest"
	"jalon/views"
)

// TestProfilesAreWrittenAsText keeps a profile under a new name, then its next version, and gives both as files; a built-in name and a broken definition
// are refused with the reasons.
func TestProfilesAreWrittenAsText(t *testing.T) {
	d := newDesk(t)
	v, o := d.accountant(), d.home.organisation
	list := views.ProfilesURL(o.ID)
	path := v.follow(list, "/new-profile")
	begun := v.page(path).Form(path).Get("profile")
	if p, err := ledgerfile.ParseProfile([]byte(begun)); err != nil || p.Name != "generic-fr-2" {
		t.Fatalf("the form begins with %s: %v", begun, err)
	}
	own := strings.Replace(begun, "generic-fr-2", "suite-lilloise", 1)
	if to := v.done(path, path, map[string]string{"profile": own}); to != views.ProfileURL(o.ID, "suite-lilloise") {
		t.Errorf("it leads to %s", to)
	}
	next := v.follow(views.ProfileURL(o.ID, "suite-lilloise"), "/new-profile?from=suite-lilloise")
	second := strings.Replace(v.page(next).Form(path).Get("profile"), `"title": "`, `"title": "Autre `, 1)
	v.done(path, path, map[string]string{"profile": second})
	page := views.ProfileURL(o.ID, "suite-lilloise")
	if shown := v.page(page).One("#versions").Text(); !strings.Contains(shown, "Version 2") || !strings.Contains(shown, "Version 1") {
		t.Errorf("versions: %s", shown)
	}
	for query, want := range map[string]int{"": 2, "?version=2": 2, "?version=1": 1} {
		res, body := v.get(page + ".json" + query)
		var p ledgerfile.Profile
		if err := json.Unmarshal([]byte(body), &p); res.StatusCode != http.StatusOK || err != nil || p.Version != want || p.Name != "suite-lilloise" {
			t.Errorf("%q: %d, %v, version %d, want %d", query, res.StatusCode, err, p.Version, want)
		}
	}
	for _, missing := range []string{page + ".json?version=9", views.ProfileURL(o.ID, "nowhere"), views.ProfileURL(o.ID, "nowhere") + ".json", path + "?from=nowhere"} {
		if res, _ := v.get(missing); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", missing, res.StatusCode)
		}
	}
	for name, tc := range map[string]struct{ text, want string }{
		"no object":         {"Exercice;Montant", "illisible"},
		"an unknown field":  {strings.Replace(own, `"title"`, `"titel"`, 1), "titel"},
		"a built-in name":   {strings.Replace(begun, "generic-fr-2", "generic-fr", 1), "generic-fr"},
		"several rules":     {`{"name":"x","version":1,"format":"csv","purpose":"ledger","dates":["JJ/MM"]}`, "dates : « JJ/MM »"},
		"without a version": {`{"name":"x","format":"pes","purpose":"ledger"}`, "version : "},
	} {
		res, body := v.submit(path, path, map[string]string{"profile": tc.text})
		answer := htmltest.Parse(t, body)
		if shown := breakable(answer.One(".alert").Text()); res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(shown, tc.want) {
			t.Errorf("%s: %d, %q, want %q", name, res.StatusCode, shown, tc.want)
		}
		if got := answer.Form(path).Get("profile"); got != tc.text {
			t.Errorf("%s: what was typed is lost: %q", name, got)
		}
	}
	if manager := d.as(identity.RoleRoadmapManager); len(manager.page(list).All(`main a[href*="new-profile"]`)) != 0 {
		t.Error("who may not import is led to the form")
	}
}
