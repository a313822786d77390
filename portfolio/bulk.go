package portfolio

import (
	"strconv"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
)

// maxBulk is how many projects one change may take together.
const maxBulk = 1000

// BulkChange is what is to hold for several projects at once; what is nil stays as it is.
type BulkChange struct {
	ThemeCode        *string `json:"theme_code,omitempty"` // "": no theme
	Manager          *string `json:"manager,omitempty"`
	Sponsor          *string `json:"sponsor,omitempty"`
	Department       *string `json:"department,omitempty"`
	Phase            *Phase  `json:"phase,omitempty"` // booked as an estimate of the day
	Interministerial *bool   `json:"interministerial,omitempty"`
}

// Validate reports every rule the change breaks.
func (c BulkChange) Validate() error {
	var f fault.Fields
	f.Check(c != BulkChange{}, "change", "bulk.empty")
	check := func(field string, text *string) {
		if text != nil {
			checkText(&f, field, *text)
		}
	}
	check("sponsor", c.Sponsor)
	check("manager", c.Manager)
	check("department", c.Department)
	if c.Phase != nil {
		f.Check(c.Phase.Valid(), "phase", "input.unknown_value", string(*c.Phase))
	}
	return f.Err()
}

// BulkValue is one field of a project in words: a theme by its name, a phase by its code,
// interministerial as true or false.
type BulkValue struct {
	Field string
	Value string
}

// BulkLine is what a change does to one project. Version is the project's own: as a preview found it, as the change left it.
type BulkLine struct {
	Project Head
	ID      ProjectID
	Version int64
	Before  []BulkValue
	After   []BulkValue
}

// BulkPreview says what a change would do. Unchanged counts the projects for which it holds already.
type BulkPreview struct {
	Lines     []BulkLine
	Unchanged int
}

// BulkResult says what a change did. When it held already, nothing was booked and ID is 0.
type BulkResult struct {
	ID      int64
	Changed int
}

// BulkState is a change of many projects as it stands in the books.
type BulkState struct {
	ID         int64
	RoadmapID  RoadmapID
	Roadmap    Head
	Actor      string // as the audit trail names them
	ActorName  string // as people know them
	RecordedAt time.Time
	Lines      []BulkLine
	Undone     time.Time // zero: it holds
	Undoable   bool
}

// bulkFields are the fields of one project that a change is about.
type bulkFields struct {
	Theme            *bulkTheme `json:"theme,omitempty"`
	Manager          *string    `json:"manager,omitempty"`
	Sponsor          *string    `json:"sponsor,omitempty"`
	Department       *string    `json:"department,omitempty"`
	Phase            *Phase     `json:"phase,omitempty"`
	Interministerial *bool      `json:"interministerial,omitempty"`
}

// bulkTheme is a theme as it was named then; id 0 is none.
type bulkTheme struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// bulkItem is what a change did to one project, as it is kept.
type bulkItem struct {
	ID       ProjectID  `json:"id"`
	Code     string     `json:"code"`
	Name     string     `json:"name"`
	Version  int64      `json:"version"`            // of the project, once it was changed
	Estimate int64      `json:"estimate,omitempty"` // that carries the phase
	On       civil.Date `json:"on,omitzero"`        // day of that estimate
	Before   bulkFields `json:"before"`
	After    bulkFields `json:"after"`
}

func (f bulkFields) values() []BulkValue {
	var out []BulkValue
	text := func(field string, v *string) {
		if v != nil {
			out = append(out, BulkValue{field, *v})
		}
	}
	if f.Theme != nil {
		out = append(out, BulkValue{"theme", f.Theme.Name})
	}
	text("sponsor", f.Sponsor)
	text("manager", f.Manager)
	text("department", f.Department)
	if f.Phase != nil {
		out = append(out, BulkValue{"phase", string(*f.Phase)})
	}
	if f.Interministerial != nil {
		out = append(out, BulkValue{"interministerial", strconv.FormatBool(*f.Interministerial)})
	}
	return out
}

func (i bulkItem) line() BulkLine {
	return BulkLine{Project: Head{i.Code, i.Name}, ID: i.ID, Version: i.Version, Before: i.Before.values(), After: i.After.values()}
}

// apply puts the fields into a project.
func (f bulkFields) apply(p *Project) {
	if f.Theme != nil {
		p.ThemeID = f.Theme.ID
	}
	put(&p.Sponsor, f.Sponsor)
	put(&p.Manager, f.Manager)
	put(&p.Department, f.Department)
	put(&p.Interministerial, f.Interministerial)
}

func put[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// bulkFacts are what a change is held against.
type bulkFacts struct {
	projects []Project
	themes   map[int64]string // names by id
	phases   map[ProjectID]Phase
}

// plan works out what a change does to every project; theme is the one that it names. Projects for
// which it holds already are left out.
func (s bulkFacts) plan(c BulkChange, theme int64) []bulkItem {
	var out []bulkItem
	for _, p := range s.projects {
		item := bulkItem{ID: p.ID, Code: p.Code, Name: p.Name, Version: p.Version}
		if c.ThemeCode != nil && p.ThemeID != theme {
			item.Before.Theme, item.After.Theme = &bulkTheme{p.ThemeID, s.themes[p.ThemeID]}, &bulkTheme{theme, s.themes[theme]}
		}
		item.Before.Sponsor, item.After.Sponsor = differ(p.Sponsor, c.Sponsor)
		item.Before.Manager, item.After.Manager = differ(p.Manager, c.Manager)
		item.Before.Department, item.After.Department = differ(p.Department, c.Department)
		item.Before.Phase, item.After.Phase = differ(s.phases[p.ID], c.Phase)
		item.Before.Interministerial, item.After.Interministerial = differ(p.Interministerial, c.Interministerial)
		if item.After != (bulkFields{}) {
			out = append(out, item)
		}
	}
	return out
}

// differ gives both values when a change is about the field and does change it.
func differ[T comparable](was T, to *T) (before, after *T) {
	if to == nil || *to == was {
		return nil, nil
	}
	is := *to
	return &was, &is
}
