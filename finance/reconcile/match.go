package reconcile

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// claim is what one rule, stored or built in, makes of a line.
type claim struct {
	ref      RuleRef
	priority int
	parts    []Part
	exclude  bool
	reason   string
	agreed   []Field
	books    bool
	open     bool // one of the parts takes the line, and nobody knows which
}

// What agrees where a built-in rule matches.
var (
	agreedOrderOp    = []Field{FieldOrderOp}
	agreedCommitment = []Field{FieldCommitment}
	agreedItem       = []Field{FieldCommitment, FieldCommitmentItem}
	agreedOrigin     = []Field{FieldOrigin}
	agreedAnalytic   = []Field{FieldAnalytic}
	agreedOperation  = []Field{FieldOperation}
	agreedContract   = []Field{FieldContract}
	agreedInventory  = []Field{FieldInventory}
	agreedExpected   = []Field{FieldSupplierID, FieldAmount}
)

// Match says where a line belongs. origin are the remaining allocations of the line that this one corrects, nil when it
// corrects none or nobody knows which; what of that line is not allocated stands under Unallocated.
//
// Operations between accounts are excluded. Then the ranks are asked in their order, and within a rank the priorities;
// where the first that match do not agree, none is picked. The built-in rules: the allocations of the commitment; those
// of the line that is corrected, in proportion; the project whose finance code is the analytic code, then the operation;
// the projects of the contract and of the number in the inventory; a suggestion where supplier and amount are expected.
func (m *Matcher) Match(f *Facts, origin []Share) Verdict {
	if f.OrderOp {
		return Verdict{Kind: Books, Rule: RuleRef{Version: Method}, Exclude: true, Reason: ReasonOrderOp, Agreed: agreedOrderOp}
	}
	p := m.probe(f)
	var space [4]claim
	for rank := RankCommitment; rank <= lastRank; rank++ {
		if claims := m.claims(rank, &p, origin, space[:0]); len(claims) > 0 {
			return settle(f, claims)
		}
	}
	return Verdict{}
}

func (m *Matcher) probe(f *Facts) probe {
	return probe{facts: f, commitment: m.replaced(codeKey(f.Commitment))}
}

// claims gives what the rules of a rank, built-in ones first, make of a line.
func (m *Matcher) claims(rank Rank, p *probe, origin []Share, out []claim) []claim {
	switch rank {
	case RankOrigin:
		out = inherited(p.facts, origin, out)
	case RankExpected:
		out = m.awaited(p.facts, out)
	default:
		if parts, agreed := m.looked(rank, p); len(parts) > 0 {
			out = append(out, known(rank, parts, agreed))
		}
	}
	return m.ranks[rank].match(p, out)
}

// looked gives what the directory knows of a line by the key of a rank, in the fiscal year of the line.
func (m *Matcher) looked(rank Rank, p *probe) ([]Part, []Field) {
	f := p.facts
	switch rank {
	case RankCommitment:
		return m.committed(p)
	case RankAnalytic:
		return m.codes.find(f.Analytic, f), agreedAnalytic
	case RankOperation:
		if parts := m.operations.find(f.Operation, f); len(parts) > 0 {
			return parts, agreedOperation
		}
		return m.codes.find(f.Operation, f), agreedOperation
	case RankContract:
		return m.contracts.find(f.Contract, f), agreedContract
	case RankInventory:
		return m.inventory.find(f.Inventory, f), agreedInventory
	}
	return nil, nil
}

func (l lookup) find(key string, f *Facts) []Part {
	if key == "" || len(l) == 0 {
		return nil
	}
	return ofYear(l[codeKey(key)], f.FiscalYear)
}

// committed looks for the item of the commitment, then for the commitment, by the number that replaced it and then by
// the one that the line has.
func (m *Matcher) committed(p *probe) ([]Part, []Field) {
	if p.commitment == "" {
		return nil, nil
	}
	for _, number := range [2]string{p.commitment, codeKey(p.facts.Commitment)} {
		if len(m.items) > 0 && p.facts.CommitmentItem != "" {
			item := Item{number, codeKey(p.facts.CommitmentItem)}
			if parts := ofYear(m.items[item], p.facts.FiscalYear); len(parts) > 0 {
				return parts, agreedItem
			}
		}
		if parts := m.commitments.find(number, p.facts); len(parts) > 0 {
			return parts, agreedCommitment
		}
	}
	return nil, nil
}

// known is the claim of the directory.
func known(rank Rank, parts []Part, agreed []Field) claim {
	return claim{ref: builtIn(rank), parts: parts, agreed: agreed, books: rank.Books(), open: slices.ContainsFunc(parts, unshared)}
}

func builtIn(rank Rank) RuleRef { return RuleRef{Version: Method, Rank: rank} }

// inherited shares a correction as what it corrects. What nobody had allocated stays so. One that takes back more than
// is left is for a person to look at.
func inherited(f *Facts, origin []Share, out []claim) []claim {
	if len(origin) == 0 {
		return out
	}
	c := claim{ref: builtIn(RankOrigin), agreed: agreedOrigin, books: true}
	var left wide
	for _, s := range origin {
		left.add(s.Amount)
	}
	if remaining := left.capped(); (remaining < 0) != (f.Amount < 0) && magnitude(f.Amount) > magnitude(remaining) {
		c.books, c.reason = false, ReasonOverReduced
	}
	whole, excluded := true, true
	for _, s := range Inherit(f.Amount, origin) {
		whole = whole && s.Project != Unallocated
		excluded = excluded && s.Project == Excluded
		if s.Project != Unallocated {
			c.parts = append(c.parts, Part{Project: s.Project, BudgetLine: s.BudgetLine, Fixed: s.Amount, HasFixed: true})
		}
	}
	switch {
	case len(c.parts) == 0:
		return out
	case whole && excluded:
		c.parts, c.exclude, c.reason = nil, true, cmp.Or(c.reason, ReasonOrigin)
	}
	return append(out, c)
}

// awaited suggests the expected lines of the supplier and the amount.
func (m *Matcher) awaited(f *Facts, out []claim) []claim {
	if f.SupplierID == "" || len(m.expected) == 0 {
		return out
	}
	for _, e := range m.expected[expectedKey{codeKey(f.SupplierID), f.Amount}] {
		if !inWindow(f, e.From, e.To) {
			continue
		}
		part := Part{Project: e.Project, BudgetLine: e.BudgetLine, ShareBP: Whole}
		out = append(out, known(RankExpected, []Part{part}, agreedExpected))
	}
	return out
}

// match appends the claims of the stored rules of a rank.
func (r *rankRules) match(p *probe, out []claim) []claim {
	for i := range r.byKey {
		text := p.text(r.byKey[i].info)
		if text == "" {
			continue
		}
		for _, c := range r.byKey[i].rules[text] {
			if c.textsHold(p) {
				out = c.claim(p, out)
			}
		}
	}
	if len(r.tried) == 0 {
		return out
	}
	for _, c := range r.fitting(p) {
		out = c.claim(p, out)
	}
	return out
}

// fitting gives the tried rules whose conditions on texts hold, remembered by these texts.
func (r *rankRules) fitting(p *probe) []*compiled {
	var space [256]byte
	key, short := space[:0], true
	for _, info := range r.texts {
		text := info.text(p.facts)
		short = short && len(text) <= maxScanned
		key = binary.AppendUvarint(key, uint64(len(text)))
		key = append(key, clip(text, maxScanned)...)
	}
	if short {
		if fit, ok := r.seen.get(key); ok {
			return fit
		}
	}
	var fit []*compiled
	for _, c := range r.tried {
		if c.textsHold(p) {
			fit = append(fit, c)
		}
	}
	if short {
		r.seen.put(key, fit)
	}
	return fit
}

func (c *compiled) textsHold(p *probe) bool {
	for i := range c.texts {
		if !c.texts[i].holds(p) {
			return false
		}
	}
	return true
}

// claim appends what the rule makes of a line whose texts fit, if the rest fits too.
func (c *compiled) claim(p *probe, out []claim) []claim {
	f := p.facts
	if !inWindow(f, c.From, c.To) {
		return out
	}
	for i := range c.ranges {
		if !c.ranges[i].holds(p) {
			return out
		}
	}
	parts := ofYear(c.Then.Parts, f.FiscalYear)
	if !c.Then.Exclude && len(parts) == 0 {
		return out
	}
	return append(out, claim{ref: c.Ref(), priority: c.Priority, parts: parts, exclude: c.Then.Exclude, reason: c.Then.Reason,
		agreed: c.agreed, books: c.Books()})
}

// settle makes one verdict of the claims of a rank.
func settle(f *Facts, claims []claim) Verdict {
	claims = foremost(claims)
	lead := claims[0]
	for _, c := range claims[1:] {
		if cmp.Or(compareBools(lead.books, c.books), compareRefs(c.ref, lead.ref)) < 0 {
			lead = c
		}
	}
	disagree := slices.ContainsFunc(claims, func(c claim) bool { return !c.sameOutcome(lead) })
	if disagree || lead.open {
		v := Verdict{Kind: Ambiguous, Rule: RuleRef{Rank: lead.ref.Rank}, Reason: ReasonRules, Agreed: lead.agreed}
		if !slices.ContainsFunc(claims, func(c claim) bool { return c.ref != lead.ref }) {
			v.Rule, v.Reason = lead.ref, ReasonProjects
		}
		for _, c := range claims {
			v.Candidates = append(v.Candidates, c.candidates()...)
		}
		v.Candidates = ranked(v.Candidates)
		return v
	}
	v := Verdict{Kind: Books, Rule: lead.ref, Parts: lead.parts, Exclude: lead.exclude, Reason: lead.reason, Agreed: lead.agreed}
	if lead.books && misfit(f, lead.parts) {
		lead.books, v.Reason = false, ReasonMisfit
	}
	if !lead.books {
		v.Kind, v.Candidates = Suggests, ranked(lead.candidates())
	}
	return v
}

// foremost keeps the claims of the lowest priority.
func foremost(claims []claim) []claim {
	first := claims[0].priority
	for _, c := range claims {
		first = min(first, c.priority)
	}
	return slices.DeleteFunc(claims, func(c claim) bool { return c.priority != first })
}

// misfit tells whether the fixed amounts of parts cannot be taken from a line.
func misfit(f *Facts, parts []Part) bool {
	if !slices.ContainsFunc(parts, func(p Part) bool { return p.HasFixed }) {
		return false
	}
	_, err := Split(f.Amount, parts, f.FiscalYear)
	return err != nil
}

// sameOutcome tells whether two claims do the same with a line.
func (c claim) sameOutcome(o claim) bool {
	return c.exclude == o.exclude && c.open == o.open && slices.Equal(inOrder(c.parts), inOrder(o.parts))
}

// inOrder gives parts in an order of their own, without the years that they were chosen by.
func inOrder(parts []Part) []Part {
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].FiscalYear = 0
	}
	slices.SortFunc(parts, compareParts)
	return parts
}

func compareRefs(a, b RuleRef) int {
	return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Rank, b.Rank))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
