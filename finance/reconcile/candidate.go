package reconcile

import (
	"cmp"
	"slices"
)

// Explain is Match for a line in the queue: it also looks for what a person may recognise the line by, and fills in the
// candidates whatever the verdict. It asks all ranks, rules of which only the key and some conditions agree, and codes
// one slip away, which takes some hundred times as long.
func (m *Matcher) Explain(f *Facts, origin []Share) Verdict {
	v := m.Match(f, origin)
	p := m.probe(f)
	var found []Candidate
	for rank := RankCommitment; rank <= lastRank; rank++ {
		for _, c := range m.claims(rank, &p, origin, nil) {
			found = append(found, c.candidates()...)
		}
	}
	found = append(found, m.partial(&p)...)
	found = append(found, m.misspelt(&p)...)
	v.Candidates = ranked(found)
	return v
}

// candidates shows a claim to a person: one candidate, or one for each project where it is open which.
func (c claim) candidates() []Candidate {
	one := Candidate{Rule: c.ref, Parts: c.parts, Exclude: c.exclude, Agreed: c.agreed}
	if c.exclude {
		one.Reason = c.reason
	}
	if !c.open {
		return []Candidate{one}
	}
	var out []Candidate
	for _, p := range c.parts {
		each := one
		p.ShareBP, p.Fixed, p.HasFixed = Whole, 0, false
		each.Parts = []Part{p}
		out = append(out, each)
	}
	return out
}

// partial gives the rules whose key agrees with the line though other conditions do not.
func (m *Matcher) partial(p *probe) []Candidate {
	var out []Candidate
	for rank := range m.ranks {
		for _, by := range m.ranks[rank].byKey {
			text := p.text(by.info)
			if text == "" {
				continue
			}
			for _, c := range by.rules[text] {
				parts := ofYear(c.Then.Parts, p.facts.FiscalYear)
				if agreed := c.agreeing(p); len(agreed) < len(c.agreed) && (len(parts) > 0 || c.Then.Exclude) {
					out = append(out, Candidate{Rule: c.Ref(), Parts: parts, Exclude: c.Then.Exclude, Reason: c.Then.Reason, Agreed: agreed})
				}
			}
		}
	}
	return out
}

// agreeing lists the fields of which every condition of the rule holds, in the rule's order.
func (c *compiled) agreeing(p *probe) []Field {
	failed := map[Field]bool{}
	for _, tests := range [2][]test{c.texts, c.ranges} {
		for i := range tests {
			failed[tests[i].info.field] = failed[tests[i].info.field] || !tests[i].holds(p)
		}
	}
	var out []Field
	for _, field := range c.agreed {
		if !failed[field] {
			out = append(out, field)
		}
	}
	return out
}

// misspelt looks for codes one slip away from those of the line that nobody knows.
func (m *Matcher) misspelt(p *probe) []Candidate {
	m.prepareNear()
	var out []Candidate
	add := func(rank Rank, field Field, codes *Neighbours, found string, with func(f *Facts, known string)) {
		if parts, _ := m.looked(rank, p); len(parts) > 0 {
			return
		}
		for _, code := range codes.Find(codeKey(found)) {
			f := *p.facts
			with(&f, code)
			near := m.probe(&f)
			parts, _ := m.looked(rank, &near)
			if len(parts) == 0 {
				continue
			}
			for _, c := range known(rank, parts, nil).candidates() {
				c.Near = []Near{{Field: field, Found: found, Known: code}}
				out = append(out, c)
			}
		}
	}
	add(RankCommitment, FieldCommitment, m.nearNumbers, p.facts.Commitment, func(f *Facts, known string) { f.Commitment = known })
	add(RankAnalytic, FieldAnalytic, m.nearCodes, p.facts.Analytic, func(f *Facts, known string) { f.Analytic = known })
	add(RankOperation, FieldOperation, m.nearCodes, p.facts.Operation, func(f *Facts, known string) { f.Operation = known })
	return out
}

// ranked joins the candidates that would do the same, scores them and keeps the best. A field that agrees counts once,
// a code one slip away half.
func ranked(found []Candidate) []Candidate {
	var out []Candidate
	for _, c := range found {
		i := slices.IndexFunc(out, c.sameAs)
		if i < 0 {
			c.Agreed, c.Near = slices.Clone(c.Agreed), slices.Clone(c.Near)
			out = append(out, c)
			continue
		}
		out[i].join(c)
	}
	for i := range out {
		slices.SortFunc(out[i].Agreed, compareFields)
		out[i].Score = out[i].score()
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Rule.Rank, b.Rule.Rank), compareRefs(a.Rule, b.Rule), slices.CompareFunc(a.Parts, b.Parts, compareParts))
	})
	return out[:min(len(out), maxCandidates)]
}

func (c Candidate) sameAs(o Candidate) bool {
	return c.Exclude == o.Exclude && slices.Equal(inOrder(c.Parts), inOrder(o.Parts))
}

// join adds what speaks for the same outcome; the surest rule stays the one that is named.
func (c *Candidate) join(o Candidate) {
	if cmp.Or(cmp.Compare(o.Rule.Rank, c.Rule.Rank), compareRefs(o.Rule, c.Rule)) < 0 {
		c.Rule, c.Parts, c.Reason = o.Rule, o.Parts, o.Reason
	}
	for _, f := range o.Agreed {
		if !slices.Contains(c.Agreed, f) {
			c.Agreed = append(c.Agreed, f)
		}
	}
	for _, n := range o.Near {
		if !slices.Contains(c.Near, n) {
			c.Near = append(c.Near, n)
		}
	}
}

func (c Candidate) score() int {
	sum := 0
	for _, f := range c.Agreed {
		sum += f.points()
	}
	for _, n := range c.Near {
		sum += n.Field.points() / 2
	}
	return min(max(sum, 1), 100)
}

// compareFields orders fields as forms show them.
func compareFields(a, b Field) int {
	place := func(f Field) int {
		return slices.IndexFunc(fieldTable, func(info fieldInfo) bool { return info.field == f })
	}
	return cmp.Compare(place(a), place(b))
}

func compareParts(a, b Part) int {
	return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.BudgetLine, b.BudgetLine), cmp.Compare(a.ShareBP, b.ShareBP), cmp.Compare(a.Fixed, b.Fixed))
}
