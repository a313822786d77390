package finance

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// What is hashed begins with a byte that says what it is, so that nothing can be passed off as something else (RFC 6962, 2.1).
const (
	leafMark  = 0x00
	innerMark = 0x01
	sealMark  = 0x02
)

type digest = [sha256.Size]byte

// merkleTree works out the root of the Merkle tree of RFC 6962 leaf by leaf. It keeps the roots of the full subtrees that make up
// the leaves so far, largest first: their sizes are the powers of two in the number of leaves.
type merkleTree struct {
	leaves uint64
	roots  []digest
}

// add takes the next leaf.
func (t *merkleTree) add(leaf digest) {
	t.roots = append(t.roots, leaf)
	t.leaves++
	for range bits.TrailingZeros64(t.leaves) {
		n := len(t.roots)
		t.roots[n-2] = innerHash(t.roots[n-2], t.roots[n-1])
		t.roots = t.roots[:n-1]
	}
}

// root gives the root in hexadecimal; that of no leaf is the hash of nothing.
func (t *merkleTree) root() string {
	if t.leaves == 0 {
		none := sha256.Sum256(nil)
		return hex.EncodeToString(none[:])
	}
	last := len(t.roots) - 1
	root := t.roots[last]
	for i := last - 1; i >= 0; i-- {
		root = innerHash(t.roots[i], root)
	}
	return hex.EncodeToString(root[:])
}

func innerHash(left, right digest) digest {
	var both [1 + 2*sha256.Size]byte
	both[0] = innerMark
	copy(both[1:], left[:])
	copy(both[1+sha256.Size:], right[:])
	return sha256.Sum256(both[:])
}

// leafHash hashes the values of a row. Each goes with its length, so that nothing can move from one value to the next; NULL has
// none. buf is room to work in and is handed back.
func leafHash(buf []byte, kind string, values [][]byte) (digest, []byte) {
	buf = append(buf[:0], leafMark)
	buf = append(buf, kind...)
	for _, v := range values {
		if v == nil {
			buf = binary.AppendUvarint(buf, 0)
			continue
		}
		buf = binary.AppendUvarint(buf, uint64(len(v))+1)
		buf = append(buf, v...)
	}
	return sha256.Sum256(buf), buf
}
