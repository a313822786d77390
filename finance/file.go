package finance

import (
	"cmp"
	"io"
	"path"
	"strings"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/fault"
)

// FileID is the key of a file of the finance system.
type FileID int64

// The states of files. One that is being booked goes back to staged when the booking fails or its lease runs out.
const (
	FileStaged  = "staged"  // kept and not booked
	FileBooking = "booking" // somebody books it now
	FileBooked  = "booked"
	FileRefused = "refused" // a control of the file itself failed: nothing of it is in the books
	FileDropped = "dropped" // its bytes are gone; also one whose upload was interrupted
)

// File is a file as it came, and what became of it.
type File struct {
	ID             FileID
	OrganisationID int64
	Purpose        string // ledgerfile.PurposeLedger, PurposeCommitments or PurposeBudget
	Name           string
	SHA256         string // of the bytes that came, in hexadecimal digits
	KeptSHA256     string // of the bytes that are kept: bank data of PES files is struck out of them
	Size           int64
	Profile        ledgerfile.Profile   // as it was when it was chosen; without a name: none yet
	Coverage       *ledgerfile.Coverage // as somebody declared it; nil: the profile or the lines tell
	State          string
	Report         FileReport // of the last preview or of the booking
	StagedBy       string     // as the trail names them
	StagedByName   string
	StagedAt       time.Time
	BookedBy       string
	BookedByName   string
	BookedAt       time.Time // zero: not booked
	LeaseUntil     time.Time // of one that is being booked
	Version        int64
}

// FileReport is what is known of a file beyond its bytes.
type FileReport struct {
	ImportReport
	Preview  Preview `json:"preview,omitzero"`
	Declared bool    `json:"declared,omitempty"` // somebody declared the coverage
	// Series are the bordereaux that the books hold once the file is booked, those of earlier files of its feed included.
	Series  map[string]ledgerfile.Known `json:"series,omitempty"`
	Refused *Refusal                    `json:"refused,omitempty"` // why the last attempt to book it failed
}

// Refusal is a fault that was kept.
type Refusal struct {
	Kind fault.Kind `json:"kind"`
	Key  string     `json:"key"`
	Args []any      `json:"args,omitempty"`
}

// Err gives the fault again; nil without a refusal.
func (r *Refusal) Err() error {
	if r == nil {
		return nil
	}
	return fault.New(r.Kind, r.Key, wholeNumbers(r.Args)...)
}

func refusalOf(err error) *Refusal {
	if f := fault.As(err); f != nil {
		return &Refusal{f.Kind, f.Key, f.Args}
	}
	return &Refusal{fault.KindInternal, "fault.internal", nil}
}

// StageInput is a file to be kept. The body is read to its end while nobody else's booking waits.
type StageInput struct {
	Name    string
	Purpose string
	Body    io.Reader
}

// FileFilter narrows the list of files. Zero fields ask for nothing.
type FileFilter struct {
	Purpose string
	State   string
	Before  FileID // files with lower numbers: the pages after the first one
	Limit   int    // 0: the usual number
}

// FilePage is a part of the list of files, the newest first.
type FilePage struct {
	Files []File // their reports hold no preview
	Next  FileID // FileFilter.Before of the next page; 0: this is the last one
}

// Limits of files.
const (
	maxFileBytes = 1 << 30
	maxFileName  = 200 // bytes
	usualFiles   = 50
	mostFiles    = 500
)

// tooLargeFile refuses a file over the limit.
func tooLargeFile() error { return fault.Invalid("import.too_large", maxFileBytes>>20) }

func (f FileFilter) limit() int { return min(max(cmp.Or(f.Limit, usualFiles), 1), mostFiles) }

// Validate reports what cannot be asked for.
func (f FileFilter) Validate() error {
	var e fault.Fields
	e.Check(f.Purpose == "" || validPurpose(f.Purpose), "purpose", "input.unknown_value", f.Purpose)
	switch f.State {
	case "", FileStaged, FileBooking, FileBooked, FileRefused, FileDropped:
	default:
		e.Add("state", "input.unknown_value", f.State)
	}
	return e.Err()
}

func validPurpose(p string) bool {
	return p == ledgerfile.PurposeLedger || p == ledgerfile.PurposeCommitments || p == ledgerfile.PurposeBudget
}

// plainName keeps of the name that somebody sends what is the file's own.
func plainName(name string) string {
	name = strings.TrimPrefix(path.Base("/"+strings.ReplaceAll(name, "\\", "/")), "/")
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	if len(name) > maxFileName { // the end tells more: dates and the kind of file
		name = strings.ToValidUTF8(name[len(name)-maxFileName:], "")
	}
	return cmp.Or(name, "?")
}

// RawLine is a line of a file as it stands there.
type RawLine struct {
	File     FileID
	FileName string
	Line     int
	Text     string // in UTF-8; bank data of PES files left out
	Cut      bool   // the line is longer than what is shown
}

// FindingLine is a finding on a file. Args are those of the text "ledger.finding." and Code.
type FindingLine struct {
	Line int
	Code string
	Args []any
}

// PostingDetail is an entry of the books with all that stands behind it.
type PostingDetail struct {
	Posting     Posting
	Year        FiscalYear
	Booked      FiscalYear // year in which it was booked
	History     []Posting  // the entries of its key, the oldest first
	Allocations []HeldAllocation
	Shares      []SuggestedShare // what it is allocated to now
	File        File
	Origin      *Posting // the entry that it corrects
	Corrections []Posting
}

// clampDay puts a day into a coverage: one that cannot be read on its last day.
func clampDay(d civil.Date, c ledgerfile.Coverage) civil.Date {
	switch {
	case d.IsZero() || d.After(c.To):
		return c.To
	case d.Before(c.From):
		return c.From
	}
	return d
}
