package views

import (
	"strconv"

	"jalon/identity"
)

// The parts of the books of an organisation, as their tabs list them.
const (
	PartBooks       = ""
	PartFiles       = "files"
	PartQueue       = "queue"
	PartRules       = "rules"
	PartCommitments = "commitments"
	PartEnvelopes   = "envelopes"
	PartPeriods     = "periods"
	PartControls    = "controls"
	PartSettings    = "settings"
)

// BooksURL is the first page of the books of an organisation; BooksPartURL a page of one of their parts.
func BooksURL(organisation int64) string { return BooksPartURL(organisation, PartBooks) }

// BooksPartURL is the page of a part of the books; path goes on from there.
func BooksPartURL(organisation int64, part string, path ...string) string {
	u := "/organisations/" + strconv.FormatInt(organisation, 10) + "/finance"
	if part != "" {
		u += "/" + part
	}
	for _, p := range path {
		u += "/" + p
	}
	return u
}

// BooksTabs lists the parts of the books of an organisation.
func (b Base) BooksTabs(organisation int64, current string) []Tab {
	parts := []string{PartBooks, PartFiles, PartQueue, PartRules, PartCommitments, PartEnvelopes, PartPeriods, PartControls}
	if b.May(identity.PermEditBudget, identity.Within(organisation)) {
		parts = append(parts, PartSettings)
	}
	tabs := make([]Tab, len(parts))
	for i, part := range parts {
		name := part
		if part == PartBooks {
			name = "overview"
		}
		tabs[i] = Tab{b.T("finance.part." + name), BooksPartURL(organisation, part), part == current}
	}
	return tabs
}

// BooksListPage lists the organisations whose books the reader may open.
type BooksListPage struct {
	Base
	Organisations []identity.Organisation
}

func (BooksListPage) template() string { return "books_list" }

// URL is the first page of the books of an organisation.
func (BooksListPage) URL(o identity.Organisation) string { return BooksURL(o.ID) }
