package selection

import (
	"math/big"
	"slices"
)

// rule is something that a selection must respect and that could be dropped to make one possible.
type rule struct {
	Rule
	rows  []row
	pairs [][2]int // projects that exclude each other
	parts []part   // of limits; each stands for the row of its place
}

// part is the share of a key's limit that is open to a theme, in basis points.
type part struct{ row, key, bp int }

// Rule names a rule of a problem: what sort it is, and its subject: the key of a limit, the project that is forced, requires or excludes, the theme.
type Rule struct {
	Rule    string `json:"rule"`
	Subject string `json:"subject"`
}

// Sorts of rules.
const (
	RuleLimit    = "limit"
	RuleRequires = "requires"
	RuleExcludes = "excludes"
	RuleForced   = "forced"
	RuleTheme    = "theme"
)

// model is a problem as columns and rules. Each project has a column for each of its starts.
type model struct {
	problem  Problem
	at       map[string]int // projects by id
	first    []int          // column of the planned start of each project; one more at the end
	owner    []int          // project of each column
	value    []int64        // of each column
	keys     []string
	uses     [][]int64 // by column, in the order of keys
	frontier []int     // frontier keys
	rules    []rule
	cuts     []row // that follow from single rows of rules, found on the way
}

// compile writes a problem that was validated as rules. Its error is an overflow.
func compile(p Problem) (*model, error) {
	m := &model{problem: p, at: map[string]int{}, keys: p.keys()}
	if err := m.weighable(); err != nil {
		return nil, err
	}
	for i, c := range p.Projects {
		m.at[c.ID] = i
		m.first = append(m.first, len(m.owner))
		m.column(i, c.Value, c.Uses)
		for _, s := range c.Starts {
			v := c.Value
			if s.Value != nil {
				v = *s.Value
			}
			m.column(i, v, s.Uses)
		}
	}
	m.first = append(m.first, len(m.owner))
	for _, key := range distinct(p.FrontierKeys) {
		if k, ok := slices.BinarySearch(m.keys, key); ok {
			m.frontier = append(m.frontier, k)
		}
	}
	m.limits()
	for i, c := range p.Projects {
		m.project(i, c)
	}
	if err := m.themes(); err != nil {
		return nil, err
	}
	m.number()
	return m, m.sums()
}

// cellsMost is how many coefficients a relaxation may have: half a gigabyte. A hundred times less is a large roadmap.
const cellsMost = 60_000_000

// weighable refuses a problem whose relaxation would not fit into memory, before anything is made of it.
func (m *model) weighable() error {
	columns, rows := 0, len(m.keys)
	for _, c := range m.problem.Projects {
		columns += 1 + len(c.Starts)
		rows += len(c.Requires) + 1
	}
	for _, t := range m.problem.Themes {
		rows += 2 + len(t.MaxUseBP)
	}
	if columns*rows > cellsMost {
		return bad(CodeTooLarge, "problem")
	}
	return nil
}

func (m *model) column(project int, value int64, uses map[string]int64) {
	m.owner = append(m.owner, project)
	m.value = append(m.value, value)
	u := make([]int64, len(m.keys))
	for k, key := range m.keys {
		u[k] = uses[key]
	}
	m.uses = append(m.uses, u)
}

// sums refuses rows and values whose sums are too large to add.
func (m *model) sums() error {
	total := func(coef []int64) bool {
		var sum int64
		for _, c := range coef {
			if sum += max(c, -c); sum < 0 || sum >= magnitude>>2 {
				return false
			}
		}
		return true
	}
	if !total(m.value) {
		return bad(CodeOverflow, "value")
	}
	coef := make([]int64, len(m.owner))
	for k, key := range m.keys {
		for j := range coef {
			coef[j] = m.uses[j][k]
		}
		if !total(coef) {
			return bad(CodeOverflow, key)
		}
	}
	for j := range coef {
		coef[j] = m.axis(j)
	}
	if len(m.frontier) > 1000 || !total(coef) {
		return bad(CodeOverflow, "frontier_keys")
	}
	for _, r := range m.rules {
		for _, row := range r.rows {
			if !total(row.coef) {
				return bad(CodeOverflow, r.Subject)
			}
		}
	}
	return nil
}

// limits adds Σ use ≤ limit for each key.
func (m *model) limits() {
	for k, key := range m.keys {
		limit, ok := m.problem.Limits[key]
		if !ok {
			continue
		}
		m.rules = append(m.rules, rule{Rule: Rule{RuleLimit, key}, rows: []row{m.row(limit, func(j int) int64 { return m.uses[j][k] })}})
	}
}

// row makes a row of the coefficients that are not 0.
func (m *model) row(limit int64, coef func(column int) int64) row {
	r := row{limit: limit}
	for j := range m.owner {
		if c := coef(j); c != 0 {
			r.at, r.coef = append(r.at, int32(j)), append(r.coef, c)
		}
	}
	return r
}

// chosen makes the row Σ sign·(project is chosen) ≤ limit.
func (m *model) chosen(limit int64, signs ...[2]int) row {
	r := row{limit: limit}
	slices.SortFunc(signs, func(a, b [2]int) int { return a[0] - b[0] })
	for _, s := range signs {
		for j := m.first[s[0]]; j < m.first[s[0]+1]; j++ {
			r.at, r.coef = append(r.at, int32(j)), append(r.coef, int64(s[1]))
		}
	}
	return r
}

// project adds what a project says of itself and of others.
func (m *model) project(i int, c Project) {
	switch c.Forced {
	case ForcedIn:
		m.rules = append(m.rules, rule{Rule: Rule{RuleForced, c.ID}, rows: []row{m.chosen(-1, [2]int{i, -1})}})
	case ForcedOut:
		m.rules = append(m.rules, rule{Rule: Rule{RuleForced, c.ID}, rows: []row{m.chosen(0, [2]int{i, 1})}})
	}
	requires := rule{Rule: Rule{RuleRequires, c.ID}}
	for _, id := range distinct(c.Requires) {
		requires.rows = append(requires.rows, m.chosen(0, [2]int{i, 1}, [2]int{m.at[id], -1}))
	}
	if len(requires.rows) > 0 {
		m.rules = append(m.rules, requires)
	}
	excludes := rule{Rule: Rule{RuleExcludes, c.ID}}
	for _, id := range distinct(c.Excludes) {
		excludes.pairs = append(excludes.pairs, [2]int{i, m.at[id]})
	}
	if len(excludes.pairs) > 0 {
		m.rules = append(m.rules, excludes)
	}
}

func distinct(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// themes adds what the selection owes to each theme.
func (m *model) themes() error {
	for _, id := range sorted(m.problem.Themes) {
		t := m.problem.Themes[id]
		of := func(j int) bool { return m.problem.Projects[m.owner[j]].Theme == id }
		r := rule{Rule: Rule{RuleTheme, id}}
		if t.MinProjects > 0 {
			r.rows = append(r.rows, m.row(-t.MinProjects, func(j int) int64 { return -one(of(j)) }))
		}
		if t.MinValueBP > 0 {
			row, err := m.ratio(id, -whole, t.MinValueBP, of, func(j int) int64 { return m.value[j] })
			if err != nil {
				return err
			}
			r.rows = append(r.rows, row)
		}
		for _, key := range sorted(t.MaxUseBP) {
			k, _ := slices.BinarySearch(m.keys, key) // it was validated
			use := func(j int) int64 { return m.uses[j][k] }
			if limit, limited := m.problem.Limits[key]; limited {
				r.parts = append(r.parts, part{len(r.rows), k, int(t.MaxUseBP[key])})
				r.rows = append(r.rows, m.row(share(limit, t.MaxUseBP[key]), func(j int) int64 { return one(of(j)) * use(j) }))
				continue
			}
			row, err := m.ratio(id, whole, -t.MaxUseBP[key], of, use)
			if err != nil {
				return err
			}
			r.rows = append(r.rows, row)
		}
		if len(r.rows) > 0 {
			m.rules = append(m.rules, r)
		}
	}
	return nil
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// share is ⌊amount·bp/10,000⌋.
func share(amount, bp int64) int64 {
	v := big.NewInt(amount)
	return v.Mul(v, big.NewInt(bp)).Div(v, big.NewInt(whole)).Int64()
}

// ratio makes the row inside·Σ of the theme + all·Σ of everything ≤ 0, divided by what inside and all have in common.
func (m *model) ratio(subject string, inside, all int64, of func(int) bool, amount func(int) int64) (row, error) {
	g := divisor([]int64{inside, all})
	inside, all = inside/g, all/g
	r := row{}
	for j := range m.owner {
		f := all
		if of(j) {
			f += inside
		}
		a := amount(j)
		if f == 0 || a == 0 {
			continue
		}
		if a > magnitude/max(f, -f) {
			return row{}, bad(CodeOverflow, subject)
		}
		r.at, r.coef = append(r.at, int32(j)), append(r.coef, f*a)
	}
	return r, nil
}

// program makes the program of some rules, those for which keep says yes, and of further rows.
func (m *model) program(keep func(rule int) bool, further ...row) *program {
	return newProgram(m.value, append(m.rows(keep), further...))
}

// rows are those of some rules. One project has at most one start whatever the rules are.
func (m *model) rows(keep func(rule int) bool) []row {
	var rows []row
	pairs := map[[2]int]bool{}
	for i, r := range m.rules {
		if !keep(i) {
			continue
		}
		rows = append(rows, r.rows...)
		for _, p := range r.pairs {
			pairs[[2]int{min(p[0], p[1]), max(p[0], p[1])}] = true
		}
	}
	alone := make([]bool, len(m.problem.Projects))
	for _, c := range cliques(len(m.problem.Projects), pairs) {
		signs := make([][2]int, len(c))
		for i, p := range c {
			signs[i] = [2]int{p, 1}
			alone[p] = true
		}
		rows = append(rows, m.chosen(1, signs...))
	}
	for i := range m.problem.Projects {
		if !alone[i] && m.first[i+1]-m.first[i] > 1 {
			rows = append(rows, m.chosen(1, [2]int{i, 1}))
		}
	}
	return rows
}

// cliques covers every pair by sets in which all exclude each other: "one of five" is one row then, and says more than ten pairs do.
func cliques(n int, pairs map[[2]int]bool) [][]int {
	excluded, covered := make([][]bool, n), make([][]bool, n)
	for p := range pairs {
		for _, i := range p {
			if excluded[i] == nil {
				excluded[i], covered[i] = make([]bool, n), make([]bool, n)
			}
		}
		excluded[p[0]][p[1]], excluded[p[1]][p[0]] = true, true
	}
	var out [][]int
	for a := range n {
		for b := a + 1; b < n && excluded[a] != nil; b++ {
			if !excluded[a][b] || covered[a][b] {
				continue
			}
			c := []int{a, b}
			for d, beside := range excluded[a] {
				if beside && d != b && !slices.ContainsFunc(c, func(e int) bool { return !excluded[e][d] }) {
					c = append(c, d)
				}
			}
			slices.Sort(c)
			for i, x := range c {
				for _, y := range c[i+1:] {
					covered[x][y] = true
				}
			}
			out = append(out, c)
		}
	}
	return out
}
