package finance

import "slices"

// Check is one rule that the books must keep, with how much was held against it. Its text is that of "verify.ledger_" and Code.
type Check struct {
	Code         string   // i1 to i18, or what of the books was checked
	Organisation string   // code; "": of the books as a whole
	Checked      int64    // entries, lines, balances: what the rule is about
	Faults       int64    // how many of them break it
	Broken       []string // the first of them, as "posting:12"
	// Noted counts what is no fault of the books but wants to be known: a commitment that more was mandated on than committed,
	// allotments beyond the votes where the authority chose to be warned.
	Noted int64
	Notes []string
}

// notes notes one that wants to be known.
func (c *Check) notes(what string) {
	c.Noted++
	if len(c.Notes) < maxBroken {
		c.Notes = append(c.Notes, what)
	}
}

// Holds tells whether nothing breaks the rule.
func (c Check) Holds() bool { return c.Faults == 0 }

// maxBroken is how many of those that break a rule are named.
const maxBroken = 5

// breaks notes one that breaks the rule.
func (c *Check) breaks(what string) {
	if slices.Contains(c.Broken, what) {
		return
	}
	c.Faults++
	if len(c.Broken) < maxBroken {
		c.Broken = append(c.Broken, what)
	}
}
