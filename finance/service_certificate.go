package finance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// PreviewCertificate tells what signing a period would say now, and what prevents this actor from it.
func (s *Service) PreviewCertificate(ctx context.Context, actor identity.Actor, organisation, year int64, period int) (CertificatePreview, error) {
	var out CertificatePreview
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) (err error) {
		out, err = previewOf(ctx, tx, b, actor, Slot{year, period})
		return err
	})
	return out, err
}

// SignPeriod closes a period: what it holds can no longer change, and what corrects it stands in a later one. Who signs must not have
// reconciled any of it themselves, and must have seen the books as they are. The first hindrance is the refusal.
func (s *Service) SignPeriod(ctx context.Context, actor identity.Actor, in SignInput) (Certificate, error) {
	var out Certificate
	at := Slot{in.Year, in.Period}
	err := s.change(ctx, actor, in.Organisation, act{name: "period.close", permission: identity.PermClosePeriod, noun: "certificate"},
		func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			if b.FactsVersion != in.Seen {
				return trace{}, fault.New(fault.KindStale, "certificate.books_moved")
			}
			if _, err := s.recheck(ctx, tx, b); err != nil {
				return trace{}, err
			}
			p, err := previewOf(ctx, tx, b, actor, at)
			if err != nil {
				return trace{}, err
			}
			if len(p.Hindrances) > 0 {
				return trace{}, p.Hindrances[0].refusal()
			}
			out = Certificate{OrganisationID: in.Organisation, YearID: in.Year, Year: p.Figures.Year, Period: in.Period, Number: p.Number, Figures: p.Figures, FourEyes: p.FourEyes,
				SignedBy: actor.Name, SignedLabel: actor.Label, SignedAt: s.now()}
			if err := b.seal(ctx, tx, &out); err != nil {
				return trace{}, err
			}
			return trace{subject: "certificate", id: out.ID, details: certificateTrail(out)}, b.setPeriod(ctx, tx, at, StateClosed)
		})
	return out, err
}

// certificateNote is what the trail, which is sealed itself, keeps of a certificate.
type certificateNote struct {
	Year     string `json:"year"`
	Period   int    `json:"period"`
	Number   int    `json:"number"`
	FourEyes bool   `json:"four_eyes"`
	Seal     string `json:"seal"`
	Reason   string `json:"reason,omitempty"`
}

func certificateTrail(c Certificate) certificateNote {
	return certificateNote{Year: c.Year, Period: c.Period, Number: c.Number, FourEyes: c.FourEyes, Seal: c.Seal, Reason: c.ReopenReason}
}

// seal completes a certificate with the root over what was booked in its period, and books it.
func (b *books) seal(ctx context.Context, tx database.Conn, c *Certificate) error {
	held, err := sealPeriod(ctx, tx, c.OrganisationID, Slot{c.YearID, c.Period})
	if err != nil {
		return err
	}
	c.Figures.Entries, c.Figures.Shares, c.Figures.Root = held.entries, held.parts, held.tree.Root()
	before, err := findCertificateRows(ctx, tx, certificateFilter{organisation: c.OrganisationID})
	if err != nil {
		return err
	}
	if len(before) > 0 {
		c.PreviousSeal = before[0].Seal
	}
	batch, err := lastBatch(ctx, tx, c.OrganisationID)
	if err != nil {
		return err
	}
	return insertCertificate(ctx, tx, c, batch)
}

const maxReopenReason = 1000

// ReopenPeriod opens a closed period again: by another person than signed it, with a reason, the latest one first.
func (s *Service) ReopenPeriod(ctx context.Context, actor identity.Actor, in ReopenInput) error {
	at := Slot{in.Year, in.Period}
	in.Reason = strings.TrimSpace(in.Reason)
	return s.change(ctx, actor, in.Organisation, act{name: "period.reopen", permission: identity.PermClosePeriod, noun: "certificate"},
		func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			var f fault.Fields
			f.Check(!fault.Blank(in.Reason), "reason", "input.required")
			f.Check(len(in.Reason) <= maxReopenReason, "reason", "input.too_long", maxReopenReason)
			if err := f.Err(); err != nil {
				return trace{}, err
			}
			if _, err := b.period(at); err != nil {
				return trace{}, err
			}
			rows, err := findCertificateRows(ctx, tx, certificateFilter{organisation: in.Organisation, at: at, holding: true})
			if err != nil {
				return trace{}, err
			}
			if len(rows) == 0 {
				return trace{}, fault.Conflict("certificate.not_closed", b.yearCode(in.Year), in.Period)
			}
			if later, ok := b.closedAfter(at); ok {
				return trace{}, fault.Conflict("certificate.later_closed", b.yearCode(later.Year), later.Period)
			}
			if actor.UserID != 0 && rows[0].SignedBy == actor.Name {
				return trace{}, fault.Forbidden("certificate.same_person")
			}
			c, err := rows[0].certificate(b.Calendar)
			if err != nil {
				return trace{}, err
			}
			c.ReopenedBy, c.Reopened, c.ReopenedAt, c.ReopenReason = actor.Name, actor.Label, s.now(), in.Reason
			batch, err := lastBatch(ctx, tx, in.Organisation)
			if err != nil {
				return trace{}, err
			}
			if err := endCertificate(ctx, tx, c, batch); err != nil {
				return trace{}, err
			}
			return trace{id: c.ID, subject: "certificate", details: certificateTrail(c)}, b.setPeriod(ctx, tx, at, StateOpen)
		})
}

// Certificates lists the certificates of an organisation, the newest first.
func (s *Service) Certificates(ctx context.Context, actor identity.Actor, organisation int64) ([]Certificate, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	return certificatesOf(ctx, s.db.Read(), certificateFilter{organisation: organisation})
}

// Certificate gives one certificate.
func (s *Service) Certificate(ctx context.Context, actor identity.Actor, id int64) (Certificate, error) {
	if err := refuseNobody(actor); err != nil {
		return Certificate{}, err
	}
	all, err := certificatesOf(ctx, s.db.Read(), certificateFilter{id: id})
	if err != nil {
		return Certificate{}, err
	}
	if id == 0 || len(all) == 0 {
		return Certificate{}, fault.NotFound("certificate", id)
	}
	if err := identity.See(actor, identity.PermReadLedger, identity.PermReadLedger, identity.Within(all[0].OrganisationID), "certificate", id); err != nil {
		return Certificate{}, err
	}
	return all[0], nil
}

// certificatesOf lists certificates with the codes of their years.
func certificatesOf(ctx context.Context, db database.Conn, f certificateFilter) ([]Certificate, error) {
	rows, err := findCertificateRows(ctx, db, f)
	if err != nil {
		return nil, err
	}
	out := make([]Certificate, len(rows))
	for i, r := range rows {
		if out[i], err = r.certificate(Calendar{}); err != nil {
			return nil, err
		}
		out[i].Year = out[i].Figures.Year
	}
	return out, nil
}

// LatestCertificate gives, of the periods that are closed, the certificate of the latest one that ended by a day: how far the costs of
// that day are reconciled. It is for reports that are of a day, whenever they are made; false: no such period is closed.
func LatestCertificate(ctx context.Context, db database.Conn, organisation int64, asOf civil.Date) (Certificate, bool, error) {
	all, err := certificatesOf(ctx, db, certificateFilter{organisation: organisation, holding: true})
	if err != nil {
		return Certificate{}, false, err
	}
	all = slices.DeleteFunc(all, func(c Certificate) bool { return c.Figures.To.After(asOf) })
	if len(all) == 0 {
		return Certificate{}, false, nil
	}
	// The extra period ends with the first one of the next year: of the two the latter says more.
	return slices.MaxFunc(all, func(a, b Certificate) int {
		return cmp.Or(a.Figures.To.Compare(b.Figures.To), -cmp.Compare(a.Period/ExtraPeriod, b.Period/ExtraPeriod), cmp.Compare(a.ID, b.ID))
	}), true, nil
}
