package identity

import (
	"context"
	"slices"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// userDetails is what the trail says of an account.
type userDetails struct {
	Email  string `json:"email"`
	Name   string `json:"name"`
	Locale string `json:"locale"`
}

func detailsOf(u User) userDetails { return userDetails{u.Email, u.Name, u.Locale} }

// Own gives the actor's own account, with all it was granted.
func (s *Service) Own(ctx context.Context, actor Actor) (User, error) {
	who, err := s.own(ctx, actor)
	if err != nil {
		return User{}, err
	}
	who.Grants, err = findGrants(ctx, s.db.Read(), 0, who.ID)
	return who.User, err
}

// UpdateOwn changes what people say of themselves.
func (s *Service) UpdateOwn(ctx context.Context, actor Actor, version int64, in OwnInput) error {
	who, err := s.own(ctx, actor)
	if err != nil {
		return err
	}
	in.Name = cleanName(in.Name)
	var f fault.Fields
	checkName(&f, in.Name)
	checkLocale(&f, in.Locale)
	if err := f.Err(); err != nil {
		return err
	}
	before := OwnInput{who.Name, who.Locale, who.Shortcuts}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateOwn(ctx, tx, who.ID, version, in); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "user.update", "user", who.ID, change(before, in), s.now())
	})
}

// Users lists the people of an organisation and those with a grant in it, with what they were granted there.
func (s *Service) Users(ctx context.Context, actor Actor, organisation int64) ([]User, error) {
	grants, err := s.Grants(ctx, actor, organisation)
	if err != nil {
		return nil, err
	}
	users, err := findUsers(ctx, s.db.Read(), organisation)
	if err != nil {
		return nil, err
	}
	held := map[int64][]GrantLine{}
	for _, g := range grants {
		held[g.UserID] = append(held[g.UserID], g)
	}
	for i := range users {
		users[i].Grants = held[users[i].ID]
	}
	return users, nil
}

// User gives an account to who looks after it, with its grants in the organisations whose users they may edit: what somebody was granted
// elsewhere would name what is none of their business.
func (s *Service) User(ctx context.Context, actor Actor, id int64) (User, error) {
	who, err := s.seeAccount(ctx, actor, id)
	if err != nil {
		return User{}, err
	}
	grants, err := findGrants(ctx, s.db.Read(), 0, who.ID)
	if err != nil {
		return User{}, err
	}
	who.Grants = slices.DeleteFunc(grants, func(g GrantLine) bool { return !actor.May(PermEditUsers, Within(g.OrganisationID)) })
	return who.User, nil
}

// UserByEmail finds the account of an address for an operator: it knows all organisations.
func (s *Service) UserByEmail(ctx context.Context, actor Actor, email string) (User, error) {
	if err := Can(actor, PermEditUsers, Scope{}); err != nil {
		return User{}, err
	}
	email, folded, _ := cleanEmail(email)
	who, err := findAccountByEmail(ctx, s.db.Read(), folded)
	if fault.KindOf(err) == fault.KindNotFound {
		return User{}, fault.NotFound("user", email)
	}
	return who.User, err
}

// seeAccount loads an account that the actor looks after; for everybody else it does not exist.
func (s *Service) seeAccount(ctx context.Context, actor Actor, id int64) (account, error) {
	if err := Can(actor, PermOwnAccount, Scope{}); err != nil {
		return account{}, err
	}
	who, err := findAccount(ctx, s.db.Read(), id)
	if err != nil {
		return account{}, err
	}
	if err := See(actor, PermEditUsers, PermEditUsers, Within(who.OrganisationID), "user", id); err != nil {
		return account{}, err
	}
	if who.Status == StatusErased {
		return account{}, fault.NotFound("user", id)
	}
	return who, nil
}

// clean puts an input into the form in which it is kept and reports every rule that it breaks.
func (in *UserInput) clean() (folded string, f fault.Fields) {
	var ok bool
	in.Email, folded, ok = cleanEmail(in.Email)
	in.Name = cleanName(in.Name)
	f.Check(ok, "email", "user.email_form")
	checkName(&f, in.Name)
	checkLocale(&f, in.Locale)
	for _, r := range in.Roles {
		f.Check(r.Valid(), "role", "input.unknown_value", string(r))
	}
	return folded, f
}

// AddUser makes an account in an organisation, with roles in the whole of it. Without a password the person is invited by a one-time
// link, which the caller gets as well: they hand it over where no mail server does.
func (s *Service) AddUser(ctx context.Context, actor Actor, in UserInput) (User, string, error) {
	if err := s.seeOrganisation(actor, PermEditUsers, in.OrganisationID); err != nil {
		return User{}, "", err
	}
	return s.addUserTo(ctx, actor, in, func(context.Context, database.Conn) (int64, error) { return in.OrganisationID, nil })
}

// Found books a new organisation together with its first user: neither comes without the other.
func (s *Service) Found(ctx context.Context, actor Actor, o Organisation, in UserInput) (User, string, error) {
	return s.addUserTo(ctx, actor, in, func(ctx context.Context, tx database.Conn) (int64, error) {
		o, err := CreateWithin(ctx, tx, actor, o, s.now())
		return o.ID, err
	})
}

// addUserTo makes an account in the organisation that home gives.
func (s *Service) addUserTo(ctx context.Context, actor Actor, in UserInput, home func(context.Context, database.Conn) (int64, error)) (User, string, error) {
	folded, f := in.clean()
	if in.Password != "" {
		checkPassword(&f, "password", in.Password, in.Email, in.Name)
	}
	if err := f.Err(); err != nil {
		return User{}, "", err
	}
	who := account{User: User{Email: in.Email, Name: in.Name, Locale: in.Locale, Status: StatusInvited}}
	if in.Password != "" {
		var err error
		if who.hash, err = s.hash.hash(ctx, in.Password); err != nil {
			return User{}, "", err
		}
		who.Status = StatusActive
	}
	var link string
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
		if who.OrganisationID, err = home(ctx, tx); err != nil {
			return err
		}
		if who, link, err = s.addUser(ctx, tx, actor, who, folded, in.Roles); err != nil {
			return err
		}
		who.Grants, err = findGrants(ctx, tx, who.OrganisationID, who.ID)
		return err
	})
	if err != nil {
		return User{}, "", err
	}
	return who.User, link, nil
}

// addUser books a new account with its grants.
func (s *Service) addUser(ctx context.Context, tx database.Conn, actor Actor, who account, folded string, roles []Role) (account, string, error) {
	now := s.now()
	if err := insertUser(ctx, tx, &who.User, folded, who.hash, now); err != nil {
		return who, "", err
	}
	who, err := findAccount(ctx, tx, who.ID)
	if err != nil {
		return who, "", err
	}
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	for _, r := range roles {
		g := Grant{OrganisationID: who.OrganisationID, UserID: who.ID, Role: r, Scope: ScopeOrganisation, GrantedBy: actor.Name}
		if err := s.addGrant(ctx, tx, actor, &g); err != nil {
			return who, "", err
		}
	}
	link := ""
	if who.Status == StatusInvited {
		if link, err = s.sendLink(ctx, tx, who); err != nil {
			return who, "", err
		}
	}
	return who, link, audit.Record(ctx, tx, who.OrganisationID, actor.Name, "user.create", "user", who.ID, detailsOf(who.User), now)
}

// UpdateUser changes an account. A new address ends the sessions and every link that was sent to the old one, which is told.
func (s *Service) UpdateUser(ctx context.Context, actor Actor, id, version int64, in UserInput) error {
	before, err := s.seeAccount(ctx, actor, id)
	if err != nil {
		return err
	}
	folded, f := in.clean()
	if err := f.Err(); err != nil {
		return err
	}
	after := before.User
	after.Email, after.Name, after.Locale = in.Email, in.Name, in.Locale
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateUser(ctx, tx, after, version, folded); err != nil {
			return err
		}
		if after.Email != before.Email {
			if err := s.endAccess(ctx, tx, id); err != nil {
				return err
			}
			if err := s.notify(ctx, tx, before, letterEmail); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, before.OrganisationID, actor.Name, "user.update", "user", id, change(detailsOf(before.User), detailsOf(after)), s.now())
	})
}

// SetDisabled takes an account out of use, or puts it back. What is under way dies with it: sessions, links, mails that wait.
func (s *Service) SetDisabled(ctx context.Context, actor Actor, id, version int64, disabled bool) error {
	who, err := s.seeAccount(ctx, actor, id)
	if err != nil {
		return err
	}
	status, action := StatusActive, "user.enable"
	switch {
	case disabled && actor.UserID == id:
		return fault.Conflict("user.self")
	case disabled:
		status, action = StatusDisabled, "user.disable"
	case !who.HasPassword:
		status = StatusInvited
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		left, err := s.lockAdministered(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := setStatus(ctx, tx, id, version, status, s.now()); err != nil {
			return err
		}
		if disabled {
			if err := s.endAccess(ctx, tx, id); err != nil {
				return err
			}
		}
		if err := left(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, action, "user", id, nil, s.now())
	})
}

// SendReset sends somebody a link to choose a password, in the place of all former ones, and gives it.
func (s *Service) SendReset(ctx context.Context, actor Actor, id int64) (link string, err error) {
	who, err := s.seeAccount(ctx, actor, id)
	if err != nil {
		return "", err
	}
	switch {
	case actor.UserID == id: // an open browser must not be enough for what takes one's password
		return "", fault.Conflict("user.own_access")
	case who.Status == StatusDisabled:
		return "", fault.Conflict("user.disabled", who.Email)
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := endLinks(ctx, tx, id, s.now()); err != nil {
			return err
		}
		if link, err = s.sendLink(ctx, tx, who); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, actor.Name, "password.send_reset", "user", id, nil, s.now())
	})
	return link, err
}
