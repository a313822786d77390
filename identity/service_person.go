package identity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// trailPage is how many entries are read at once when all are wanted.
const trailPage = 500

// OnErase has another domain forget what it holds about a person, in the same transaction.
func (s *Service) OnErase(f func(ctx context.Context, tx database.Conn, u User, pseudonym string) error) {
	s.hooks.erase = append(s.hooks.erase, f)
}

// OnExport has another domain tell an actor what it holds about a person, see MayLearnOf.
func (s *Service) OnExport(name string, f func(ctx context.Context, db database.Conn, actor Actor, u User) (any, error)) {
	s.hooks.export = append(s.hooks.export, exporter{name, f})
}

// Trail searches the audit trail of an organisation, newest first.
func (s *Service) Trail(ctx context.Context, actor Actor, organisation int64, f audit.Filter) ([]TrailLine, error) {
	if err := s.seeOrganisation(actor, PermReadAudit, organisation); err != nil {
		return nil, err
	}
	f.Organisation = organisation
	entries, err := audit.Search(ctx, s.db.Read(), f)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, e := range entries {
		if id := userOf(e.Actor); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	names, err := findNames(ctx, s.db.Read(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]TrailLine, len(entries))
	for i, e := range entries {
		out[i] = TrailLine{e, cmp.Or(names[userOf(e.Actor)], e.Actor)}
	}
	return out, nil
}

// userOf reads the user of an actor's name; 0: the actor is none.
func userOf(actor string) int64 {
	text, ok := strings.CutPrefix(actor, "user:")
	id, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return 0
	}
	return id
}

// Note writes an event down that changes nothing: an export, an attempt that was refused. It does not count as the work of a
// request, which may be sent again.
func (s *Service) Note(ctx context.Context, actor Actor, organisation int64, action, subject string, id int64, details any) error {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return err
	}
	ctx = audit.WithRequest(ctx, "")
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		return audit.Record(ctx, tx, organisation, actor.Name, action, subject, id, details, s.now())
	})
}

// PersonalData gives everything that is held about a person to themselves, and to who looks after their account what is held where they
// do. What the person did stands in it, but not what the trail says of the things they did it to: those are no data about them.
func (s *Service) PersonalData(ctx context.Context, actor Actor, user int64) (PersonalData, error) {
	see := s.seeAccount
	if actor.UserID == user {
		see = func(ctx context.Context, actor Actor, _ int64) (account, error) { return s.own(ctx, actor) }
	}
	who, err := see(ctx, actor, user)
	if err != nil {
		return PersonalData{}, err
	}
	out := PersonalData{User: personalUser(who.User), Grants: []PersonalGrant{}, Trail: []PersonalEntry{}, More: map[string]any{}}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error { return s.gather(ctx, tx, actor, who.User, &out) })
	if err != nil {
		return PersonalData{}, err
	}
	return out, s.Note(ctx, actor, who.OrganisationID, "personal.export", "user", user, nil)
}

func (s *Service) gather(ctx context.Context, tx database.Conn, actor Actor, u User, out *PersonalData) (err error) {
	grants, err := findGrants(ctx, tx, 0, u.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if !actor.MayLearnOf(u, g.OrganisationID) {
			continue
		}
		out.Grants = append(out.Grants, PersonalGrant{g.Organisation, g.Role, g.Scope, g.Subject, g.GrantedBy, g.CreatedAt})
	}
	if out.Sessions, err = findSessionLines(ctx, tx, u.ID); err != nil {
		return err
	}
	organisations, err := findOrganisations(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range organisations {
		if !actor.MayLearnOf(u, o.ID) {
			continue
		}
		entries, err := personalTrail(ctx, tx, o.ID, u.ID)
		if err != nil {
			return err
		}
		out.Trail = append(out.Trail, entries...)
	}
	for _, e := range s.hooks.export {
		if out.More[e.name], err = e.read(ctx, tx, actor, u); err != nil {
			return err
		}
	}
	return nil
}

// personalTrail gives the entries of an organisation that a user caused or that are about their account, oldest first.
func personalTrail(ctx context.Context, tx database.Conn, organisation, user int64) ([]PersonalEntry, error) {
	found := map[int64]PersonalEntry{}
	for _, f := range []audit.Filter{{Actor: SignedIn(user, "").Name}, {Subject: "user", SubjectID: user}} {
		f.Organisation, f.Limit = organisation, trailPage
		for {
			page, err := audit.Search(ctx, tx, f)
			if err != nil {
				return nil, err
			}
			for _, e := range page {
				entry := PersonalEntry{Organisation: e.OrganisationID, At: e.At, Actor: e.Actor, Action: e.Action, Subject: e.Subject, SubjectID: e.SubjectID}
				if e.Subject == "user" && e.SubjectID == user {
					entry.Details = e.Details
				}
				found[e.ID] = entry
				f.Before = e.ID
			}
			if len(page) < trailPage {
				break
			}
		}
	}
	ids := make([]int64, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]PersonalEntry, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// Pseudonym is what stands for a user who was erased.
func Pseudonym(user int64) string { return fmt.Sprintf("Agent %d", user) }

// Erase takes out of an account, and out of all that other domains hold, what tells who the person was. What they did stays, as
// done by a number. It cannot be undone.
func (s *Service) Erase(ctx context.Context, actor Actor, user, version int64) error {
	who, err := s.seeAccount(ctx, actor, user)
	if err != nil {
		return err
	}
	if actor.UserID == user {
		return fault.Conflict("user.self")
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return s.erase(ctx, tx, actor, who, version) })
}

func (s *Service) erase(ctx context.Context, tx database.Conn, actor Actor, who account, version int64) error {
	now, pseudonym := s.now(), Pseudonym(who.ID)
	left, err := s.lockAdministered(ctx, tx, actor, who.ID)
	if err != nil {
		return err
	}
	switch shared, err := hasNamesake(ctx, tx, who.User); {
	case err != nil:
		return err
	case shared: // whose name it is cannot be told: what names the other one stays
		who.Name = ""
	}
	for _, forget := range s.hooks.erase { // first, while it can be read what was granted
		if err := forget(ctx, tx, who.User, pseudonym); err != nil {
			return err
		}
	}
	if err := eraseUser(ctx, tx, who.ID, version, pseudonym, now); err != nil {
		return err
	}
	if err := s.endAccess(ctx, tx, who.ID); err != nil {
		return err
	}
	for _, drop := range []func(context.Context, database.Conn, int64) error{deleteGrants, deleteMails, deleteRecoveryCodes} {
		if err := drop(ctx, tx, who.ID); err != nil {
			return err
		}
	}
	if err := left(ctx, tx); err != nil {
		return err
	}
	return eraseTrail(ctx, tx, actor, who.User, now)
}

// eraseTrail empties the entries that hold values about a person, in every organisation whose trail knows the account: another one is not
// reached by a name or an address that anybody may type into an account of their own.
func eraseTrail(ctx context.Context, tx database.Conn, actor Actor, u User, now time.Time) error {
	match := audit.Match{Subject: "user", SubjectID: u.ID, Texts: []string{u.Email}}
	if strings.Contains(u.Name, " ") { // a single word may be anything
		match.Names = []string{u.Name}
	}
	organisations, err := findOrganisations(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range organisations {
		known, err := inTrail(ctx, tx, o.ID, u.ID)
		if err != nil {
			return err
		}
		if !known && o.ID != u.OrganisationID {
			continue
		}
		ids, err := audit.Erase(ctx, tx, o.ID, match, now)
		if err != nil {
			return err
		}
		if len(ids) == 0 && o.ID != u.OrganisationID {
			continue
		}
		if err := audit.Record(ctx, tx, o.ID, actor.Name, audit.ActionErase, "user", u.ID, audit.Erasure{Entries: ids}, now); err != nil {
			return err
		}
	}
	return nil
}

// inTrail tells whether a trail has an entry about a user, or by them.
func inTrail(ctx context.Context, tx database.Conn, organisation, user int64) (bool, error) {
	for _, f := range []audit.Filter{{Actor: SignedIn(user, "").Name}, {Subject: "user", SubjectID: user}} {
		f.Organisation, f.Limit = organisation, 1
		if found, err := audit.Search(ctx, tx, f); err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
	}
	return false, nil
}

// How long is kept what nobody needs any more.
const (
	keepWindows  = 2 * 24 * time.Hour
	keepReceipts = 30 * 24 * time.Hour
	keepLists    = 7 * 24 * time.Hour
	keepMails    = 90 * 24 * time.Hour
)

// retention is in whose name accounts are erased whose time is over.
var retention = Operator("job:retention")

// Retain clears away what is not to be kept any longer. Each sort is cleared by itself, each account in a transaction of its own: what
// fails does not keep the rest.
func (s *Service) Retain(ctx context.Context, now time.Time) (Retained, error) {
	var out Retained
	var failed []error
	for _, work := range []struct {
		n     *int
		clear func(ctx context.Context, tx database.Conn) (int, error)
	}{
		{&out.Sessions, func(ctx context.Context, tx database.Conn) (int, error) {
			return deleteSessionsBefore(ctx, tx, now.Add(-SessionIdle), now)
		}},
		{&out.Resets, func(ctx context.Context, tx database.Conn) (int, error) { return deleteResetsBefore(ctx, tx, now) }},
		{&out.RateWindows, func(ctx context.Context, tx database.Conn) (int, error) {
			return deleteWindowsBefore(ctx, tx, now.Add(-keepWindows))
		}},
		{&out.Receipts, func(ctx context.Context, tx database.Conn) (int, error) {
			return deleteReceiptsBefore(ctx, tx, now.Add(-keepReceipts))
		}},
		{&out.StagedLists, func(ctx context.Context, tx database.Conn) (int, error) {
			return emptyListsBefore(ctx, tx, now.Add(-keepLists))
		}},
		{&out.Mails, func(ctx context.Context, tx database.Conn) (int, error) {
			return deleteMailsBefore(ctx, tx, now.Add(-keepMails), now)
		}},
	} {
		n, err := work.clear(ctx, s.db.Write())
		*work.n = n
		failed = append(failed, err)
	}
	n, err := s.eraseLeavers(ctx, now)
	out.Erased = n
	return out, errors.Join(append(failed, err)...)
}

// eraseLeavers erases the accounts that were disabled for longer than their organisation keeps them.
func (s *Service) eraseLeavers(ctx context.Context, now time.Time) (erased int, err error) {
	disabled, err := findDisabled(ctx, s.db.Read())
	if err != nil {
		return 0, err
	}
	var failed []error
	for _, d := range disabled {
		if d.DisabledAt.AddDate(0, d.Months, 0).After(now) {
			continue
		}
		err := s.Erase(ctx, retention, d.ID, d.Version)
		if err == nil {
			erased++
		} else if fault.KindOf(err) != fault.KindStale { // somebody needs the account again
			failed = append(failed, fmt.Errorf("erase user %d: %w", d.ID, err))
		}
	}
	return erased, errors.Join(failed...)
}
