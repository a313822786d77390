package selection

import "slices"

// Limits of a problem. Numbers stay below 2^53, so that every reader of JSON keeps them exact.
const (
	MaxProjects = 2000
	maxNumber   = 1<<53 - 1
	whole       = 10_000 // basis points
)

// Forced says that a project is not for the engine to choose.
type Forced string

// Whether a project is taken or left whatever it is worth.
const (
	NotForced Forced = ""
	ForcedIn  Forced = "in"
	ForcedOut Forced = "out"
)

// Problem is a selection to make. All numbers are whole and at least 0; what a unit of value or of a key is, the caller knows.
type Problem struct {
	Projects     []Project        `json:"projects"`
	Limits       map[string]int64 `json:"limits,omitempty"` // by key; a key without one is not limited
	Themes       map[string]Theme `json:"themes,omitempty"`
	FrontierKeys []string         `json:"frontier_keys,omitempty"` // keys whose sum is the axis of the frontier
}

// Project is a candidate. It is chosen whole or not at all, in one of its starts.
type Project struct {
	ID       string           `json:"id"`
	Value    int64            `json:"value"`
	Uses     map[string]int64 `json:"uses,omitempty"`     // by key, when it starts as planned
	Requires []string         `json:"requires,omitempty"` // projects that must all be chosen with it
	Excludes []string         `json:"excludes,omitempty"` // projects of which none may be chosen with it; it is enough that one of the two says so
	Theme    string           `json:"theme,omitempty"`
	Forced   Forced           `json:"forced,omitempty"`
	Starts   []Start          `json:"starts,omitempty"` // other starts than the planned one
}

// Start is a project begun Shift periods later.
type Start struct {
	Shift int64            `json:"shift"`
	Uses  map[string]int64 `json:"uses,omitempty"`
	Value *int64           `json:"value,omitempty"` // nil: as planned
}

// Theme is what a selection owes to a theme.
type Theme struct {
	MinProjects int64            `json:"min_projects,omitempty"`
	MinValueBP  int64            `json:"min_value_bp,omitempty"` // of the value of the whole selection
	MaxUseBP    map[string]int64 `json:"max_use_bp,omitempty"`   // of the limit of a key, or of the selection's use where it has none
}

// Error is a problem that cannot be posed: a code, and what it is about.
type Error struct {
	Code    string `json:"code"`
	Subject string `json:"subject"`
}

func (e *Error) Error() string {
	if e.Subject == "" {
		return e.Code
	}
	return e.Code + ": " + e.Subject
}

// Codes of errors.
const (
	CodeJSON      = "bad_json"        // not the format; the subject says where
	CodeMissingID = "missing_id"      // a project without one
	CodeDuplicate = "duplicate_id"    // a project twice
	CodeUnknown   = "unknown_id"      // requires or excludes name what is not there
	CodeCyclic    = "cyclic_requires" // a project requires itself, by others or at once
	CodeSelf      = "excludes_itself" //
	CodeNegative  = "negative"        // a number below 0
	CodeTooLarge  = "too_large"       // a number of 2^53 or more; the subject "problem": more rows and columns than can be weighed
	CodeShare     = "bad_share"       // a share that is not between 0 and 10,000
	CodeForced    = "bad_forced"      // neither in nor out
	CodeShift     = "bad_shift"       // a start that is not later than planned, or is there twice
	CodeTooMany   = "too_many"        // more than MaxProjects
	CodeOverflow  = "overflow"        // sums that leave 64 bits
	CodeKey       = "unknown_key"     // a key of a frontier or of a theme's share that no project uses and nothing limits
)

func bad(code, subject string) error { return &Error{code, subject} }

// Validate checks everything that can be wrong with a problem before it is solved.
func (p Problem) Validate() error {
	if len(p.Projects) > MaxProjects {
		return bad(CodeTooMany, "projects")
	}
	at := make(map[string]int, len(p.Projects))
	for i, c := range p.Projects {
		if c.ID == "" {
			return bad(CodeMissingID, "projects")
		}
		if _, twice := at[c.ID]; twice {
			return bad(CodeDuplicate, c.ID)
		}
		at[c.ID] = i
	}
	for _, c := range p.Projects {
		if err := c.validate(at); err != nil {
			return err
		}
	}
	if err := numbers(p.Limits, maxNumber, CodeTooLarge); err != nil {
		return err
	}
	if err := p.validateThemes(); err != nil {
		return err
	}
	if err := p.validateKeys(); err != nil {
		return err
	}
	return p.acyclic(at)
}

func (c Project) validate(at map[string]int) error {
	if err := number(c.Value, c.ID, maxNumber, CodeTooLarge); err != nil {
		return err
	}
	if err := numbers(c.Uses, maxNumber, CodeTooLarge); err != nil {
		return err
	}
	if c.Forced != NotForced && c.Forced != ForcedIn && c.Forced != ForcedOut {
		return bad(CodeForced, c.ID)
	}
	for _, id := range slices.Concat(c.Requires, c.Excludes) {
		if _, ok := at[id]; !ok {
			return bad(CodeUnknown, id)
		}
	}
	if slices.Contains(c.Excludes, c.ID) {
		return bad(CodeSelf, c.ID)
	}
	shifts := map[int64]bool{}
	for _, s := range c.Starts {
		if s.Shift <= 0 || s.Shift > maxNumber || shifts[s.Shift] {
			return bad(CodeShift, c.ID)
		}
		shifts[s.Shift] = true
		if s.Value != nil {
			if err := number(*s.Value, c.ID, maxNumber, CodeTooLarge); err != nil {
				return err
			}
		}
		if err := numbers(s.Uses, maxNumber, CodeTooLarge); err != nil {
			return err
		}
	}
	return nil
}

func (p Problem) validateThemes() error {
	for _, id := range sorted(p.Themes) {
		t := p.Themes[id]
		if err := number(t.MinProjects, id, maxNumber, CodeTooLarge); err != nil {
			return err
		}
		if err := number(t.MinValueBP, id, whole, CodeShare); err != nil {
			return err
		}
		if err := numbers(t.MaxUseBP, whole, CodeShare); err != nil {
			return err
		}
	}
	return nil
}

// validateKeys refuses shares and frontiers of keys that no project uses and nothing limits: a misspelt key would be a rule that does not hold.
func (p Problem) validateKeys() error {
	keys := p.keys()
	named := slices.Clone(p.FrontierKeys)
	for _, id := range sorted(p.Themes) {
		named = append(named, sorted(p.Themes[id].MaxUseBP)...)
	}
	for _, k := range named {
		if _, ok := slices.BinarySearch(keys, k); !ok {
			return bad(CodeKey, k)
		}
	}
	return nil
}

func number(n int64, subject string, most int64, code string) error {
	if n < 0 {
		return bad(CodeNegative, subject)
	}
	if n > most {
		return bad(code, subject)
	}
	return nil
}

func numbers(m map[string]int64, most int64, code string) error {
	for _, k := range sorted(m) {
		if err := number(m[k], k, most, code); err != nil {
			return err
		}
	}
	return nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// keys gives every key that a project uses or that is limited, in order.
func (p Problem) keys() []string {
	all := map[string]bool{}
	for k := range p.Limits {
		all[k] = true
	}
	for _, c := range p.Projects {
		for k := range c.Uses {
			all[k] = true
		}
		for _, s := range c.Starts {
			for k := range s.Uses {
				all[k] = true
			}
		}
	}
	return sorted(all)
}

// acyclic refuses projects that require each other in a ring. The subject is one of the ring.
func (p Problem) acyclic(at map[string]int) error {
	const (
		fresh = iota
		open
		done
	)
	state := make([]int, len(p.Projects))
	type frame struct{ project, next int }
	for i := range p.Projects {
		path := []frame{{i, 0}}
		for len(path) > 0 && state[i] != done {
			f := &path[len(path)-1]
			c := p.Projects[f.project]
			state[f.project] = open
			if f.next == len(c.Requires) {
				state[f.project] = done
				path = path[:len(path)-1]
				continue
			}
			to := at[c.Requires[f.next]]
			f.next++
			if state[to] == open {
				return bad(CodeCyclic, p.Projects[to].ID)
			}
			if state[to] == fresh {
				path = append(path, frame{to, 0})
			}
		}
	}
	return nil
}
