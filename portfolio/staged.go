package portfolio

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/portfolio/projectfile"
)

// Limits of staged lists.
const (
	maxStagedBytes = 20 << 20
	maxWaiting     = 5 // lists of one person that wait on one roadmap; the oldest beyond are dropped
	maxJoins       = 1000
)

// Limits of suggestions: how alike names must be, how many projects are named, how many pairs of
// names are compared before the names are too many for anybody to read.
const (
	weakSuggestion = 55
	maxSuggested   = 5
	maxCompared    = 100_000
)

// StageInput is a list that was uploaded. Profile is the name of a built-in profile; "" is Jalon's own.
type StageInput struct {
	FileName string
	Profile  string
	AsOf     civil.Date
	Data     []byte
}

// Staged is an uploaded list before it is booked: what booking it would do at this moment.
type Staged struct {
	ID          int64
	Roadmap     Roadmap
	FileName    string
	Profile     string
	AsOf        civil.Date
	Joins       map[string]string // name in the file → code of the project that it is
	BookedAt    time.Time         // zero: it waits; else Report and Suggestions are empty
	Report      ImportReport
	Suggestions []Suggestion
}

// Suggestion is a name that the list brings, with the projects of the roadmap that it may mean, the
// likeliest first.
type Suggestion struct {
	Name  string
	Codes []Head
}

// suggestions holds every new name against the projects that no row is about.
func (p *listPlan) suggestions() []Suggestion {
	var out []Suggestion
	compared := 0
	rest := titles(p.rest)
	for _, n := range p.create {
		if compared += len(p.rest); compared > maxCompared {
			break
		}
		if heads := likely(projectfile.NewTitle(n.Name), p.rest, rest); len(heads) > 0 {
			out = append(out, Suggestion{Name: n.Name, Codes: heads})
		}
	}
	return out
}

// titles prepares the names of projects for comparison.
func titles(projects []Project) []projectfile.Title {
	out := make([]projectfile.Title, len(projects))
	for i, q := range projects {
		out[i] = projectfile.NewTitle(q.Name)
	}
	return out
}

// likely lists the projects whose names are like the name, best first. names are those of the projects.
func likely(name projectfile.Title, projects []Project, names []projectfile.Title) []Head {
	type candidate struct {
		Head
		score int
	}
	var found []candidate
	for i, q := range projects {
		if score := name.Similar(names[i]); score >= weakSuggestion {
			found = append(found, candidate{Head{q.Code, q.Name}, score})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.Code, b.Code))
	})
	heads := make([]Head, 0, maxSuggested)
	for _, c := range found[:min(len(found), maxSuggested)] {
		heads = append(heads, c.Head)
	}
	return heads
}

// plainFileName keeps of the name that a browser sends what is the file's own.
func plainFileName(name string) string {
	return clipName(strings.TrimPrefix(path.Base("/"+strings.ReplaceAll(name, "\\", "/")), "/"))
}
