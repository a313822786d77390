package portfolio

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/portfolio/projectfile"
)

// suggestionScore is the similarity (0 to 100) from which an unknown name is shown beside a project
// that the list no longer holds: perhaps it was renamed.
const suggestionScore = 75

// listPlan is what an import would do, worked out before anything is written. It is pure.
type listPlan struct {
	create    []*plannedProject
	update    []Project             // descriptive fields that changed, version as read
	newTheme  map[ProjectID]string  // of update: the name of a theme that is still to be made
	estimates []plannedEstimate     // in the order of the file
	members   []*projectRefs        // every project of the list, once
	aliases   map[string]ProjectID  // names to be kept for a known project: joined by hand, or its own until now
	joined    []string              // the names of aliases, in order
	rejected  int                   // rows about a project that another row of the same day is about
	gone      []Project             // known projects of the day that the list lacks
	rest      []Project             // known projects, of the day or not, that no row is about
	themes    []string              // names of themes to create, in order
	changed   map[*projectRefs]bool // which projects something happened to
	findings  []projectfile.Finding
	// echo: every row repeats what is known on its day, figure by figure. An export that comes back
	// as it went is then no new estimate; one changed row makes it a list like any other.
	echo bool
}

// projectRefs points to a project that may not exist yet.
type projectRefs struct {
	id      ProjectID       // 0 while it is planned
	planned *plannedProject // nil when it exists
}

type plannedProject struct {
	Project
	theme string
	ref   *projectRefs
}

type plannedEstimate struct {
	Estimate
	ref *projectRefs
}

// listState is what the plan is held against.
type listState struct {
	projects  []Project
	aliases   map[string]ProjectID // folded
	themes    map[string]int64     // folded name or code → id
	estimates map[ProjectID][]Estimate
	present   map[ProjectID]bool       // population of the day before the list
	left      map[ProjectID]civil.Date // by the word of a person who is not taken back by a list
	described map[ProjectID]civil.Date // day of the newest list that holds the project: an older one does not replace what it said
	joins     map[string]string        // name in the file → code of the project that it is, said by a person
}

// matcher finds the project that a row is about.
type matcher struct {
	byCode, byName map[string]*projectRefs
	codes          map[string]bool
	known          map[ProjectID]*Project
	joined         map[string]*projectRefs // by folded name: what a person said goes before any code
}

func newMatcher(s listState) *matcher {
	m := &matcher{byCode: map[string]*projectRefs{}, byName: map[string]*projectRefs{}, codes: map[string]bool{}, known: map[ProjectID]*Project{}, joined: map[string]*projectRefs{}}
	byID := map[ProjectID]*projectRefs{}
	for i := range s.projects {
		p := &s.projects[i]
		ref := &projectRefs{id: p.ID}
		m.known[p.ID], byID[p.ID] = p, ref
		m.byCode[p.Code], m.codes[p.Code] = ref, true
		if f := grid.Fold(p.Name); m.byName[f] == nil {
			m.byName[f] = ref
		}
	}
	for folded, id := range s.aliases {
		if m.byName[folded] == nil {
			m.byName[folded] = byID[id]
		}
	}
	return m
}

// match finds the project of a row by what a person said, else by code, else by folded name or alias; nil: unknown.
func (m *matcher) match(row projectfile.Row) *projectRefs {
	if ref := m.joined[grid.Fold(row.Name)]; ref != nil {
		return ref
	}
	if row.Code != "" {
		if ref := m.byCode[row.Code]; ref != nil {
			return ref
		}
		return nil // a code that is new is a new project, whatever its name
	}
	return m.byName[grid.Fold(row.Name)]
}

// planList works out what a list does to the register on a day.
func planList(list projectfile.List, asOf civil.Date, s listState) (*listPlan, error) {
	p := &listPlan{echo: true, aliases: map[string]ProjectID{}, changed: map[*projectRefs]bool{}, newTheme: map[ProjectID]string{}}
	before := s.projects
	s.projects = slices.Clone(before)
	m := newMatcher(s)
	if err := p.join(m, s); err != nil {
		return nil, err
	}
	p.idleJoins(list, s)
	seen := map[*projectRefs]bool{}
	lines := map[placed]int{}
	themes := map[string]bool{}
	for _, row := range list.Rows {
		ref := m.match(row)
		says := ref == nil || list.Series || !s.described[ref.id].After(asOf)
		if line, twice := lines[placed{ref, row.AsOf}]; twice { // under another name, or once by code and once by name
			p.findings = append(p.findings, projectfile.Finding{Line: row.Line, Code: projectfile.RowDuplicate, Args: []any{line}})
			p.rejected++
			continue
		}
		switch {
		case ref == nil:
			ref = p.plan(m, row)
		case ref.id != 0:
			if says {
				p.describe(m.known[ref.id], row, s)
			}
		default: // a later row of a series about a project that is new: it has the last word here too
			describe(&ref.planned.Project, row)
			if row.Theme != "" {
				ref.planned.theme = row.Theme
			}
		}
		if row.Theme != "" && s.themes[grid.Fold(row.Theme)] == 0 && !themes[grid.Fold(row.Theme)] && says {
			themes[grid.Fold(row.Theme)] = true
			p.themes = append(p.themes, row.Theme)
		}
		lines[placed{ref, row.AsOf}] = row.Line
		if on, ok := s.left[ref.id]; ok && !seen[ref] {
			p.findings = append(p.findings, projectfile.Finding{Line: row.Line, Code: "project.left", Args: []any{row.Name, on}})
		}
		if !seen[ref] {
			seen[ref] = true
			p.members = append(p.members, ref)
		}
		p.estimate(ref, row, asOf, list, s)
	}
	p.compare(list, m, s, before, seen)
	if list.OwnExport && p.echo {
		p.estimates = nil
	}
	for _, e := range p.estimates {
		p.changed[e.ref] = true
	}
	p.suggest(list)
	return p, nil
}

// compare holds every known project against what the list made of it: changed, or missing.
func (p *listPlan) compare(list projectfile.List, m *matcher, s listState, before []Project, seen map[*projectRefs]bool) {
	for i := range s.projects {
		q := s.projects[i]
		ref := m.byCode[q.Code]
		if q != before[i] || p.newTheme[q.ID] != "" {
			p.update = append(p.update, q)
			p.changed[ref] = true
			p.keepName(before[i], q, s)
		}
		if !seen[ref] {
			p.rest = append(p.rest, before[i])
		}
		if !list.Series && s.present[q.ID] && !seen[ref] {
			p.gone = append(p.gone, q)
		}
	}
}

// join applies what a person said: this name of the file is that project.
func (p *listPlan) join(m *matcher, s listState) error {
	names := make([]string, 0, len(s.joins))
	for name := range s.joins {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		ref, folded := m.byCode[s.joins[name]], grid.Fold(name)
		if ref == nil {
			return notFoundCode(s.joins[name])
		}
		if folded == "" { // it would stand for every name of signs alone
			return fault.Invalid("import.join_empty", name, s.joins[name])
		}
		m.joined[folded] = ref
		if held := m.byName[folded]; held != nil {
			if held != ref {
				return aliasTaken(name, m.known[held.id].Code)
			}
			continue
		}
		m.byName[folded] = ref
		p.aliases[name] = ref.id
		p.joined = append(p.joined, name)
		p.changed[ref] = true
	}
	return nil
}

// idleJoins names the joins whose name the list does not hold: mostly a slip of the pen, and the project
// that was meant is then created anew.
func (p *listPlan) idleJoins(list projectfile.List, s listState) {
	held := make(map[string]bool, len(list.Rows))
	for _, row := range list.Rows {
		held[grid.Fold(row.Name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(s.joins)) {
		if !held[grid.Fold(name)] {
			p.findings = append(p.findings, projectfile.Finding{Code: "join.unused", Args: []any{name, s.joins[name]}})
		}
	}
}

// placed is a project on a day of estimates, about which a list can say only one thing.
type placed struct {
	ref *projectRefs
	on  civil.Date // zero in a full list
}

// keepName keeps the name that a project had: an older list, or the same one again, still knows it
// under that name.
func (p *listPlan) keepName(was, is Project, s listState) {
	folded := grid.Fold(was.Name)
	if _, held := s.aliases[folded]; held || folded == grid.Fold(is.Name) {
		return
	}
	for _, name := range p.joined {
		if grid.Fold(name) == folded {
			return
		}
	}
	p.aliases[was.Name] = is.ID
	p.joined = append(p.joined, was.Name)
}

// plan makes a new project of a row. A row without a code gets one made from its name.
func (p *listPlan) plan(m *matcher, row projectfile.Row) *projectRefs {
	n := &plannedProject{theme: row.Theme, Project: Project{Code: row.Code, Name: row.Name, Need: row.Need, Sponsor: row.Sponsor, Manager: row.Manager, Department: row.Department, Weight: row.Weight}}
	if n.Name == "" {
		n.Name = row.Code
	}
	n.Name = clipName(n.Name)
	if row.InterAdministration != nil {
		n.Interministerial = *row.InterAdministration
	}
	if n.Code == "" {
		n.Code = m.freeCode(codeFrom(row.Name))
	}
	ref := &projectRefs{planned: n}
	n.ref = ref
	m.codes[n.Code], m.byCode[n.Code] = true, ref
	if f := grid.Fold(n.Name); m.byName[f] == nil {
		m.byName[f] = ref
	}
	p.create = append(p.create, n)
	return ref
}

// describe takes over descriptive fields that the row gives. An older list does not replace what a
// newer one said; an empty cell replaces nothing; in a series the last row has the last word.
func (p *listPlan) describe(q *Project, row projectfile.Row, s listState) {
	describe(q, row)
	if row.Theme != "" {
		delete(p.newTheme, q.ID)
		if q.ThemeID = s.themes[grid.Fold(row.Theme)]; q.ThemeID == 0 {
			p.newTheme[q.ID] = row.Theme
		}
	}
}

func describe(q *Project, row projectfile.Row) {
	take := func(to *string, from string) {
		if from != "" {
			*to = from
		}
	}
	take(&q.Name, clipName(row.Name))
	take(&q.Need, row.Need)
	take(&q.Sponsor, row.Sponsor)
	take(&q.Manager, row.Manager)
	take(&q.Department, row.Department)
	if row.InterAdministration != nil {
		q.Interministerial = *row.InterAdministration
	}
}

// estimate books what the row says for its day, unless the books already say the same.
func (p *listPlan) estimate(ref *projectRefs, row projectfile.Row, asOf civil.Date, list projectfile.List, s listState) {
	on := asOf
	if !row.AsOf.IsZero() {
		on = row.AsOf
	}
	e := Estimate{AsOf: on, HasCost: row.HasCost, Cost: row.Cost, Start: row.Start, End: row.End, Phase: Phase(row.Phase), Source: SourceList}
	held := s.estimates[ref.id]
	if b := row.Before; b != nil {
		before := Estimate{AsOf: b.AsOf, HasCost: b.HasCost, Cost: b.Cost, Start: b.Start, End: b.End, Source: SourceList}
		if !booked(held, before) {
			p.estimates = append(p.estimates, plannedEstimate{before, ref})
		}
	}
	p.echo = p.echo && known(held, e)
	if !booked(held, e) {
		p.estimates = append(p.estimates, plannedEstimate{e, ref})
	}
}

// known tells whether the estimate repeats what is known on its day, figure by figure. A figure that
// it does not carry is no difference.
func known(held []Estimate, e Estimate) bool {
	now := lastKnown(held, e.AsOf)
	return !now.AsOf.IsZero() && (!e.HasCost || (now.HasCost && now.Cost == e.Cost)) && (e.Start.IsZero() || e.Start == now.Start) &&
		(e.End.IsZero() || e.End == now.End) && (e.Phase == "" || e.Phase == now.Phase)
}

// booked tells whether the last word of the estimate's day is the same already.
func booked(held []Estimate, e Estimate) bool {
	for i := len(held) - 1; i >= 0; i-- {
		if held[i].AsOf == e.AsOf {
			return held[i].Same(e)
		}
	}
	return false
}

// suggest holds the new names against the projects that the list lacks.
func (p *listPlan) suggest(list projectfile.List) {
	if len(p.gone)*len(p.create) > 1_000_000 {
		return // nobody reads that many suggestions
	}
	line := map[string]int{}
	for _, row := range list.Rows {
		if line[row.Name] == 0 {
			line[row.Name] = row.Line
		}
	}
	gone := titles(p.gone)
	for _, n := range p.create {
		best, score := Project{}, 0
		title := projectfile.NewTitle(n.Name)
		for i, g := range p.gone {
			if s := title.Similar(gone[i]); s > score {
				best, score = g, s
			}
		}
		if score >= suggestionScore {
			p.findings = append(p.findings, projectfile.Finding{Line: line[n.Name], Code: "project.renamed", Args: []any{n.Name, best.Name, best.Code, score}})
		}
	}
}

// codeFrom makes a code from a name: its folded words in capitals, at most 24 characters.
func codeFrom(name string) string {
	f := strings.ToUpper(grid.Fold(name))
	r := []rune(f)
	if len(r) > 24 {
		r = r[:24]
	}
	if len(r) == 0 {
		return "P"
	}
	return string(r)
}

func (m *matcher) freeCode(base string) string {
	code := base
	for n := 2; m.codes[code]; n++ {
		code = fmt.Sprintf("%s-%d", base, n)
	}
	return code
}

func clipName(s string) string {
	s = strings.Join(strings.FieldsFunc(s, isControl), " ")
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName-1]) + "…"
	}
	return s
}
