package finance

import (
	"context"
	"encoding/json"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// ProfileLine is a way to read files that an organisation may choose.
type ProfileLine struct {
	Profile    ledgerfile.Profile
	BuiltIn    bool
	RecordedBy string // as the trail names them
	ByName     string
	RecordedAt time.Time
}

// Profiles lists the newest versions of the profiles of an organisation, its own first, then the built-in ones; of one purpose, or of all.
func (s *Service) Profiles(ctx context.Context, actor identity.Actor, organisation int64, purpose string) ([]ProfileLine, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	own, err := findProfiles(ctx, s.db.Read(), organisation, "")
	if err != nil {
		return nil, err
	}
	var out []ProfileLine
	seen := map[string]bool{}
	for _, line := range own {
		if !seen[line.Profile.Name] && (purpose == "" || line.Profile.Purpose == purpose) {
			out = append(out, line)
		}
		seen[line.Profile.Name] = true
	}
	for _, name := range ledgerfile.BuiltInNames() {
		if p, _ := ledgerfile.BuiltIn(name); purpose == "" || p.Purpose == purpose {
			out = append(out, ProfileLine{Profile: p, BuiltIn: true})
		}
	}
	return out, nil
}

// ProfileVersions lists all versions of a profile, the newest first. A built-in one has one.
func (s *Service) ProfileVersions(ctx context.Context, actor identity.Actor, organisation int64, name string) ([]ProfileLine, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	if p, ok := ledgerfile.BuiltIn(name); ok {
		return []ProfileLine{{Profile: p, BuiltIn: true}}, nil
	}
	out, err := findProfiles(ctx, s.db.Read(), organisation, name)
	if err == nil && len(out) == 0 {
		err = fault.NotFound("import_profile", name)
	}
	return out, err
}

// Profile gives the newest version of a profile by its name, a built-in one or one of the organisation's own.
func (s *Service) Profile(ctx context.Context, actor identity.Actor, organisation int64, name string) (ledgerfile.Profile, error) {
	all, err := s.ProfileVersions(ctx, actor, organisation, name)
	if err != nil {
		return ledgerfile.Profile{}, err
	}
	return all[0].Profile, nil
}

// SaveProfile keeps a profile of the organisation's own under its name, as a further version when there is one that says something else. It gives the
// profile with its version. Files that were read by earlier versions keep those.
func (s *Service) SaveProfile(ctx context.Context, actor identity.Actor, organisation int64, p ledgerfile.Profile) (ledgerfile.Profile, error) {
	if err := ownProfile(&p); err != nil {
		return p, err
	}
	err := s.change(ctx, actor, organisation, savingProfile, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		return s.keepProfile(ctx, tx, actor, organisation, &p)
	})
	return p, err
}

var savingProfile = act{name: "import_profile.save", permission: identity.PermImportLedger}

// ownProfile refuses what cannot be a profile of an organisation's own.
func ownProfile(p *ledgerfile.Profile) error {
	p.Version = max(p.Version, 1)
	if err := p.Validate(); err != nil {
		return err
	}
	if _, taken := ledgerfile.BuiltIn(p.Name); taken {
		return fault.Conflict("import.profile_taken", p.Name)
	}
	return nil
}

// keepProfile gives a profile its version, and keeps it when it says something else than the version before.
func (s *Service) keepProfile(ctx context.Context, tx database.Conn, actor identity.Actor, organisation int64, p *ledgerfile.Profile) (trace, error) {
	earlier, err := findProfiles(ctx, tx, organisation, p.Name)
	if err != nil {
		return trace{}, err
	}
	p.Version = 1
	if len(earlier) > 0 {
		p.Version = earlier[0].Profile.Version
		if alike(*p, earlier[0].Profile) {
			return trace{}, nil
		}
		p.Version++
	}
	row := profileRow{OrganisationID: organisation, Name: p.Name, Version: p.Version, RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
	if err := insertProfile(ctx, tx, row, *p); err != nil {
		return trace{}, err
	}
	return trace{details: map[string]any{"profile": p.Name, "version": p.Version}}, nil
}

// alike tells whether two profiles say the same.
func alike(a, b ledgerfile.Profile) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
