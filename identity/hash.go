package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"jalon/internal/fault"
)

// DefaultParams are what OWASP advises for argon2id on a machine that does other things as well.
var DefaultParams = Params{Memory: 19456, Time: 2, Parallel: 1}

const (
	defaultConcurrency = 2
	// waitingPerSlot bounds the queue for a hash: whoever would wait for seconds is better told at once.
	waitingPerSlot = 32
	saltBytes      = 16
	hashBytes      = 32
	// longestHashed is the length in bytes above which a password is not even looked at.
	longestHashed = 4096
)

// hasher hashes passwords, only a few at once: each takes the memory that its parameters say, and a
// flood of sign-ins must not take all there is.
type hasher struct {
	params  Params
	slots   chan struct{}
	waiting atomic.Int64
	runs    atomic.Int64 // hashes that were worked out, for the tests
}

func newHasher(p Params, concurrency int) *hasher {
	if p == (Params{}) {
		p = DefaultParams
	}
	if concurrency <= 0 {
		concurrency = defaultConcurrency
	}
	return &hasher{params: p, slots: make(chan struct{}, concurrency)}
}

// phc is a hash with everything that it takes to work it out again.
type phc struct {
	params     Params
	salt, hash []byte
}

func (h phc) String() string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.params.Memory, h.params.Time, h.params.Parallel, b64(h.salt), b64(h.hash))
}

// parsePHC reads what String wrote. Parameters that no Jalon ever used are refused: they could take all
// memory, or make the library panic.
func parsePHC(text string) (h phc, ok bool) {
	var version int
	var salt, hash string
	n, err := fmt.Sscanf(separate(text), "argon2id v=%d m=%d t=%d p=%d %s %s", &version, &h.params.Memory, &h.params.Time, &h.params.Parallel, &salt, &hash)
	if err != nil || n != 6 || version != argon2.Version || h.params.Memory < 8 || h.params.Memory > 1<<20 || h.params.Time < 1 || h.params.Time > 64 || h.params.Parallel < 1 {
		return phc{}, false
	}
	var errSalt, errHash error
	h.salt, errSalt = base64.RawStdEncoding.DecodeString(salt)
	h.hash, errHash = base64.RawStdEncoding.DecodeString(hash)
	return h, errSalt == nil && errHash == nil && len(h.salt) >= 8 && len(h.hash) == hashBytes
}

// separate puts blanks where a PHC string has its signs, so that it can be scanned.
func separate(text string) string {
	out := []byte(text)
	for i, c := range out {
		if c == '$' || c == ',' {
			out[i] = ' '
		}
	}
	if len(out) > 0 && out[0] == ' ' {
		out = out[1:]
	}
	return string(out)
}

// derive works a hash out, when it is its turn.
func (h *hasher) derive(ctx context.Context, password string, p Params, salt []byte) ([]byte, error) {
	if h.waiting.Add(1) > int64(cap(h.slots)*(1+waitingPerSlot)) {
		h.waiting.Add(-1)
		return nil, fault.Unavailable(nil, "sign_in.busy")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a hash: %w", ctx.Err())
	}
	defer func() { <-h.slots }()
	h.runs.Add(1)
	// One password may be typed in several ways that Unicode holds for the same.
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Time, p.Memory, p.Parallel, hashBytes), nil
}

// hash gives a new PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the program would have ended
	sum, err := h.derive(ctx, password, h.params, salt)
	return phc{h.params, salt, sum}.String(), err
}

// verify tells whether the password is the one of the stored hash, and whether the hash was made with
// other parameters than today's. Without a stored hash it does the same work for nothing, so that
// time does not tell who has an account.
func (h *hasher) verify(ctx context.Context, stored, password string) (ok, stale bool, err error) {
	held, usable := parsePHC(stored)
	if !usable {
		held = phc{params: h.params, salt: make([]byte, saltBytes), hash: make([]byte, hashBytes)}
	}
	if len(password) > longestHashed {
		password, usable = "", false
	}
	sum, err := h.derive(ctx, password, held.params, held.salt)
	if err != nil {
		return false, false, err
	}
	return usable && subtle.ConstantTimeCompare(sum, held.hash) == 1, held.params != h.params, nil
}
