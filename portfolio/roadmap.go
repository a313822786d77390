package portfolio

import (
	"strings"
	"time"
	"unicode/utf8"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// RoadmapID is the key of a roadmap.
type RoadmapID int64

// RoadmapStatus is the life of a roadmap.
type RoadmapStatus string

// A roadmap is drafted, runs until its end, and is closed when stock has been taken.
const (
	RoadmapDraft   RoadmapStatus = "draft"
	RoadmapRunning RoadmapStatus = "running"
	RoadmapClosed  RoadmapStatus = "closed"
)

// Follows tells whether a roadmap may go from one state of its life to the other: forward step by step,
// and back from closed to running when something was forgotten.
func (s RoadmapStatus) Follows(was RoadmapStatus) bool {
	switch was {
	case s:
		return true
	case RoadmapDraft, RoadmapClosed:
		return s == RoadmapRunning
	case RoadmapRunning:
		return s == RoadmapClosed
	}
	return false
}

// Roadmap is a group of projects with one purpose, its own voted budget, its own manager, a
// beginning and an end.
type Roadmap struct {
	ID             RoadmapID
	OrganisationID int64
	Code           string
	Name           string
	Purpose        string
	Start          civil.Date
	End            civil.Date // the deadline; zero while a draft has none
	Manager        string
	Sponsor        string
	HasVoted       bool
	Voted          money.Amount // voted total, in Currency; valid when HasVoted
	Currency       money.Currency
	Status         RoadmapStatus
	// FactsVersion grows with everything that is booked in the roadmap; whoever holds a report of
	// an older version knows it is out of date.
	FactsVersion int64
	Version      int64 // optimistic lock of the roadmap's own fields
	CreatedAt    time.Time
	// ReleasedAt is when the roadmap's averages were shown to the network above; zero: they are not.
	ReleasedAt time.Time
}

// Limits of texts, in characters. They are generous for people and small for machines.
const (
	maxCode = 64
	maxName = 300
	maxText = 20000
)

// Validate reports every rule the roadmap breaks; it never touches the database.
func (r Roadmap) Validate() error {
	var f fault.Fields
	checkCode(&f, r.Code)
	checkName(&f, "name", r.Name)
	checkText(&f, "purpose", r.Purpose)
	f.Check(!r.Start.IsZero(), "start", "input.required")
	f.Check(r.End.IsZero() || !r.End.Before(r.Start), "end", "input.end_before_start", r.Start, r.End)
	f.Check(!r.HasVoted || r.Voted >= 0, "voted", "input.negative")
	f.Check(r.Currency.Valid(), "currency", "input.currency", string(r.Currency))
	f.Check(r.Status == RoadmapDraft || !r.End.IsZero(), "end", "roadmap.end_required")
	switch r.Status {
	case RoadmapDraft, RoadmapRunning, RoadmapClosed:
	default:
		f.Add("status", "input.unknown_value", string(r.Status))
	}
	return f.Err()
}

// refuseClosed refuses, in the words of a key, what a roadmap of which stock was taken is no longer for.
func (r Roadmap) refuseClosed(key string) error {
	if r.Status == RoadmapClosed {
		return fault.Conflict(key, r.Name)
	}
	return nil
}

// Strand is a line that a roadmap is ordered by.
type Strand struct {
	ID          int64
	Code        string
	Name        string
	Description string
	Position    int
	Version     int64 // optimistic lock
	Projects    int   // of a theme: how many projects stand under it
}

// Validate reports every rule the strand breaks.
func (t Strand) Validate() error {
	var f fault.Fields
	checkCode(&f, t.Code)
	checkName(&f, "name", t.Name)
	checkText(&f, "description", t.Description)
	f.Check(t.Position >= 0, "position", "strand.position")
	return f.Err()
}

// The kinds of strand.
const (
	KindTheme     = "theme"
	KindObjective = "objective"
)

// Theme is a strand named in citizens' words: every project belongs under one.
type Theme = Strand

// Objective is a strategic objective that the roadmap serves.
type Objective = Strand

func checkCode(f *fault.Fields, code string) {
	f.Check(!fault.Blank(code), "code", "input.required")
	f.Check(utf8.RuneCountInString(code) <= maxCode, "code", "input.too_long", maxCode)
	f.Check(strings.TrimSpace(code) == code && utf8.ValidString(code) && !strings.ContainsFunc(code, isControl), "code", "input.code_form")
}

func checkName(f *fault.Fields, field, name string) {
	f.Check(!fault.Blank(name), field, "input.required")
	f.Check(utf8.RuneCountInString(name) <= maxName, field, "input.too_long", maxName)
	f.Check(utf8.ValidString(name) && !strings.ContainsFunc(name, isControl), field, "input.control_character")
}

func checkText(f *fault.Fields, field, text string) {
	f.Check(utf8.RuneCountInString(text) <= maxText, field, "input.too_long", maxText)
	f.Check(utf8.ValidString(text) && !strings.Contains(text, "\x00"), field, "input.control_character")
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }
