package reconcile

import (
	"fmt"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Directory is what is known of the keys that finance files carry. The built-in rules look them up. Keys compare
// without regard to case and outer spaces. Maps are read, never changed; they must stay as they are while a Matcher
// made of them is in use.
//
// Where a key leads to one part without a share, the project takes the whole; where it leads to several without a
// share, it is one of them and nobody knows which: such lines go to the queue.
type Directory struct {
	Codes       map[string]int64 // finance code → project; asked for the analytic code and for the operation
	Commitments map[string][]Part
	Items       map[Item][]Part   // items of commitments that have parts of their own; they go before Commitments
	Operations  map[string][]Part // operations that several projects share; they go before Codes
	Contracts   map[string][]Part
	Inventory   map[string][]Part
	Aliases     map[string]string // replaced number of a commitment → the one in its place
	Expected    []ExpectedLine
}

// Item names an item of a commitment.
type Item struct{ Commitment, Number string }

// ExpectedLine is a line that a project waits for: a supplier, to the cent.
type ExpectedLine struct {
	Project    int64
	BudgetLine int64
	SupplierID string
	Amount     money.Amount
	From, To   civil.Date // days of the document, both included; zero: open
}

// maxReplaced is how often a number of a commitment may have been replaced.
const maxReplaced = 16

// lookup is a part of the directory made ready.
type lookup map[string][]Part

// ready gives the parts by their key as keys compare, a lone part without a share taking the whole, and checks that no
// key gives away more than there is.
func ready[K comparable](in map[K][]Part, compared func(K) K) (map[K][]Part, error) {
	var none K
	out := make(map[K][]Part, len(in))
	for key, parts := range in {
		k := compared(key)
		if _, twice := out[k]; twice {
			return nil, fault.Conflict("reconcile.directory.twice", fmt.Sprint(k))
		}
		if k == none || len(parts) == 0 {
			continue
		}
		if slices.ContainsFunc(parts, func(p Part) bool { return p.Project <= 0 || p.ShareBP < 0 || p.FiscalYear < 0 }) {
			return nil, fault.Invalid("reconcile.directory.part", fmt.Sprint(k))
		}
		if len(parts) > maxParts || tooMuch(parts) {
			return nil, fault.Invalid("reconcile.directory.too_much", fmt.Sprint(k))
		}
		out[k] = wholes(parts)
	}
	return out, nil
}

// wholes gives every part that is the only one of its year, and has no share, the whole.
func wholes(parts []Part) []Part {
	out := parts
	for i, p := range parts {
		alone := unshared(p) && !slices.ContainsFunc(parts, func(q Part) bool { return q != p && q.FiscalYear == p.FiscalYear })
		if !alone {
			continue
		}
		if len(out) > 0 && &out[0] == &parts[0] {
			out = slices.Clone(parts)
		}
		out[i].ShareBP = Whole
	}
	return out
}

func unshared(p Part) bool { return p.ShareBP == 0 && !p.HasFixed }

// tooMuch tells whether the shares of some year sum to more than the whole.
func tooMuch(parts []Part) bool {
	for _, p := range parts {
		var sum wide
		for _, q := range parts {
			if q.FiscalYear == p.FiscalYear {
				sum.add(money.Amount(q.ShareBP))
			}
		}
		if sum.hi != 0 || sum.lo > Whole {
			return true
		}
	}
	return false
}

// aliases are the replaced numbers made ready: each leads at once to the number that holds now.
func aliases(in map[string]string) (map[string]string, error) {
	next := make(map[string]string, len(in))
	for old, now := range in {
		k := codeKey(old)
		if other, twice := next[k]; twice && other != codeKey(now) {
			return nil, fault.Conflict("reconcile.directory.twice", k)
		}
		next[k] = codeKey(now)
	}
	out := make(map[string]string, len(next))
	for old := range next {
		now := old
		for hops := 0; ; hops++ {
			following, replaced := next[now]
			if !replaced {
				break
			}
			if hops >= maxReplaced {
				return nil, fault.Invalid("reconcile.alias.circular", old)
			}
			now = following
		}
		out[old] = now
	}
	return out, nil
}
