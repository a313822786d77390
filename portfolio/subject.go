package portfolio

import (
	"strconv"
	"time"
)

// Subject is what a selection chooses among: a request that may become a project, or a project of the roadmap that runs. Exactly one of the
// two is set.
type Subject struct {
	Request RequestID `json:"request,omitempty"`
	Project ProjectID `json:"project,omitempty"`
}

// Valid tells whether exactly one of the two is set.
func (s Subject) Valid() bool {
	return s.Request >= 0 && s.Project >= 0 && (s.Request == 0) != (s.Project == 0)
}

// Key names the subject within its organisation, as addresses hold it: "r12" for a request, "p34" for a project. Codes are for people: nothing keeps
// a project from bearing the code of a request.
func (s Subject) Key() string {
	if s.Request != 0 {
		return "r" + strconv.FormatInt(int64(s.Request), 10)
	}
	return "p" + strconv.FormatInt(int64(s.Project), 10)
}

// ParseSubject reads a key back.
func ParseSubject(key string) (Subject, bool) {
	if len(key) < 2 {
		return Subject{}, false
	}
	id, err := strconv.ParseInt(key[1:], 10, 64)
	if err != nil || id < 1 {
		return Subject{}, false
	}
	var s Subject
	switch key[0] {
	case 'r':
		s.Request = RequestID(id)
	case 'p':
		s.Project = ProjectID(id)
	}
	return s, s.Valid() && s.Key() == key
}

// Candidate is a subject with what names it.
type Candidate struct {
	Subject
	Code    string // "R-2026-014", or the code of the project
	Name    string
	ThemeID int64 // 0: under no theme yet
	Theme   string
	Entered time.Time // when the request was begun, or the project was booked
}
