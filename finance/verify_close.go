package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"jalon/internal/audit"
	"jalon/internal/database"
)

// certified is a certificate with what the books give for it.
type certified struct {
	certificateRow
	figures Figures
	seal    periodSeal
}

func (c *certified) name() string { return fmt.Sprintf("certificate:%d", c.ID) }

// took tells whether the certificate is about something that was booked: in its period, before it was signed.
func (c *certified) took(r sealRow) bool {
	return r.at == (Slot{c.YearID, c.Period}) && r.batch <= c.Batch
}

// holdCertificates holds what certificates say against the entries that were booked when they were signed. Both also hold for periods that
// were opened again: what was booked before does not change.
func holdCertificates(ctx context.Context, db database.Conn, b *books) ([]Check, error) {
	organisation := b.Organisation.ID
	rows, err := findCertificateRows(ctx, db, certificateFilter{organisation: organisation})
	if err != nil {
		return nil, err
	}
	seals, figures := Check{Code: "seals", Checked: int64(len(rows))}, Check{Code: "i10", Checked: int64(len(rows))}
	all := make([]*certified, len(rows))
	for i, r := range rows { // oldest first
		c := &certified{certificateRow: r}
		all[len(rows)-1-i] = c
		if err := json.Unmarshal([]byte(r.Figures), &c.figures); err != nil {
			seals.breaks(c.name())
		}
	}
	if err := holdChain(all, &seals); err != nil {
		return nil, err
	}
	if err := holdTold(ctx, db, organisation, all, &seals); err != nil {
		return nil, err
	}
	if len(all) > 0 {
		if err := holdRoots(ctx, db, organisation, all, &seals); err != nil {
			return nil, err
		}
		sums, err := findBookedSums(ctx, db, organisation)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if !c.reproduced(sums) {
				figures.breaks(c.name())
			}
		}
	}
	return []Check{seals, figures}, nil
}

// holdChain holds every seal against its certificate and the one before it.
func holdChain(all []*certified, check *Check) error {
	before := ""
	for _, c := range all {
		stated := Certificate{OrganisationID: c.OrganisationID, YearID: c.YearID, Period: c.Period, Number: c.Number, PreviousSeal: c.PreviousSeal, FourEyes: c.FourEyes,
			SignedBy: c.SignedBy, SignedAt: c.SignedAt}
		seal, err := stated.compute(c.Figures, c.Batch)
		if err != nil {
			return err
		}
		if seal != c.Seal || c.PreviousSeal != before {
			check.breaks(c.name())
		}
		before = c.Seal
	}
	return nil
}

// holdTold holds certificates against the trail: who changes one can make it a new seal, but the trail is sealed by itself.
func holdTold(ctx context.Context, db database.Conn, organisation int64, all []*certified, check *Check) error {
	held := map[int64]string{}
	for _, c := range all {
		held[c.ID] = c.Seal
	}
	return eachTold(ctx, db, audit.Filter{Organisation: organisation, Action: "period.close", Subject: "certificate"}, func(e audit.Entry) error {
		var told certificateNote
		if json.Unmarshal([]byte(e.Details), &told) == nil && told.Seal != held[e.SubjectID] {
			check.breaks(fmt.Sprintf("certificate:%d", e.SubjectID))
		}
		return nil
	})
}

// holdRoots goes through the books once, and holds what was booked in each period against the root of its certificates.
func holdRoots(ctx context.Context, db database.Conn, organisation int64, all []*certified, check *Check) error {
	of := map[Slot][]*certified{}
	for _, c := range all {
		at := Slot{c.YearID, c.Period}
		of[at] = append(of[at], c)
	}
	at := slices.Collect(maps.Keys(of))
	err := eachSealedPosting(ctx, db, organisation, at, func(r sealRow) {
		for _, c := range of[r.at] {
			if c.took(r) {
				c.seal.posting(r)
			}
		}
	})
	if err != nil {
		return err
	}
	err = eachSealedAllocation(ctx, db, organisation, at, func(r sealRow) {
		for _, c := range of[r.at] {
			if c.took(r) {
				c.seal.allocation(r)
			}
		}
	})
	if err != nil {
		return err
	}
	for _, c := range all {
		if c.figures.Entries != c.seal.entries || c.figures.Shares != c.seal.parts || c.figures.Root != c.seal.tree.Root() {
			check.breaks(c.name())
		}
	}
	return nil
}

// reproduced tells whether the bookings up to the certificate give its totals.
func (c *certified) reproduced(sums []bookedSum) bool {
	of, to := map[string]Tie{}, map[string]Tie{}
	for _, s := range sums {
		if s.YearID != c.YearID || s.Period > c.Period || s.Batch > c.Batch {
			continue
		}
		t := Tie{Total: s.Total, Allocated: s.Allocated, Unallocated: s.Total - s.Allocated - s.Excluded, Excluded: s.Excluded, Lines: s.Lines}
		to[string(s.Flow)] = to[string(s.Flow)].plus(t)
		if s.Period == c.Period {
			of[string(s.Flow)] = of[string(s.Flow)].plus(t)
		}
	}
	return sameTies(c.figures.OfPeriod, of) && sameTies(c.figures.ToDate, to)
}

// sameTies tells whether a certificate states the ties of every flow, and no other.
func sameTies(stated []FlowTie, found map[string]Tie) bool {
	for _, s := range stated {
		if s.Tie != found[string(s.Flow)] {
			return false
		}
		delete(found, string(s.Flow))
	}
	for _, t := range found {
		if t != (Tie{}) {
			return false
		}
	}
	return true
}
