package grid

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"

	"jalon/internal/fault"
)

// MaxProfileBytes is how large a profile may be: what says how a kind of file is written.
const MaxProfileBytes = 1 << 20

var profileName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// ProfileName tells whether a profile may be called so: a to z, 0 to 9 and hyphens between them, at most 40.
func ProfileName(name string) bool { return profileName.MatchString(name) }

// DecodeProfile reads an authority's own profile into a struct: one JSON object, with or without a byte order mark, unknown fields
// refused. What the fields say is for the reader of such files to check.
func DecodeProfile(data []byte, profile any) error {
	if len(data) > MaxProfileBytes {
		return tooLarge("profile", MaxProfileBytes>>20)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(profile); err != nil {
		return profileFault(data, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.Invalid("grid.profile_syntax", lineOf(data, dec.InputOffset()))
	}
	return nil
}

// profileFault says in which line a profile is broken, or which setting is not one.
func profileFault(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fault.Invalid("grid.profile_syntax", lineOf(data, syntax.Offset))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Invalid("grid.profile_syntax", lineOf(data, int64(len(data))))
	case errors.As(err, &kind):
		return fault.Invalid("grid.profile_type", Clip(kind.Field), lineOf(data, kind.Offset))
	}
	if setting, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown { // it has no type of its own
		return fault.Invalid("grid.profile_unknown", Clip(strings.Trim(setting, `"`)))
	}
	return fault.Invalid("grid.profile_unreadable", Clip(err.Error()))
}

// lineOf is the line that so many bytes end in.
func lineOf(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset-1, 0), int64(len(data)))], []byte("\n"))
}
