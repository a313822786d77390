package browsertest

// selection looks at the pages that lead from a request to a decision and to which no link of the demonstration leads: what it has is further on, or not yet so far.
func (i *inspection) selection() {
	i.t.Helper()
	i.as(demoManager)
	for _, path := range []string{"/requests/23/submit", "/requests/14/resume", "/requests/22/send_back", "/requests/20/nominate", "/roadmaps/2/scenarios/compare?s=1&s=2&s=3", "/projects/13/budget/proposals"} {
		i.at(path)
	}
	i.as(demoManager)
	i.in("/grids/1")
	i.press(`main form[action$="/copy"] button`)
	for _, path := range i.linked(i.where()) { // a version that is a draft
		i.at(path)
	}
	i.as(demoManager)
	i.in("/scenarios/4/freeze")
	i.press(submit)
	for _, path := range i.linked(i.where()) {
		i.at(path)
	}
}
