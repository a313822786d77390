package identity

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// limit bounds how often something may fail in a window of time.
type limit struct {
	bucket string
	window time.Duration
	most   int64
}

const quarter = 15 * time.Minute

// signInLimits bounds guesses at passwords: from one address at all accounts, from one network at one account, and at one account
// from anywhere. The last is wide, so that strangers cannot keep somebody out with a handful of guesses; the narrow
// ones come first, so that who is held already does not fill it. Accounts stand in it by a hash: unknown ones
// are limited alike, and nobody's address is kept.
func signInLimits(folded, address string) []limit {
	host, network := place(address)
	who := hashToken(folded)[:32]
	return []limit{
		{"sign_in:address:" + host, quarter, 30},
		{"sign_in:network:" + network + ":" + who, quarter, 10},
		{"sign_in:account:" + who, time.Hour, 100},
	}
}

// codeLimits bounds guesses at the second factor by somebody who knows the password.
func codeLimits(user int64) []limit {
	return []limit{{fmt.Sprintf("code:%d", user), quarter, 10}, {fmt.Sprintf("code:day:%d", user), 24 * time.Hour, 40}}
}

// passwordLimits bounds guesses at a password by somebody who sits before a browser that is signed in.
func passwordLimits(user int64) []limit {
	return []limit{{fmt.Sprintf("password:%d", user), quarter, 10}}
}

// forgotLimits bounds the mails that somebody can have sent to others.
func forgotLimits(folded, address string) []limit {
	host, _ := place(address)
	return []limit{{"forgot:address:" + host, time.Hour, 20}, {"forgot:account:" + hashToken(folded)[:32], time.Hour, 3}}
}

// place gives the address of a client and the network that is as easily had as one address. Who has one
// address of version 6 has at least the 64 bits below, and often the 80 of a whole site: as many guesses at one account as there
// are such networks would keep its owner out.
func place(address string) (host, network string) {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown", "unknown"
	}
	ip = ip.Unmap().WithZone("")
	bits, own := 24, 32
	if ip.Is6() {
		bits, own = 48, 64
	}
	wide, _ := ip.Prefix(bits) // both fit every address of the version
	narrow, _ := ip.Prefix(own)
	return narrow.String(), wide.String()
}

// network is what the audit trail keeps of an address: enough to see where attempts come from, too little to name a
// person, because the trail is kept for ever.
func network(address string) string {
	_, wide := place(address)
	return wide
}

// attempt counts an attempt before it is made, so that many at once are all counted. It refuses with TooMany what
// went beyond a limit; else success must be called when the attempt did not fail.
func (s *Service) attempt(ctx context.Context, limits []limit) (success func(context.Context) error, err error) {
	now := s.now()
	var over *limit
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		over = nil
		for i, l := range limits {
			n, err := countAttempt(ctx, tx, l.bucket, now.Truncate(l.window))
			if err != nil {
				return err
			}
			if n > l.most {
				over = &limits[i]
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if over != nil {
		wait := now.Truncate(over.window).Add(over.window).Sub(now)
		return nil, fault.TooMany("sign_in.too_many", int(wait/time.Minute)+1)
	}
	return func(ctx context.Context) error {
		return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
			for _, l := range limits {
				if err := uncountAttempt(ctx, tx, l.bucket, now.Truncate(l.window)); err != nil {
					return err
				}
			}
			return nil
		})
	}, nil
}
