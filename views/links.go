package views

import (
	"net/url"
	"strconv"

	"jalon/governance"
	"jalon/portfolio"
)

// Addresses of the pages that take no key.
const (
	HomeURL          = "/"
	CommitteesURL    = "/committees"
	DecisionsURL     = "/decisions"
	FinanceURL       = "/finance"
	MethodsURL       = "/methods"
	OrganisationsURL = "/organisations"
	NewRoadmapURL    = "/roadmaps/new"
	SearchURL        = "/search"
	SignInURL        = "/sign-in"
	SignOutURL       = "/sign-out"
	AccountURL       = "/account"
	ShortcutsURL     = "/shortcuts"
	AccessibilityURL = "/accessibility"
)

// RoadmapURL is the dashboard of a roadmap on a day.
func RoadmapURL(id portfolio.RoadmapID, d Day) string {
	return withQuery("/roadmaps/"+strconv.FormatInt(int64(id), 10), d.query())
}

// ProjectURL is the page of a project on a day.
func ProjectURL(id portfolio.ProjectID, d Day) string {
	return withQuery("/projects/"+strconv.FormatInt(int64(id), 10), d.query())
}

// CommitteeURL is the page of a committee. Its code may hold any character but a control one.
func CommitteeURL(code string) string { return CommitteesURL + "/" + url.PathEscape(code) }

// PackURL is the PDF of a pack.
func PackURL(id governance.PackID) string { return PackPageURL(id) + ".pdf" }

// PackPageURL is the same pack as a page.
func PackPageURL(id governance.PackID) string { return "/packs/" + strconv.FormatInt(int64(id), 10) }

// subjectPaths says where each noun has pages of its own.
var subjectPaths = map[string]string{"roadmap": "/roadmaps/", "project": "/projects/", "pack": "/packs/", "bulk": "/bulk/", "decision": "/decisions/", "user": "/users/",
	"staged_list": "/imports/", "scenario": "/scenarios/", "milestone": "/milestones/", "request": "/requests/", "grid": "/grids/"}

// SubjectURL is the page of what the audit trail, a receipt or a search names by its noun and key; "" for what has
// none of its own.
func SubjectURL(noun string, id int64) string {
	if path := subjectPaths[noun]; path != "" {
		return path + strconv.FormatInt(id, 10)
	}
	return ""
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
