package web

import (
	"net/http"
	"net/url"

	"golang.org/x/net/html"

	"jalon/internal/htmltest"
)

// offeredForm is a form as its page offers it.
type offeredForm struct {
	action string
	values url.Values        // what a browser would send untouched
	texts  []string          // fields in which a person types what they like
	empty  map[string]string // fields that must be filled and are not, with a value
}

// offered reads the forms of a page that are sent, but for those of the frame.
func offered(page *htmltest.Page) []offeredForm {
	var out []offeredForm
	for _, f := range page.All("main form[method=post]") {
		form := offeredForm{action: f.Attr("action"), empty: map[string]string{}}
		form.values = page.Form(form.action)
		for n := range f.Descendants() {
			at := htmltest.Node{Node: n}
			name := at.Attr("name")
			if _, fixed := at.Lookup("readonly"); n.Type != html.ElementNode || name == "" || fixed {
				continue
			}
			switch kind := at.Attr("type"); {
			case n.Data == "textarea", n.Data == "input" && (kind == "text" || kind == "search" || kind == "email") && at.Attr("inputmode") == "":
				form.texts = append(form.texts, name)
			case kind == "date" && form.values.Get(name) == "":
				if _, required := at.Lookup("required"); required {
					form.empty[name] = "2026-10-15"
				}
			case kind == "radio" && !form.values.Has(name) && form.empty[name] == "":
				form.empty[name] = at.Attr("value")
			}
		}
		out = append(out, form)
	}
	return out
}

// canaryFormats are the fields whose text has a form of its own, with what is typed there: by route and name, or by name
// alone. A text that is refused for its form is tried as well, see hostile.
var canaryFormats = map[string]string{
	"email": "", "account": "", "confirm": "", "time": "", "time_zone": "Europe/Paris", "depends_on": "", "themes": "", "currency": "", "project": "",
	"/organisations/:id/edit code": "", "/roadmaps/:id/committees/new code": "CODIR-9", "/committees/:code/edit code": "",
	"/roadmaps/:id/edit code": "", "requires": "", "excludes": "",
	"label_0": "D", "label_1": "C", "label_2": "B", "label_3": "A", "label_4": "A+",
	"project_1": "", "project_2": "", "project_3": "", "project_4": "", "until_1": "", "until_2": "", "until_3": "", "until_4": "", "value_2": "", "value_3": "", "value_4": "",
	"/organisations/:id/finance/rules/:rule/edit reason": "", "/organisations/:id/finance/rules/new project_1": "", "/organisations/:id/finance/assertions/new value": "6228",
	"/organisations/:id/finance/years/new code": "2028", "/organisations/:id/finance/years/:year/edit code": "2030", "/organisations/:id/finance/accounts prefix": "6157",
	"/organisations/:id/finance/new-profile profile":    "",
	"/organisations/:id/finance/commitments/rekeys old": "E-ANCIEN", "/organisations/:id/finance/commitments/rekeys new": "E-NOUVEAU",
	"/organisations/:id/finance/commitments/:commitment/rekey old": "", "/organisations/:id/finance/commitments/:commitment/rekey new": "E-SUITE",
}

// canaryChoices are what else a form needs in order to be taken.
var canaryChoices = map[string]map[string]string{
	"/committees/:code/packs/new":                {"period": "2026-10"},
	"/roadmaps/:id/scenarios/quota":              {"share": "10"},
	"/projects/:id/estimates/new":                {"cost": "250 000", "start": "2025-02-01", "end": "2026-12-31"},
	"/projects/:id/baseline":                     {"cost": "200 000"},
	"/organisations/:id/users/new":               {"email": "nouvelle@example.org"},
	"/organisations/:id/grants/new":              {"email": "lecture@lille.example", "role": "finance"},
	"/users/:id/grants/new":                      {"role": "project_manager"},
	"/members/:id":                               {"email": "claire@example.org"},
	"/committees/:code/members":                  {"email": "paul@example.org"},
	"/milestones/:id":                            {"due_on": "2026-12-15"},
	"/password/forgot":                           {"email": "lecture@lille.example"},
	"/projects/:id/dependencies":                 {"depends_on": "lille-2"},
	"/users/:id/erase":                           {"confirm": "lecture@lille.example"},
	"/roadmaps/:id/committees/new":               {"from": "2026-01-01"},
	"/committees/:code/decisions/new":            {"project": "lille-2"},
	"/projects/:id/moves/new":                    {"cause": "price", "amount": "1 250,00"},
	"/projects/:id/funding/new":                  {"rate": "40", "ceiling": "5 000,00", "base": "HT"},
	"/projects/:id/funding/:funding/events":      {"amount": "500,00"},
	"/projects/:id/funding/:funding/eligibility": {"posting": "1", "eligible": "yes"},
}

// canaryAnswers are the answers to forms that are taken otherwise than by leading on.
var canaryAnswers = map[string]int{"/sign-in": http.StatusUnauthorized, "/roadmaps/:id/bulk": http.StatusOK, "/organisations/:id/users/new": http.StatusOK}

// canaryLast are the routes whose forms take something away that the others need.
var canaryLast = []string{"/projects/:id/exit", "/milestones/:id/withdraw", "/users/:id/erase", "/organisations/:id/finance/rules/:rule/retire", "/organisations/:id/finance/periods/:year/:period/reopen"}

// canaryElsewhere are form routes that need more than a page: a file, a link that was sent, a list that waits.
var canaryElsewhere = map[string]bool{"/roadmaps/:id/import": true, "/imports/:id": true, "/password/reset": true,
	"/organisations/:id/finance/files/new": true, "/organisations/:id/finance/files/:file/mapping": true}
