// Package fault holds the errors that a person is meant to read.
//
// A fault has a Kind, which decides what happens (an exit code, an HTTP status), and a Key
// with Args, which the edge translates into the reader's language. Anything that is not a
// *fault.Error is internal: it is logged, and the reader only learns that it happened.
package fault

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Kind says what sort of refusal a fault is.
type Kind int

// The kinds, from the one nobody should see to the ones a person can mend.
const (
	KindInternal        Kind = iota // not a fault of the caller
	KindNotFound                    // does not exist, or may not be seen by this actor
	KindInvalid                     // the input breaks a rule; Fields says which
	KindForbidden                   // may be seen but not done by this actor
	KindUnauthenticated             // no actor
	KindConflict                    // clashes with what is there (a code that is taken)
	KindStale                       // was changed by somebody else since it was read
	KindUnavailable                 // the database, a file or a lock cannot be had right now
	KindTooMany                     // was tried too often; later it may go through
)

var kindNames = [...]string{"internal", "not_found", "invalid", "forbidden", "unauthenticated", "conflict", "stale", "unavailable", "too_many"}

// String names the kind as it stands in logs and in JSON.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return "internal"
	}
	return kindNames[k]
}

// Error is a refusal with a translatable message. Args are the values that the message of Key
// mentions, in order; they are plain values (strings, numbers, civil dates), never secrets.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields Fields
	err    error
}

// Error gives an English, untranslated line for logs and tests.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for i, a := range e.Args {
		if i == 0 {
			b.WriteString(": ")
		} else {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, a)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, "; %s: %s", f.Name, f.Key)
		if len(f.Args) > 0 {
			fmt.Fprintf(&b, " %v", f.Args)
		}
	}
	if e.err != nil {
		b.WriteString(": ")
		b.WriteString(e.err.Error())
	}
	return b.String()
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.err }

// New makes a fault of any kind. The constructors below read better.
func New(kind Kind, key string, args ...any) *Error { return &Error{Kind: kind, Key: key, Args: args} }

// NotFound is for a noun that does not exist or may not be seen; its key is "<noun>.not_found".
func NotFound(noun string, id any) *Error {
	return New(KindNotFound, noun+".not_found", name(id))
}

// name writes the number of a row, which names it and counts nothing: no language groups its digits. All else stays what it is.
func name(id any) any {
	switch v := id.(type) {
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return id
}

// Invalid refuses an input as a whole. Use Fields where single fields are to blame.
func Invalid(key string, args ...any) *Error { return New(KindInvalid, key, args...) }

// Forbidden refuses an act that this actor may see but not do.
func Forbidden(key string, args ...any) *Error { return New(KindForbidden, key, args...) }

// Conflict refuses what clashes with something that is already there.
func Conflict(key string, args ...any) *Error { return New(KindConflict, key, args...) }

// Stale refuses a change to something that somebody else changed in between.
func Stale(noun string, id any) *Error { return New(KindStale, noun+".stale", name(id)) }

// TooMany refuses what was tried too often in a while.
func TooMany(key string, args ...any) *Error { return New(KindTooMany, key, args...) }

// Unavailable reports that something the work needs cannot be had right now, and keeps the cause
// for the log.
func Unavailable(err error, key string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Key: key, Args: args, err: err}
}

// KindOf finds the kind of an error through any wrapping; everything foreign is KindInternal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// As finds the fault inside an error, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
