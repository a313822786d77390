package main

import (
	"fmt"
	"io"
	"strings"

	"jalon/finance"
)

// ruleTexts is how the keys of the rules' texts begin.
const ruleTexts = "verify.ledger_"

// ledgerCheck is one rule of the books, with how much was held against it.
type ledgerCheck struct {
	Code         string   `json:"code"`
	Organisation string   `json:"organisation"` // "": of the books as a whole
	Checked      int64    `json:"checked"`
	Faults       int64    `json:"faults"`
	Broken       []string `json:"broken"` // the first of them
	Noted        int64    `json:"noted"`  // no fault, but to be known
	Notes        []string `json:"notes"`  // the first of them
}

// fillLedger checks every rule of the books.
func (v *verifyJSON) fillLedger(p *program, s *system) error {
	checks, err := s.finance.Verify(p.ctx, p.actor)
	if err != nil {
		return err
	}
	for _, c := range checks {
		v.Ledger = append(v.Ledger, ledgerCheck{c.Code, c.Organisation, c.Checked, c.Faults, append([]string{}, c.Broken...), c.Noted, append([]string{}, c.Notes...)})
		if !c.Holds() {
			v.Faults = append(v.Faults, p.ledgerFault(c))
		}
	}
	return nil
}

// ledgerFault says which rule is broken, and by what.
func (p *program) ledgerFault(c finance.Check) string {
	named := strings.Join(c.Broken, ", ")
	if c.Faults > int64(len(c.Broken)) {
		named += ", …"
	}
	return p.text.T("verify.ledger_fault", c.Organisation, p.text.T(ruleTexts+c.Code), c.Faults, named)
}

// printLedger says what was checked, rule by rule.
func (p *program) printLedger(w io.Writer, checks []ledgerCheck) {
	for _, c := range checks {
		rule := p.text.T(ruleTexts + c.Code)
		if c.Organisation == "" {
			fmt.Fprintln(w, p.text.T("verify.ledger_of_all", rule, c.Checked, c.Faults))
			continue
		}
		fmt.Fprintln(w, p.text.T("verify.ledger", c.Organisation, rule, c.Checked, c.Faults, c.Noted))
		if len(c.Notes) > 0 {
			fmt.Fprintln(w, "  "+p.text.T("verify.ledger_note", strings.Join(c.Notes, ", ")))
		}
	}
}
