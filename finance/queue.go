package finance

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
	"jalon/portfolio"
)

// The states of lines of the queue. An accepted line is known and left there, with a reason.
const (
	StateAccepted = "accepted"
	StateAll      = "all" // of a filter
)

// QueueOrder says which lines come first.
type QueueOrder string

// The orders. The amount is that of the residual, without its sign.
const (
	OrderBySize QueueOrder = "size" // the largest first
	OrderByAge  QueueOrder = "age"  // the oldest first
)

// QueueFilter narrows the queue. Zero fields ask for nothing; an empty state is StateOpen, an empty order OrderBySize.
type QueueFilter struct {
	Year  int64 // fiscal year
	State string
	Text  string // every word occurs in the supplier, the label or one of the codes; accents and case apart
	Age   int    // at least so many days
	Order QueueOrder
	After string // QueuePage.Next of the page before
	Limit int    // lines of a page; 0: the usual number
}

// Limits of a page of the queue: suggestions are computed for every line of it.
const (
	usualQueueLines = 50
	mostQueueLines  = 200
	maxQueueText    = 200
)

// Validate reports what cannot be asked for.
func (f QueueFilter) Validate() error {
	var e fault.Fields
	switch f.State {
	case "", StateOpen, StateAccepted, StateAll:
	default:
		e.Add("state", "input.unknown_value", f.State)
	}
	e.Check(f.Order == "" || f.Order == OrderBySize || f.Order == OrderByAge, "order", "input.unknown_value", string(f.Order))
	e.Check(len(f.Text) <= maxQueueText, "text", "input.too_long", maxQueueText)
	e.Check(f.Age >= 0, "age", "input.negative")
	if _, ok := f.cursor(); !ok {
		e.Add("after", "input.unknown_value", f.After)
	}
	return e.Err()
}

func (f QueueFilter) limit() int {
	if f.Limit <= 0 {
		return usualQueueLines
	}
	return min(f.Limit, mostQueueLines)
}

// queuePlace is where a line stands in an order: behind it the next page begins, whatever became of the line since.
type queuePlace struct {
	size  money.Amount
	since civil.Date
	id    PostingID
}

func (p queuePlace) in(o QueueOrder) string {
	if o == OrderByAge {
		return fmt.Sprintf("%s.%d", p.since, p.id)
	}
	return fmt.Sprintf("%d.%d", p.size, p.id)
}

// cursor reads the place behind which a page begins; the zero place is the beginning.
func (f QueueFilter) cursor() (queuePlace, bool) {
	if f.After == "" {
		return queuePlace{}, true
	}
	value, id, _ := strings.Cut(f.After, ".")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return queuePlace{}, false
	}
	p := queuePlace{id: PostingID(n)}
	if f.Order == OrderByAge {
		p.since, err = civil.Parse(value)
		return p, err == nil
	}
	size, err := strconv.ParseInt(value, 10, 64)
	p.size = money.Amount(size)
	return p, err == nil && size > 0
}

// words are the folded words that are looked for.
func (f QueueFilter) words() []string {
	var out []string
	for _, w := range strings.Fields(f.Text) {
		if w = grid.Fold(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// says tells whether every word occurs in the line.
func (p *Posting) says(words []string) bool {
	all := make([]byte, 0, 256)
	for _, text := range [...]string{p.SupplierName, p.Label, p.Supplier, p.DocNo, p.Commitment, p.Contract, p.Operation, p.Analytic, p.Invoice, p.Inventory, p.Nature} {
		all = append(appendFolded(all, text), '\n')
	}
	for _, w := range words {
		if !bytes.Contains(all, []byte(w)) {
			return false
		}
	}
	return true
}

// appendFolded appends grid.Fold of a text, by a shorter way for plain letters: a queue may hold a hundred thousand lines.
func appendFolded(to []byte, text string) []byte {
	start := len(to)
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return append(to[:start], grid.Fold(text)...)
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			to = append(to, c)
		case 'A' <= c && c <= 'Z':
			to = append(to, c+'a'-'A')
		}
	}
	return to
}

// QueuePage is a part of the queue, with the sums of all lines that the filter leaves.
type QueuePage struct {
	Filter QueueFilter
	Lines  []QueueLine
	Count  int64        // of all lines of the filter
	Sum    money.Amount // of their residuals
	Gross  money.Amount // without their signs
	Next   string       // where the next page begins; "": this is the last one
	Scope  []ScopeLine  // of the fiscal year of the filter, or of all years
}

// QueueLine is an entry of which something is not allocated.
type QueueLine struct {
	Posting  Posting
	Residual money.Amount
	State    string // StateOpen or StateAccepted; "" when nothing is left
	Reason   string // why it was accepted
	Since    civil.Date
	Age      int // days since then
	// Suggestions are what it may belong to, the best first. Doubt is the key that says why none of them was booked, or "".
	Suggestions []Suggestion
	Doubt       string
}

// Suggestion is what a line may belong to, and why.
type Suggestion struct {
	Key     string // names the suggestion when it is taken; "": it does not fit what is left of the line
	Shares  []SuggestedShare
	Exclude bool
	Reason  string // of an exclusion: what the rule's author wrote, or a key of the catalogues
	Rule    reconcile.RuleRef
	Name    string            // of the rule, when it is one of the organisation
	Agreed  []reconcile.Field // which fields of the line agreed
	Near    []reconcile.Near  // codes that are one slip away
	Score   int               // 1 to 100
}

// SuggestedShare is what a project would take. The project is the zero value for what would be excluded.
type SuggestedShare struct {
	Project Project
	Amount  money.Amount
}

// QueueDetail is a line with everything that helps to decide on it.
type QueueDetail struct {
	QueueLine
	Shares         []SuggestedShare // what it is allocated to now
	History        []HeldAllocation // in the order of booking
	Corrects       *Posting         // the entry that it corrects
	Corrections    []Posting        // the live entries that correct it
	Previous, Next PostingID        // its neighbours under the filter; 0: none
}

// HeldAllocation is an allocation with who booked it, and when.
type HeldAllocation struct {
	Allocation
	Project  Project // zero: excluded
	Batch    Batch
	Undone   bool // by a later batch
	RuleName string
}

// ScopeLine is one flow of the books: the total is allocated + unallocated + excluded, and Delta is what is missing: 0.
type ScopeLine struct {
	Flow                                    ledgerfile.Flow
	Total, Allocated, Unallocated, Excluded money.Amount
}

// Delta is what the parts do not explain of the total.
func (l ScopeLine) Delta() money.Amount { return l.Total - l.Allocated - l.Unallocated - l.Excluded }

// suggestionKey names a candidate by all that it would do, so that what is taken is what was read.
func suggestionKey(c reconcile.Candidate) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d.%d.%d", c.Rule.Rank, c.Rule.ID, c.Rule.Version)
	if c.Exclude {
		b.WriteString(":x")
	}
	for _, p := range c.Parts {
		if p.HasFixed {
			fmt.Fprintf(&b, ":%d=%d", p.Project, p.Fixed)
			continue
		}
		fmt.Fprintf(&b, ":%d*%d", p.Project, p.ShareBP)
	}
	return b.String()
}

// suggest turns a candidate into what it would do with what is left of a line.
func suggest(p *Posting, left money.Amount, c reconcile.Candidate, name string, projects map[portfolio.ProjectID]Project) Suggestion {
	s := Suggestion{Exclude: c.Exclude, Reason: c.Reason, Rule: c.Rule, Name: name, Agreed: c.Agreed, Near: c.Near, Score: c.Score}
	shares, err := sharesBy(c, left, p.YearID)
	if err != nil {
		return s
	}
	s.Key = suggestionKey(c)
	for _, share := range shares {
		s.Shares = append(s.Shares, SuggestedShare{projects[share.ProjectID], share.Amount})
	}
	return s
}

// sharesBy is what a candidate makes of an amount; what would get nothing is left out.
func sharesBy(c reconcile.Candidate, amount money.Amount, year int64) ([]Share, error) {
	if c.Exclude {
		return []Share{{Amount: amount}}, nil
	}
	split, err := reconcile.Split(amount, c.Parts, year)
	if err != nil {
		return nil, err
	}
	var out []Share
	for _, s := range split {
		if s.Amount != 0 {
			out = append(out, Share{projectOf(s.Project), s.Amount})
		}
	}
	if len(out) == 0 {
		return nil, fault.Invalid("allocation.nothing")
	}
	return out, nil
}

// doubt is the key that says why nothing was booked of a line that is in the queue.
func doubt(v reconcile.Verdict) string {
	switch v.Kind {
	case reconcile.Ambiguous:
		return cmp.Or(v.Reason, reconcile.ReasonRules)
	case reconcile.Suggests:
		return v.Reason
	}
	return ""
}
