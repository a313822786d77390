package main

import (
	"fmt"
	"io"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/migrations"
)

type verifyCommand struct {
	JSON bool `name:"json" help:"${help_json}"`
}

// verifyJSON is what was checked and what does not hold.
type verifyJSON struct {
	Schema int           `json:"migrations"`
	Packs  int           `json:"packs"`
	Seals  []head        `json:"audit_seals"` // the last of every organisation: written down elsewhere, they show that nothing was cut off
	Ledger []ledgerCheck `json:"ledger"`
	Faults []string      `json:"faults"`
}

// head is the end of the sealed trail of an organisation.
type head struct {
	Organisation int64  `json:"organisation_id"`
	Seal         int64  `json:"seal"`
	Hash         string `json:"hash"`
	Unsealed     int    `json:"unsealed"`
}

// Run checks what must hold whatever happened: the schema, the file of an embedded database, the fingerprints of
// all packs, the reports that can be built from the books.
func (c verifyCommand) Run(p *program) error {
	db, err := database.Open(p.ctx, p.config.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	state, err := migrations.Status(p.ctx, db)
	if err != nil {
		return err
	}
	if err := state.Refuse(); err != nil {
		return err
	}
	if len(state.Pending) > 0 {
		return fault.Unavailable(nil, "database.pending", len(state.Pending))
	}
	out := verifyJSON{Schema: len(state.Applied), Seals: []head{}, Ledger: []ledgerCheck{}, Faults: []string{}}
	damage, err := db.Damage(p.ctx)
	if err != nil {
		return err
	}
	for _, d := range damage {
		out.Faults = append(out.Faults, p.text.T("verify.damaged", d))
	}
	if len(damage) == 0 { // what a damaged file says of packs and books is worth nothing
		if err := out.fill(p, wire(db, clock)); err != nil {
			return err
		}
	}
	if err := p.print(c.JSON, out, func(w io.Writer) {
		fmt.Fprintln(w, p.text.T("verify.done", out.Schema, out.Packs))
		for _, h := range out.Seals {
			fmt.Fprintln(w, p.text.T("verify.head", h.Organisation, h.Seal, h.Hash, h.Unsealed))
		}
		p.printLedger(w, out.Ledger)
	}); err != nil {
		return err
	}
	for _, f := range out.Faults {
		fmt.Fprintln(p.stderr, "jalon: "+oneLine(f))
	}
	if len(out.Faults) > 0 {
		return errFailed
	}
	return nil
}

// fill checks the packs and the books.
func (v *verifyJSON) fill(p *program, s *system) error {
	checked, faults, err := s.governance.Verify(p.ctx, p.actor)
	if err != nil {
		return err
	}
	broken, err := s.portfolio.Verify(p.ctx, p.actor)
	if err != nil {
		return err
	}
	undone, err := s.governance.VerifyDecisions(p.ctx, p.actor)
	if err != nil {
		return err
	}
	breaks, heads, err := audit.Check(p.ctx, s.db)
	if err != nil {
		return err
	}
	v.Packs = checked
	for _, h := range heads {
		v.Seals = append(v.Seals, head{h.OrganisationID, h.Seal, h.Hash, h.Unsealed})
	}
	for _, b := range breaks {
		v.Faults = append(v.Faults, p.text.T("verify.trail_"+b.Code, b.OrganisationID, b.Seal, b.Entry))
	}
	for _, f := range faults {
		v.Faults = append(v.Faults, p.text.T("verify.pack_"+f.What, f.Pack.Committee, f.Pack.Period, f.Pack.Edition))
	}
	for _, b := range append(broken, undone...) {
		v.Faults = append(v.Faults, p.text.T("verify."+b.Rule, b.Count))
	}
	return v.fillLedger(p, s)
}
