package finance

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// EnvelopeID is the key of an envelope.
type EnvelopeID int64

// EnvelopeKind says what was voted as one.
type EnvelopeKind string

// The kinds: the envelope of a roadmap, a programme authorisation (AP) or a commitment authorisation (AE) with its payment credits,
// and the credits of single years.
const (
	EnvelopeRoadmap EnvelopeKind = "roadmap"
	EnvelopeAP      EnvelopeKind = "AP"
	EnvelopeAE      EnvelopeKind = "AE"
	EnvelopeAnnual  EnvelopeKind = "annual"
)

// EnvelopeKinds lists the kinds from the widest to the narrowest.
var EnvelopeKinds = []EnvelopeKind{EnvelopeRoadmap, EnvelopeAP, EnvelopeAE, EnvelopeAnnual}

// rank orders kinds: an envelope stands below one of a lower rank. -1: no such kind.
func (k EnvelopeKind) rank() int {
	switch k {
	case EnvelopeRoadmap:
		return 0
	case EnvelopeAP, EnvelopeAE:
		return 1
	case EnvelopeAnnual:
		return 2
	}
	return -1
}

// Envelope is what credits are voted for. What is voted of it are its movements.
type Envelope struct {
	ID             EnvelopeID
	OrganisationID int64
	RoadmapID      portfolio.RoadmapID // 0: of the whole organisation
	ParentID       EnvelopeID          // 0: none
	Code           string
	Name           string
	Kind           EnvelopeKind
	Section        string // of all its credits; "": of both sections
	Operation      string // code of the finance system's opération; "": none
	From, To       civil.Date
	Version        int64
	CreatedAt      time.Time
}

// Limits of texts, in characters.
const (
	maxEnvelopeCode = 64
	maxLabel        = 300
	maxReason       = 2000
)

// Place is where the envelope stands among the scopes of rights.
func (e Envelope) Place() identity.Scope {
	return identity.Scope{Organisation: e.OrganisationID, Roadmap: int64(e.RoadmapID)}
}

// Validate reports every rule the envelope breaks by itself.
func (e Envelope) Validate() error {
	var f fault.Fields
	checkLabel(&f, "code", e.Code, maxEnvelopeCode, true)
	checkLabel(&f, "name", e.Name, maxLabel, true)
	checkLabel(&f, "operation", e.Operation, maxEnvelopeCode, false)
	f.Check(e.Kind.rank() >= 0, "kind", "input.unknown_value", string(e.Kind))
	f.Check(e.Section == "" || slices.Contains(Sections, e.Section), "section", "input.unknown_value", e.Section)
	f.Check(e.Kind != EnvelopeRoadmap || (e.RoadmapID != 0 && e.ParentID == 0), "kind", "envelope.roadmap_kind")
	f.Check(e.Kind != EnvelopeAP || e.Section == investment, "section", "envelope.section_of_authorisation")
	f.Check(e.Kind != EnvelopeAE || e.Section == operations, "section", "envelope.section_of_authorisation")
	f.Check(e.From.IsZero() || e.To.IsZero() || !e.To.Before(e.From), "valid_to", "input.end_before_start", e.From, e.To)
	return f.Err()
}

// under reports what keeps the envelope from standing below another one.
func (e Envelope) under(parent Envelope) error {
	var f fault.Fields
	f.Check(parent.Kind.rank() < e.Kind.rank(), "parent", "envelope.parent_kind")
	f.Check(parent.RoadmapID == e.RoadmapID, "parent", "envelope.parent_roadmap")
	f.Check(parent.Section == "" || parent.Section == e.Section, "section", "envelope.parent_section")
	return f.Err()
}

// takes tells whether credits of a section belong into the envelope.
func (e Envelope) takes(section string) bool { return e.Section == "" || e.Section == section }

// authorises tells whether the envelope is an authorisation to engage for years.
func (e Envelope) authorises() bool { return e.Kind == EnvelopeAP || e.Kind == EnvelopeAE }

// holds tells whether the envelope is valid at some time of a fiscal year.
func (e Envelope) holds(y FiscalYear) bool {
	return (e.From.IsZero() || !y.End.Before(e.From)) && (e.To.IsZero() || !y.Start.After(e.To))
}

// checkLabel reports what a text of one line breaks.
func checkLabel(f *fault.Fields, field, s string, limit int, required bool) {
	f.Check(!required || !fault.Blank(s), field, "input.required")
	f.Check(utf8.RuneCountInString(s) <= limit, field, "input.too_long", limit)
	f.Check(utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }), field, "input.control_character")
}

// checkReason reports what a text of several lines breaks.
func checkReason(f *fault.Fields, field, s string, required bool) {
	f.Check(!required || !fault.Blank(s), field, "input.required")
	f.Check(utf8.RuneCountInString(s) <= maxReason, field, "input.too_long", maxReason)
	f.Check(utf8.ValidString(s) && !strings.Contains(s, "\x00"), field, "input.control_character")
}
