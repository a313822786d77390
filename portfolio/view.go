package portfolio

import "jalon/internal/fault"

// SavedView is a filter of a roadmap's projects under a name, as the address of the list writes it.
type SavedView struct {
	ID     int64
	Name   string
	Query  string
	Shared bool // everybody who may read the roadmap sees it
	Own    bool // of the actor
}

// Limits of saved views.
const (
	maxQuery = 2000 // characters
	maxViews = 100  // of one person on one roadmap
)

// Validate reports every rule the view breaks.
func (v SavedView) Validate() error {
	var f fault.Fields
	checkName(&f, "name", v.Name)
	f.Check(len(v.Query) <= maxQuery, "query", "input.too_long", maxQuery)
	checkText(&f, "query", v.Query)
	return f.Err()
}
