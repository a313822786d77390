package selection

// Price is what it costs to force a project in: the value of the best selection without that force less the value of the best one with it.
type Price struct {
	ID           string   `json:"id"`
	ValueGivenUp int64    `json:"value_given_up"` // between the best selections known
	AtLeast      int64    `json:"at_least"`       // what is proven of it
	AtMost       int64    `json:"at_most"`
	Proven       bool     `json:"proven"`     // all three are the same
	PushedOut    []string `json:"pushed_out"` // selected without the force and not with it
	BroughtIn    []string `json:"brought_in"` // selected with the force and not without it: the project itself, as a rule, and what comes with it
}

// price is a price on its way: what is known of the problem without the force.
type price struct {
	project int
	k       known
}

func (p *price) settled() bool { return p.k.proven }

func (p *price) weight() int64 { return 8 }

// prices begins one for each project that is forced in.
func (m *model) prices() []*price {
	out := []*price{}
	for i, c := range m.problem.Projects {
		if c.Forced == ForcedIn {
			out = append(out, &price{project: i, k: m.ignorant()})
		}
	}
	return out
}

func (p *price) tighten(e *explainer, b *budget) {
	force := Rule{RuleForced, e.m.problem.Projects[p.project].ID}
	e.m.tighten(&p.k, e.m.program(func(i int) bool { return e.m.rules[i].Rule != force }), b, nil)
}

func (p *price) price(m *model, main known) Price {
	out := Price{ID: m.problem.Projects[p.project].ID, AtMost: p.k.bound - main.value, PushedOut: []string{}, BroughtIn: []string{}}
	if p.k.x != nil {
		out.ValueGivenUp = p.k.value - main.value
		out.AtLeast = max(0, p.k.value-main.bound)
		out.PushedOut, out.BroughtIn = m.difference(p.k.x, main.x), m.difference(main.x, p.k.x)
	}
	out.Proven = out.AtLeast == out.AtMost
	return out
}
