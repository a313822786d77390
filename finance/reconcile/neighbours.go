package reconcile

import (
	"iter"
	"slices"
	"unicode/utf8"
)

// Distance1 tells whether a single slip of the hand turns one text into the other: a character replaced, left out or
// put in, or two neighbours exchanged. Equal texts are no slip apart.
func Distance1(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	for len(x) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	switch len(x) {
	case 0, 1:
		return len(y) == 1
	case 2:
		return len(y) == 2 && x[0] == y[1] && x[1] == y[0]
	}
	return false
}

// Neighbours finds, among many codes, those that are one slip away from another. Two codes one slip apart become equal
// when one character, or none, is left out of each; so the codes are kept under every text that leaving one out makes.
// It takes eight bytes for each character of the codes.
type Neighbours struct {
	codes []string
	slips []uint64 // hash of the text above, place of the code below, in ascending order
}

// Codes of other lengths have no neighbours: short ones have too many, long ones are texts.
const (
	shortestCode = 4
	longestCode  = 64
)

// NewNeighbours prepares codes; their order does not matter.
func NewNeighbours(codes iter.Seq[string]) *Neighbours {
	n := &Neighbours{}
	for code := range codes {
		if !hasNeighbours(code) {
			continue
		}
		place := uint64(len(n.codes))
		n.codes = append(n.codes, code)
		for hash := range slips(code) {
			n.slips = append(n.slips, uint64(hash)<<32|place)
		}
	}
	slices.Sort(n.slips)
	return n
}

// Find gives the codes that are one slip away from this one, each once, in alphabetical order.
func (n *Neighbours) Find(code string) []string {
	if !hasNeighbours(code) {
		return nil
	}
	var out []string
	for hash := range slips(code) {
		i, _ := slices.BinarySearch(n.slips, uint64(hash)<<32)
		for ; i < len(n.slips) && uint32(n.slips[i]>>32) == hash; i++ {
			if known := n.codes[uint32(n.slips[i])]; Distance1(code, known) {
				out = append(out, known)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func hasNeighbours(code string) bool {
	n := utf8.RuneCountInString(code)
	return n >= shortestCode && n <= longestCode
}

// slips gives the hash (FNV-1a) of the code and of the code without each of its characters. Equal hashes of unequal
// texts do no harm: what is found is compared.
func slips(code string) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if !yield(hashWithout(code, -1)) {
			return
		}
		for i := range code {
			if !yield(hashWithout(code, i)) {
				return
			}
		}
	}
}

func hashWithout(code string, skip int) uint32 {
	hash := uint32(2166136261)
	for i, r := range code {
		if i != skip {
			hash = (hash ^ uint32(r)) * 16777619
		}
	}
	return hash
}
