package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/bits"
	"time"
)

// The marks of leaves, inner nodes and seals. What is hashed begins with a byte that says what it is, so that nothing can be passed off as something else (RFC 6962, 2.1).
const (
	LeafMark  = 0x00
	innerMark = 0x01
	SealMark  = 0x02
)

type digest = [sha256.Size]byte

// Tree works out the root of the Merkle tree of RFC 6962 leaf by leaf. It keeps the roots of the full subtrees that make up the
// leaves so far, largest first: their sizes are the powers of two in the number of leaves. The zero Tree has none.
type Tree struct {
	leaves uint64
	roots  []digest
}

// Add takes the next leaf: a hash that begins with LeafMark.
func (t *Tree) Add(leaf [sha256.Size]byte) {
	t.roots = append(t.roots, leaf)
	t.leaves++
	for range bits.TrailingZeros64(t.leaves) {
		n := len(t.roots)
		t.roots[n-2] = inner(t.roots[n-2], t.roots[n-1])
		t.roots = t.roots[:n-1]
	}
}

// Root gives the root in hexadecimal; that of no leaf is the hash of nothing.
func (t *Tree) Root() string {
	if t.leaves == 0 {
		none := sha256.Sum256(nil)
		return hex.EncodeToString(none[:])
	}
	last := len(t.roots) - 1
	root := t.roots[last]
	for i := last - 1; i >= 0; i-- {
		root = inner(t.roots[i], root)
	}
	return hex.EncodeToString(root[:])
}

func inner(left, right digest) digest {
	var both [1 + 2*sha256.Size]byte
	both[0] = innerMark
	copy(both[1:], left[:])
	copy(both[1+sha256.Size:], right[:])
	return sha256.Sum256(both[:])
}

// leaf hashes what of an entry never changes. The order of the fields is part of the format, and so is the spelling of encoding/json.
func (e *entry) leaf() (digest, error) {
	return marked(LeafMark, struct {
		Organisation int64  `json:"organisation"`
		ID           int64  `json:"id"`
		At           string `json:"at"`
		Actor        string `json:"actor"`
		Action       string `json:"action"`
		Subject      string `json:"subject"`
		SubjectID    int64  `json:"subject_id"`
		DetailsHash  string `json:"details_hash"`
	}{e.OrganisationID, e.ID, instant(e.At), e.Actor, e.Action, e.Subject, e.SubjectID, e.DetailsHash})
}

// compute gives the hash that stands in the seal and in the next one.
func (s *seal) compute() (string, error) {
	sum, err := marked(SealMark, struct {
		Organisation int64  `json:"organisation"`
		Number       int64  `json:"number"`
		Entries      int64  `json:"entries"`
		Root         string `json:"root"`
		Previous     string `json:"previous"`
		SealedAt     string `json:"sealed_at"`
	}{s.OrganisationID, s.Number, s.Entries, s.Root, s.Previous, instant(s.SealedAt)})
	return hex.EncodeToString(sum[:]), err
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func marked(mark byte, value any) (digest, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return digest{}, fmt.Errorf("canonical form: %w", err)
	}
	return sha256.Sum256(append([]byte{mark}, text...)), nil
}
