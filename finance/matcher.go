package finance

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/keep"
	"jalon/internal/money"
	"jalon/portfolio"
)

// factsOf is what an entry says that rules may ask for. Projects and fiscal years stand under their numbers in the books.
func factsOf(p *Posting) *reconcile.Facts {
	f := &reconcile.Facts{}
	factsInto(f, p)
	return f
}

// factsInto is factsOf that uses room again: imports ask of every line.
func factsInto(f *reconcile.Facts, p *Posting) {
	*f = reconcile.Facts{Commitment: p.Commitment, CommitmentItem: p.CommitmentItem, Analytic: p.Analytic, Operation: p.Operation, Contract: p.Contract, Inventory: p.Inventory,
		SupplierID: p.Supplier, SupplierName: p.SupplierName, Nature: p.Nature, Function: p.Function, Budget: p.Budget, Manager: p.Manager, Section: p.Section, Invoice: p.Invoice,
		Label: p.Label, Amount: p.Amount, Date: p.DocOn, FiscalYear: p.YearID, Flow: string(p.Flow), OrderOp: p.OrderOp}
}

// matcherFor makes ready what may book by itself: the active rules, finance codes, and the shares of commitments under their numbers
// and those that they replaced.
func matcherFor(ctx context.Context, db database.Conn, b *books) (*reconcile.Matcher, error) {
	rules, err := findActiveRules(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	dir, err := findDirectory(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	return reconcile.Compile(rules, dir)
}

// suggester is a matcher with what is too weak to book by: the contracts of shared commitments, because a framework contract that served one project
// may serve another next, and what open commitments still wait for. Its verdicts are for persons to decide on.
type suggester struct {
	*reconcile.Matcher
	names map[int64]string // of all rules, those out of force too
}

func suggesterFor(ctx context.Context, db database.Conn, b *books) (*suggester, error) {
	all, err := findRules(ctx, db, b.Organisation.ID, 0)
	if err != nil {
		return nil, err
	}
	dir, err := findDirectory(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	shares, err := findShares(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	dir.Contracts, dir.Expected = contractsOf(shares), expectedOf(shares)
	s := &suggester{names: make(map[int64]string, len(all))}
	for _, r := range all {
		s.names[r.ID] = r.Name
	}
	s.Matcher, err = reconcile.Compile(activeOf(all), dir)
	return s, err
}

// suggesters keeps what was made ready of the books' last versions: every page of the queue asks for it, and with many commitments it takes a while.
type suggesters struct {
	kept *keep.Cache[factsKey, *madeOnce]
}

type factsKey struct{ organisation, facts int64 }

type madeOnce struct {
	mu   sync.Mutex
	made *suggester
}

func newSuggesters() *suggesters { return &suggesters{keep.New[factsKey, *madeOnce](8)} }

// of gives the suggester of the books as they stand. What could not be made is tried again by who asks next.
func (c *suggesters) of(ctx context.Context, db database.Conn, b *books) (*suggester, error) {
	m := c.kept.Get(factsKey{b.Organisation.ID, b.FactsVersion}, func() *madeOnce { return &madeOnce{} })
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.made == nil {
		made, err := suggesterFor(ctx, db, b)
		if err != nil {
			return nil, err
		}
		m.made = made
	}
	return m.made, nil
}

// sharedCommitment is a commitment with the projects that it belongs to.
type sharedCommitment struct {
	number, item, supplier, contract string
	open                             bool
	remainder                        money.Amount // engaged and not mandated
	parts                            []reconcile.Part
}

// codeKey is how codes compare: without outer spaces, letters in capitals.
func codeKey(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// commitmentParts gives what a line belongs to by the number of its commitment, and by number and item. A number stands in several budgets, or with
// several items: where all of them belong to the same projects in the same shares, so does the number; else nobody knows which.
func commitmentParts(all []sharedCommitment) (numbers map[string][]reconcile.Part, items map[reconcile.Item][]reconcile.Part) {
	byNumber, byItem := grouped[string]{}, grouped[reconcile.Item]{}
	whole := map[string]bool{}
	for _, c := range all {
		if c.item == "" {
			whole[codeKey(c.number)] = true
		}
	}
	for _, c := range all {
		number := codeKey(c.number)
		if c.item != "" {
			byItem.add(reconcile.Item{Commitment: number, Number: codeKey(c.item)}, c.parts)
		}
		if c.item == "" || !whole[number] {
			byNumber.add(number, c.parts)
		}
	}
	return byNumber.parts(), byItem.parts()
}

// contractsOf gives the projects that the commitments of a contract belong to.
func contractsOf(all []sharedCommitment) map[string][]reconcile.Part {
	out := grouped[string]{}
	for _, c := range all {
		if c.contract != "" {
			out.add(codeKey(c.contract), c.parts)
		}
	}
	return out.parts()
}

// expectedOf gives the amounts that open commitments of a single project still wait for.
func expectedOf(all []sharedCommitment) []reconcile.ExpectedLine {
	var out []reconcile.ExpectedLine
	for _, c := range all {
		if c.open && c.remainder > 0 && c.supplier != "" && len(c.parts) == 1 {
			out = append(out, reconcile.ExpectedLine{Project: c.parts[0].Project, SupplierID: c.supplier, Amount: c.remainder})
		}
	}
	return out
}

// grouped collects the parts that one key leads to.
type grouped[K comparable] map[K][][]reconcile.Part

func (g grouped[K]) add(key K, parts []reconcile.Part) { g[key] = append(g[key], parts) }

// parts gives the parts of each key: as they are where all agree, else each project without a share, which leaves open to which one a line
// belongs. Where one project has several shares nothing can be said.
func (g grouped[K]) parts() map[K][]reconcile.Part {
	out := make(map[K][]reconcile.Part, len(g))
	for key, lists := range g {
		if !slices.ContainsFunc(lists[1:], func(l []reconcile.Part) bool { return !slices.Equal(l, lists[0]) }) {
			out[key] = lists[0]
		} else if open := undecided(lists); len(open) > 1 {
			out[key] = open
		}
	}
	return out
}

// undecided lists the projects of all parts, each once, without shares.
func undecided(lists [][]reconcile.Part) []reconcile.Part {
	var out []reconcile.Part
	for _, p := range slices.Concat(lists...) {
		if only := (reconcile.Part{Project: p.Project}); !slices.Contains(out, only) {
			out = append(out, only)
		}
	}
	slices.SortFunc(out, func(a, b reconcile.Part) int { return cmp.Compare(a.Project, b.Project) })
	return out
}

// originShares gives what corrections of entries inherit: by project what entry and corrections hold together, under Unallocated what nobody holds.
func originShares(total money.Amount, held []Share) []reconcile.Share {
	var out []reconcile.Share
	for _, s := range held {
		total -= s.Amount
		out = append(out, reconcile.Share{Project: targetOf(s.ProjectID), Amount: s.Amount})
	}
	if total != 0 {
		out = append(out, reconcile.Share{Project: reconcile.Unallocated, Amount: total})
	}
	return out
}

// targetOf is a target of an allocation as rules name it, projectOf the reverse.
func targetOf(id portfolio.ProjectID) int64 {
	if id == 0 {
		return reconcile.Excluded
	}
	return int64(id)
}

func projectOf(target int64) portfolio.ProjectID {
	if target == reconcile.Excluded {
		return 0
	}
	return portfolio.ProjectID(target)
}
