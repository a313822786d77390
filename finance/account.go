package finance

import (
	"cmp"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
	"jalon/internal/fault"
)

// Category says what kind of digital spending a cost is, whatever account it is booked on.
type Category string

// The categories of costs and, at the end, of what comes in or puts an earlier year right.
const (
	CategoryStudies    Category = "studies"
	CategorySoftware   Category = "software"
	CategoryHardware   Category = "hardware"
	CategoryTelecom    Category = "telecom"
	CategoryBuild      Category = "build" // work in progress
	CategoryGrants     Category = "grants"
	CategoryServices   Category = "services"
	CategoryRental     Category = "rental"
	CategoryRun        Category = "run"
	CategoryTraining   Category = "training"
	CategoryAdvice     Category = "advice" // assistance à maîtrise d'ouvrage
	CategoryCloud      Category = "cloud"
	CategoryStaff      Category = "staff"
	CategoryFunding    Category = "funding"
	CategoryCorrection Category = "correction" // of an earlier year
	CategoryOther      Category = "other"
)

// Categories lists every category in display order.
var Categories = []Category{CategoryStudies, CategorySoftware, CategoryHardware, CategoryTelecom, CategoryBuild, CategoryGrants, CategoryServices, CategoryRental,
	CategoryRun, CategoryTraining, CategoryAdvice, CategoryCloud, CategoryStaff, CategoryFunding, CategoryCorrection, CategoryOther}

// Valid tells whether the category is one of Categories.
func (c Category) Valid() bool { return slices.Contains(Categories, c) }

// Recovery says which rate of the compensation fund for value added tax (FCTVA) an expenditure gives hope of.
type Recovery string

// The recoveries: none, that of investment, and the lower one of infrastructure in the cloud.
const (
	RecoveryNone       Recovery = "none"
	RecoveryInvestment Recovery = "investment"
	RecoveryCloud      Recovery = "cloud"
)

// Recoveries lists every recovery in display order.
var Recoveries = []Recovery{RecoveryNone, RecoveryInvestment, RecoveryCloud}

// Sections lists the sections of a budget in display order: investment, then operations.
var Sections = []string{ledgerfile.SectionInvestment, ledgerfile.SectionOperations}

// Account says what the accounts (natures) mean that begin with a prefix.
type Account struct {
	Prefix   string // digits and capital letters
	Label    string
	Section  string // ledgerfile.SectionInvestment, SectionOperations, or "": as the chart of accounts has it
	Category Category
	Recovery Recovery
}

// maxPrefix is the longest account that is told apart, in characters.
const maxPrefix = 20

// Validate reports every rule the account breaks.
func (a Account) Validate() error {
	var f fault.Fields
	f.Check(a.Prefix != "", "prefix", "input.required")
	f.Check(len(a.Prefix) <= maxPrefix, "prefix", "input.too_long", maxPrefix)
	f.Check(strings.TrimFunc(a.Prefix, func(r rune) bool { return r < 0x80 && letterOf(byte(r)) >= 0 && !('a' <= r && r <= 'z') }) == "", "prefix", "budget.account.prefix")
	checkLabel(&f, "label", a.Label, maxLabel, true)
	f.Check(a.Section == "" || slices.Contains(Sections, a.Section), "section", "input.unknown_value", a.Section)
	f.Check(a.Category.Valid(), "category", "input.unknown_value", string(a.Category))
	f.Check(slices.Contains(Recoveries, a.Recovery), "recovery", "input.unknown_value", string(a.Recovery))
	return f.Err()
}

// Accounts finds what an account means: the longest prefix wins. It is never changed once made, so that many may ask it at once.
type Accounts struct {
	list  []Account
	nodes []accountNode // a tree of characters; the first one is the root
}

// accountNode is reached by a prefix.
type accountNode struct {
	next  [36]uint16 // node by the next character; 0: none
	found int32      // 1 + index of the account of this very prefix; 0: none
}

// NewAccounts gives the usual accounts, with an organisation's own in their place where the prefixes are the same.
func NewAccounts(own []Account) Accounts {
	list := slices.Clone(own)
	for _, a := range defaultAccounts {
		if !slices.ContainsFunc(own, func(o Account) bool { return o.Prefix == a.Prefix }) {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b Account) int { return cmp.Compare(a.Prefix, b.Prefix) })
	all := Accounts{list: list, nodes: make([]accountNode, 1, 8*len(list))}
	for i, a := range list {
		at := uint16(0)
		for _, c := range []byte(a.Prefix) {
			letter := letterOf(c)
			if letter < 0 {
				break
			}
			if all.nodes[at].next[letter] == 0 {
				all.nodes = append(all.nodes, accountNode{})
				all.nodes[at].next[letter] = uint16(len(all.nodes) - 1)
			}
			at = all.nodes[at].next[letter]
		}
		all.nodes[at].found = int32(i + 1)
	}
	return all
}

// List gives every prefix in order.
func (a Accounts) List() []Account { return slices.Clone(a.list) }

// Of tells what an account means. One that no prefix fits is of the category other, in the section that the chart of accounts
// tells; so is the section where the prefix tells none.
func (a Accounts) Of(nature string) Account {
	out := Account{Category: CategoryOther, Recovery: RecoveryNone}
	if found := a.longest(nature); found > 0 {
		out = a.list[found-1]
	}
	if out.Section == "" {
		out.Section = ledgerfile.SectionOf(nature)
	}
	return out
}

// longest gives 1 + index of the account of the longest prefix; 0: none fits.
func (a Accounts) longest(nature string) int32 {
	if len(a.nodes) == 0 {
		return 0
	}
	found := a.nodes[0].found
	at := uint16(0)
	for i := range len(nature) {
		letter := letterOf(nature[i])
		if letter < 0 {
			break
		}
		if at = a.nodes[at].next[letter]; at == 0 {
			break
		}
		if f := a.nodes[at].found; f > 0 {
			found = f
		}
	}
	return found
}

// letterOf numbers the characters of accounts; -1 is none of them. Small letters count as capitals.
func letterOf(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'Z':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 10
	}
	return -1
}
