package governance

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"jalon/identity"
	"jalon/internal/audit"
)

// PackFault is a pack whose stored parts do not fit together any more, or do not fit what the trail says of it.
type PackFault struct {
	Pack PackCard
	What string // snapshot, pdf, trail, missing
}

// Verify holds every pack of the instance against its fingerprints, one at a time, and these against what the trail, which is
// sealed, says since the freezing: who changes a pack can change its fingerprints as well. It is the operator's: no grant
// reaches over all organisations.
func (s *Service) Verify(ctx context.Context, actor identity.Actor) (checked int, faults []PackFault, err error) {
	if err := identity.Can(actor, identity.PermReadPack, identity.Within(0)); err != nil {
		return 0, nil, err
	}
	frozen, err := s.frozen(ctx) // first: what is frozen meanwhile is not missing
	if err != nil {
		return 0, nil, err
	}
	ids, err := findPackIDs(ctx, s.db.Read())
	if err != nil {
		return 0, nil, err
	}
	for _, id := range ids {
		card, row, err := findPack(ctx, s.db.Read(), id)
		if err != nil {
			return checked, faults, err
		}
		before := len(faults)
		if Fingerprint([]byte(row.Snapshot)) != row.SnapshotSHA256 {
			faults = append(faults, PackFault{card, "snapshot"})
		}
		if Fingerprint(row.PDF) != row.PDFSHA256 {
			faults = append(faults, PackFault{card, "pdf"})
		}
		told, known := frozen[id]
		now := frozenPack{Committee: told.Committee, Period: row.Period, Edition: row.Edition, Snapshot: row.SnapshotSHA256, PDF: row.PDFSHA256}
		if known && told != now && len(faults) == before {
			faults = append(faults, PackFault{card, "trail"})
		}
		delete(frozen, id)
		checked++
	}
	for _, id := range slices.Sorted(maps.Keys(frozen)) {
		told := frozen[id]
		faults = append(faults, PackFault{PackCard{ID: id, Committee: told.Committee, Period: told.Period, Edition: told.Edition}, "missing"})
	}
	return checked, faults, nil
}

// frozenPack is what the trail keeps of a pack. The code of its committee may change later.
type frozenPack struct {
	Committee string `json:"committee"`
	Period    string `json:"period"`
	Edition   int    `json:"edition"`
	Snapshot  string `json:"snapshot_sha256"`
	PDF       string `json:"pdf_sha256"`
}

// frozen gives what the trail of every organisation says of the packs that were frozen.
func (s *Service) frozen(ctx context.Context) (map[PackID]frozenPack, error) {
	out := map[PackID]frozenPack{}
	err := s.trail(ctx, "pack.freeze", "pack", func(subject int64, details string) { // newest first: what was said at first stands in the end
		var told frozenPack
		if json.Unmarshal([]byte(details), &told) == nil && told.PDF != "" {
			out[PackID(subject)] = told
		}
	})
	return out, err
}

// trail tells every entry of an action of the trails of all organisations, the newest first.
func (s *Service) trail(ctx context.Context, action, subject string, told func(subject int64, details string)) error {
	organisations, err := findOrganisationIDs(ctx, s.db.Read())
	if err != nil {
		return err
	}
	for _, organisation := range organisations {
		search := audit.Filter{Organisation: organisation, Action: action, Subject: subject, Limit: 500}
		for {
			entries, err := audit.Search(ctx, s.db.Read(), search)
			if err != nil {
				return err
			}
			for _, e := range entries {
				told(e.SubjectID, e.Details)
				search.Before = e.ID
			}
			if len(entries) < search.Limit {
				break
			}
		}
	}
	return nil
}
