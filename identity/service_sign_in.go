package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

var (
	errNoSession = fault.New(fault.KindUnauthenticated, "session.none")
	errRefused   = fault.New(fault.KindUnauthenticated, "sign_in.refused")
	errNoPending = fault.New(fault.KindUnauthenticated, "sign_in.expired")
	errWrongCode = fault.New(fault.KindUnauthenticated, "sign_in.code_refused")
)

const (
	// pendingFor is how long somebody may look for their second factor.
	pendingFor     = 5 * time.Minute
	pendingPurpose = "pending"
	// somebody is who failed to sign in: the trail must not say that it was the owner of the account.
	somebody = "sign-in"
	maxAgent = 200
)

// pendingSignIn is what the browser holds, sealed, between password and second factor.
type pendingSignIn struct {
	User     int64     `json:"u"`
	Password string    `json:"p"` // hash of the password's hash: a new password ends it
	Expires  time.Time `json:"e"`
}

// SignIn checks a password. It gives a session's token, or what is pending when the account has a second factor. Unknown, disabled
// and invited people get the answer of a wrong password, after the same work.
func (s *Service) SignIn(ctx context.Context, in SignInInput) (SignInResult, error) {
	_, folded, _ := cleanEmail(in.Email)
	success, err := s.attempt(ctx, signInLimits(folded, in.Address))
	if err != nil {
		return SignInResult{}, err
	}
	who, err := findAccountByEmail(ctx, s.db.Read(), folded)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return SignInResult{}, err
	}
	stored := ""
	if who.Status == StatusActive {
		stored = who.hash
	}
	ok, stale, err := s.hash.verify(ctx, stored, in.Password)
	if err != nil { // nothing was tried
		return SignInResult{}, errors.Join(err, success(context.WithoutCancel(ctx)))
	}
	if !ok {
		return SignInResult{}, s.refuse(ctx, who, in.Address, "password")
	}
	fresh := ""
	if stale {
		if fresh, err = s.hash.hash(ctx, in.Password); err != nil {
			return SignInResult{}, err
		}
	}
	if err := success(ctx); err != nil {
		return SignInResult{}, err
	}
	if who.TwoFactor {
		return s.pend(ctx, who, fresh)
	}
	return s.begin(ctx, who, entry{fresh: fresh, agent: in.Agent, address: in.Address})
}

// refuse writes a failed sign-in down and gives what to answer. An unknown address costs the same: one small
// transaction, so that time does not tell either.
func (s *Service) refuse(ctx context.Context, who account, address, step string) error {
	ctx = audit.WithRequest(ctx, "") // what was refused may be sent again
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if who.ID == 0 || who.Status == StatusErased {
			_, err := countAttempt(ctx, tx, "sign_in:unknown", s.now().Truncate(quarter))
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, somebody, "session.refuse", "user", who.ID, map[string]any{"step": step, "network": network(address)}, s.now())
	})
	if err != nil {
		return err
	}
	if step == "code" {
		return errWrongCode
	}
	return errRefused
}

// pend gives what the second step needs to know of the first.
func (s *Service) pend(ctx context.Context, who account, fresh string) (SignInResult, error) {
	hash := who.hash
	if fresh != "" {
		ok, err := claimAccount(ctx, s.db.Write(), who.ID, who.hash, fresh, s.now())
		if err != nil {
			return SignInResult{}, err
		}
		if !ok {
			return SignInResult{}, errRefused
		}
		hash = fresh
	}
	text, err := json.Marshal(pendingSignIn{User: who.ID, Password: hashToken(hash), Expires: s.now().Add(pendingFor)})
	if err != nil {
		return SignInResult{}, fmt.Errorf("pending sign-in: %w", err)
	}
	pending, err := s.seal(pendingPurpose, string(text))
	return SignInResult{Pending: pending}, err
}

// SecondStep takes the code of an authenticator app, or a recovery code, for what SignIn left pending.
func (s *Service) SecondStep(ctx context.Context, pending, code, agent, address string) (SignInResult, error) {
	who, err := s.resume(ctx, pending)
	if err != nil {
		return SignInResult{}, err
	}
	success, err := s.attempt(ctx, codeLimits(who.ID))
	if err != nil {
		return SignInResult{}, err
	}
	how, err := s.readCode(who, code)
	if err != nil {
		return SignInResult{}, err
	}
	how.agent, how.address = agent, address
	result, err := s.begin(ctx, who, how)
	if errors.Is(err, errWrongCode) {
		return SignInResult{}, s.refuse(ctx, who, address, "code")
	}
	if err != nil {
		return SignInResult{}, err
	}
	return result, success(ctx)
}

// resume gives whose sign-in is pending.
func (s *Service) resume(ctx context.Context, pending string) (account, error) {
	text, ok, err := s.open(pendingPurpose, pending)
	if err != nil {
		return account{}, err
	}
	var held pendingSignIn
	if !ok || json.Unmarshal([]byte(text), &held) != nil || !s.now().Before(held.Expires) {
		return account{}, errNoPending
	}
	who, err := findAccount(ctx, s.db.Read(), held.User)
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return account{}, err
	}
	if err != nil || who.Status != StatusActive || !who.TwoFactor || hashToken(who.hash) != held.Password {
		return account{}, errNoPending
	}
	return who, nil
}

// readCode tells what a code is: a step of time, or else one to look for among the recovery codes.
func (s *Service) readCode(who account, code string) (entry, error) {
	secret, ok, err := s.open(twoFactorPurpose(who.ID), who.secret)
	if err != nil {
		return entry{}, err
	}
	code = cleanCode(code)
	if ok {
		if step, ok := matchStep(secret, code, s.now(), who.lastStep); ok {
			return entry{step: step}, nil
		}
	}
	return entry{recovery: hashToken(code)}, nil
}

// entry is how somebody gets in.
type entry struct {
	fresh    string // a new hash of the password
	step     int64  // of the second factor
	recovery string // hash of a recovery code
	agent    string
	address  string
}

func (e entry) second() bool { return e.step != 0 || e.recovery != "" }

// begin begins a session, if the account is still what was checked and the code was not used by somebody else.
func (s *Service) begin(ctx context.Context, who account, how entry) (result SignInResult, err error) {
	now := s.now()
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if ok, err := claimAccount(ctx, tx, who.ID, who.hash, how.fresh, now); err != nil || !ok {
			return orRefuse(err, errRefused)
		}
		if how.second() {
			if ok, err := useCode(ctx, tx, who.ID, how, now); err != nil || !ok {
				return orRefuse(err, errWrongCode)
			}
		}
		var row *sessionRow
		result.Token, row = newSession(who.ID, how.agent, how.second(), now)
		if err := insertSession(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, who.OrganisationID, who.actor().Name, "session.begin", "user", who.ID,
			map[string]any{"network": network(how.address), "second_factor": how.second(), "recovery_code": how.recovery != ""}, now)
	})
	if err != nil {
		return SignInResult{}, err
	}
	return result, nil
}

// orRefuse gives the error, or the refusal when there is none.
func orRefuse(err error, refusal *fault.Error) error {
	if err != nil {
		return err
	}
	return refusal
}

func useCode(ctx context.Context, tx database.Conn, user int64, how entry, now time.Time) (bool, error) {
	if how.step != 0 {
		return useStep(ctx, tx, user, how.step)
	}
	return useRecoveryCode(ctx, tx, user, how.recovery, now)
}

// newSession makes a session and the token that only the browser will hold.
func newSession(user int64, agent string, second bool, now time.Time) (token string, row *sessionRow) {
	token = newToken()
	at := database.Instant(now)
	return token, &sessionRow{UserID: user, TokenHash: hashToken(token), CSRF: newToken(), SecondFactor: second, Agent: cut(agent, maxAgent),
		CreatedAt: at, LastSeenAt: at, ExpiresAt: at.Add(SessionAbsolute)}
}
