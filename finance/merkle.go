package finance

import (
	"crypto/sha256"
	"encoding/binary"

	"jalon/internal/audit"
)

type digest = [sha256.Size]byte

// leafHash hashes the values of a row. Each goes with its length, so that nothing can move from one value to the next; NULL has
// none. buf is room to work in and is handed back.
func leafHash(buf []byte, kind string, values [][]byte) (digest, []byte) {
	buf = append(buf[:0], audit.LeafMark)
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
