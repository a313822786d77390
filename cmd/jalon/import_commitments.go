package main

import "jalon/finance/ledgerfile"

type importCommitments struct {
	fileImport  `embed:""`
	Withdrawals bool `name:"confirm-withdrawals" help:"${help_import_confirm}"`
}

// Run books a list of commitments.
func (c importCommitments) Run(p *program) error {
	return c.book(p, ledgerfile.PurposeCommitments, c.Withdrawals)
}

type importBudget struct {
	fileImport `embed:""`
}

// Run keeps a voted budget, for envelopes to be held against.
func (c importBudget) Run(p *program) error {
	return c.book(p, ledgerfile.PurposeBudget, false)
}
