package views

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// adminAddress matches the addresses of the pages about accounts, organisations and networks.
var adminAddress = regexp.MustCompile(`^/(account(/[a-z-]+)*(\.json)?|organisations(/\d+/(edit|users|users/new|grants|grants/new|audit|audit\.csv|personal-data))?|users/\d+(/(edit|erase|data\.json|grants/new))?|networks/\d+(\.csv)?|accessibility|shortcuts)(\?.*)?$`)

var at = time.Date(2026, 11, 20, 9, 5, 0, 0, time.UTC)

// adminSample is what the pages about people are made of.
type adminSample struct {
	Organisation identity.Organisation
	User         identity.User
	Users        []identity.User
	Grants       []identity.GrantLine
	Sessions     []identity.SessionLine
	Trail        []identity.TrailLine
	Network      portfolio.NetworkReport
}

func newAdminSample(n int) *adminSample {
	s := &adminSample{Organisation: identity.Organisation{ID: 1, Code: "lille", Name: "Ville de Lille", Kind: identity.KindNetwork, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris", Version: 3, RetentionMonths: 24}}
	s.User = identity.User{ID: 2, OrganisationID: 1, Organisation: s.Organisation.Name, Email: "claire@example.org", Name: "Claire Martin", Status: identity.StatusActive, Version: 2, CreatedAt: at}
	bp := func(v money.BasisPoints) *money.BasisPoints { return &v }
	s.Network = portfolio.NetworkReport{Method: "m1", Network: portfolio.Head{Code: "R", Name: "Réseau des villes"}, AsOf: sample.Day}
	for i := range n {
		id := int64(i + 1)
		g := identity.GrantLine{Grant: identity.Grant{ID: id, OrganisationID: 1, UserID: id, Role: identity.Roles[i%len(identity.Roles)], Scope: identity.ScopeKinds[i%len(identity.ScopeKinds)], SubjectID: id, GrantedBy: "cli:anne", CreatedAt: at},
			Organisation: s.Organisation.Name, Subject: "FDR Feuille de route", UserName: "Claire Martin", UserEmail: "claire@example.org"}
		s.Grants = append(s.Grants, g)
		s.Sessions = append(s.Sessions, identity.SessionLine{ID: id, Agent: "Firefox", CreatedAt: at, LastSeenAt: at, Current: i == 0})
		u := s.User
		u.ID, u.OrganisationID, u.Grants = id, int64(1+i%2), []identity.GrantLine{g}
		s.Users = append(s.Users, u)
		details := `{"before":{"name":"a","TimeZone":"Europe/Paris"},"after":{"name":"b","tags":["x","y"],"deep":{"list":[{"k":1}]}},"note":"` + strings.ReplaceAll(sample.Canary, `"`, `\"`) + `"}`
		s.Trail = append(s.Trail, identity.TrailLine{Entry: audit.Entry{ID: int64(n - i), OrganisationID: 1, At: at, Actor: "user:2", Action: "user.update", Subject: "user", SubjectID: 2, Details: details, Seal: int64(i % 2), Erased: i%5 == 4}, ActorName: "Claire Martin"})
		f := portfolio.NetworkFigures{Projects: 12, Schedule: portfolio.Averages{N: 12, Mean: bp(2490), Aggregate: bp(-120)}, Cost: portfolio.Averages{N: 2}, Entries: 2, Exits: 1}
		s.Network.Roadmaps = append(s.Network.Roadmaps, portfolio.NetworkRoadmap{ID: portfolio.RoadmapID(id), OrganisationID: 1, Organisation: portfolio.Head{Code: "lille", Name: "Ville de Lille"}, Code: "FDR", Name: "Feuille de route",
			Status: portfolio.RoadmapRunning, Start: civil.D(2025, 1, 1), Figures: f})
		s.Network.All = f
	}
	s.User.Grants = s.Grants
	if n > 0 {
		r := sample.Report(n)
		s.Network.All.ScheduleMove = &portfolio.Move{Change: 130, Real: 130}
		s.Network.Currencies = []portfolio.NetworkSums{{Currency: money.EUR, Projects: 12, WithCost: 10, SumCost: &r.Totals.SumCost, BySize: r.Totals.BySize}}
	}
	return s
}

// adminPages builds the pages about accounts, organisations and networks with data of a variant.
func adminPages(variant string, base func(title, section, path string) Base) []Page {
	s := newAdminSample(map[string]int{"full": 12, "empty": 0, "huge": 200, "hostile": 6}[variant])
	message, search := "", TrailQuery{}
	if variant == "hostile" {
		sample.Poison(s)
		message, search = sample.Canary, TrailQuery{Who: sample.Canary, Action: sample.Canary, Subject: sample.Canary, Text: sample.Canary, SubjectID: "7", From: sample.Canary, To: sample.Canary}
	}
	on := func(title, path string) Base {
		b := base(title, SectionAdmin, path)
		b.Viewer = &Viewer{Name: s.User.Name, Actor: identity.Operator("test"), CSRF: "t", Request: func() string { return "r" }}
		return b
	}
	o := s.Organisation
	account := AccountPage{Base: on("Mon compte", AccountURL), User: s.User, Sessions: s.Sessions, Location: time.UTC}
	account.Form = account.NewForm(AccountURL, "Enregistrer", "", 1, account.OwnFields(s.User)...)
	factor := TwoFactorPage{Base: on("Second facteur", AccountFactorURL)}
	factor.Begin = factor.Act(AccountFactorBegin, "Activer", "", 0)
	setup := FactorSetupPage{Base: on("Second facteur", AccountFactorURL), Picture: template.URL("data:image/png;base64,iVBORw0KGgo="), Secret: "ABCDEFGHIJ"}
	setup.Form = setup.NewForm(AccountFactorURL, "Vérifier", AccountFactorURL, 0, Field{Name: "code", Label: "Code", Required: true})
	again := setup
	again.Picture, again.Secret = "", ""
	settings := FormPage{Base: on("Réglages", OrganisationEditURL(1))}
	settings.Form = settings.NewForm(OrganisationEditURL(1), "Enregistrer", OrganisationsURL, 2, settings.OrganisationFields(o)...)
	invite := FormPage{Base: on("Inviter", NewUserURL(1))}
	invite.Form = invite.NewForm(NewUserURL(1), "Inviter", OrganisationUsersURL(1), 0, append(invite.UserFields(s.User), invite.RoleFields()...)...)
	grant := FormPage{Base: on("Donner un rôle", UserURL(2, "grants/new"))}
	grant.Form = grant.NewForm(UserURL(2, "grants/new"), "Donner", UserURL(2, ""), 0, grant.GrantFields(GrantChoices{Roadmaps: []Choice{{Value: "1", Text: message}}, Projects: []string{message}})...)
	day := Day{On: sample.Day, Today: sample.Day, Typed: sample.Day.String()}
	network := NetworkPage{Base: on("Réseau", NetworkURL(1)), ID: 1, Report: &s.Network, Day: day, Since: message, SinceError: message}
	compared, blind := network, network
	report, hidden := s.Network, s.Network
	report.Since, hidden.CostHidden, hidden.Currencies = civil.D(2025, 6, 1), true, nil
	compared.Report, compared.Day.On, blind.Report = &report, sample.Day.AddDays(-30), &hidden
	pages := []Page{account, factor, TwoFactorPage{Base: factor.Base, On: true}, setup, again,
		SecretPage{Base: on("Codes", AccountFactorURL), Text: []string{s.User.Name}, Label: "Codes", Lines: []string{"AB-CD", s.User.Name}, After: []string{"…"}, Next: Link{"Suite", AccountURL}},
		OrganisationsPage{Base: on("Organisations", OrganisationsURL), Organisations: []identity.Organisation{o}}, OrganisationsPage{Base: on("Organisations", OrganisationsURL)}, settings,
		UsersPage{Base: on("Comptes", OrganisationUsersURL(1)), Organisation: o, Text: message, Users: s.Users, Total: len(s.Users) + 1, MailFailed: 2}, invite,
		UserPage{Base: on("Compte", UserURL(2, "")), Organisation: o, User: s.User, Message: message}, grant,
		GrantsPage{Base: on("Rôles", OrganisationGrantsURL(1)), Organisation: o, Text: message, Lines: s.Grants, Total: len(s.Grants), Message: message},
		TrailPage{Base: on("Journal", TrailURL(1, nil)), Organisation: o, Search: search, Users: s.Users, Lines: s.Trail, More: true},
		RegisterPage{Base: on("Registre", PersonalDataURL(1)), Organisation: o, Accounts: []AccountCount{{identity.StatusActive, 3}}}, network, compared, blind}
	if variant == "hostile" {
		pages = append(pages, TrailPage{Base: on("Journal", TrailURL(1, nil)), Organisation: o, Search: search, Errors: []FieldError{{"from", message}, {"id", message}}})
	}
	return pages
}

func TestTrailChanges(t *testing.T) {
	p := For("en")
	for _, tc := range []struct {
		name, details string
		want          []TrailChange
	}{
		{"only what differs", `{"before":{"code":"A","name":"x"},"after":{"code":"A","name":"y"}}`, []TrailChange{{p.T("field.name"), "x", "y", true}}},
		{"what came and went", `{"before":{"old":1},"after":{"new":true}}`, []TrailChange{{"new", Dash, "yes", true}, {"old", "1", Dash, true}}},
		{"the version is no news", `{"before":{"Version":1},"after":{"Version":2}}`, nil},
		{"a version of another thing is", `{"before":{"profile":{"Version":1}},"after":{"profile":{"Version":2}}}`, []TrailChange{{"profile › Version", "1", "2", true}}},
		{"values beside both", `{"before":{"a":1},"after":{"a":1},"why":"x"}`, []TrailChange{{"why", "", "x", false}}},
		{"nothing to compare with", `{"list":[1,2],"deep":{"x":[{"y":"z"}]},"empty":""}`, []TrailChange{{"deep › x › 1 › y", "", "z", false}, {"list", "", "1, 2", false}}},
		{"numbers stay exact", `{"n":9007199254740993}`, []TrailChange{{"n", "", "9007199254740993", false}}},
		{"after alone", `{"after":{"a":"b"}}`, []TrailChange{{"a", Dash, "b", true}}},
		{"no JSON", `{`, nil},
		{"a bare text", `"x"`, []TrailChange{{p.T("trail.details"), "", "x", false}}},
	} {
		got := p.readChanges(tc.details)
		if len(got) != len(tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
			continue
		}
		for i := range got {
			want := tc.want[i]
			if want.Before == "yes" || want.After == "yes" {
				want.After = p.T("form.yes")
			}
			if got[i] != want {
				t.Errorf("%s: change %d = %v, want %v", tc.name, i, got[i], want)
			}
		}
	}
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{"Name": "name", "TimeZone": "time_zone", "RoadmapID": "roadmap_id", "URLPath": "url_path", "as_of": "as_of", "": ""} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTrailOlderKeepsTheSearch(t *testing.T) {
	p := TrailPage{Organisation: identity.Organisation{ID: 4}, Search: TrailQuery{Action: "user.update", Before: 90}, Lines: []identity.TrailLine{{Entry: audit.Entry{ID: 41}}}, More: true}
	u, err := url.Parse(p.OlderURL())
	if err != nil || u.Path != "/organisations/4/audit" || u.Query().Get("before") != "41" || u.Query().Get("action") != "user.update" {
		t.Errorf("OlderURL = %q (%v)", p.OlderURL(), err)
	}
	if u, err = url.Parse(p.FileURL()); err != nil || u.Query().Has("before") {
		t.Errorf("FileURL = %q (%v): a file holds the whole search", p.FileURL(), err)
	}
}

func TestNetworkFileHidesCosts(t *testing.T) {
	s := newAdminSample(2)
	page := NetworkPage{Base: Base{Printer: For("en")}, Report: &s.Network}
	shown := page.Cells()
	s.Network.CostHidden = true
	hidden := page.Cells()
	if len(shown[0])-len(hidden[0]) != 3 {
		t.Errorf("%d columns with costs, %d without: want three fewer", len(shown[0]), len(hidden[0]))
	}
	for _, rows := range [][][]string{shown, hidden} {
		for i, row := range rows {
			if len(row) != len(rows[0]) {
				t.Errorf("row %d has %d cells, its heading %d", i, len(row), len(rows[0]))
			}
		}
	}
	if got := hidden[1][9]; got != "24.90" {
		t.Errorf("mean = %q, want 24.90", got)
	}
	if got := hidden[1][10]; got != "-1.20" {
		t.Errorf("aggregate = %q, want -1.20", got)
	}
}

func TestTrailShowsTheFirstValues(t *testing.T) {
	p := For("en")
	shown, more := p.trailChanges(`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"zero":0}`)
	if len(shown) != valuesLimit || more != p.N("trail.more", 2) {
		t.Errorf("%d values and %q, want %d and that two more stand in the details", len(shown), more, valuesLimit)
	}
	if shown, more = p.trailChanges(`{"before":{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1},"after":{}}`); len(shown) != 9 || more != "" {
		t.Errorf("%d changes and %q, want all nine", len(shown), more)
	}
}
