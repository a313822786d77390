package selection

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// Parse reads a problem and checks it. Unknown fields are refused, and names that stand twice in an object: what is misspelt or overwritten would be a rule that does not hold.
func Parse(r io.Reader) (Problem, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Problem{}, bad(CodeJSON, clean(err))
	}
	var p Problem
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Problem{}, misread(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Problem{}, bad(CodeJSON, "data after the problem")
	}
	if name, twice := repeated(text); twice {
		return Problem{}, bad(CodeDuplicate, name)
	}
	return p, p.Validate()
}

// misread names what was wrong with a text. A whole number that 64 bits do not hold is too large, or negative, as one that they hold would be.
func misread(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		if digits, ok := strings.CutPrefix(wrong.Value, "number "); ok && !strings.ContainsAny(digits, ".eE") {
			if strings.HasPrefix(digits, "-") {
				return bad(CodeNegative, wrong.Field)
			}
			return bad(CodeTooLarge, wrong.Field)
		}
	}
	return bad(CodeJSON, clean(err))
}

// clean makes the words of the JSON reader fit for one line.
func clean(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "the text ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// repeated finds a name that stands twice in one object of a text that is JSON.
func repeated(text []byte) (name string, twice bool) {
	type object struct {
		names map[string]bool // nil: an array
		value bool            // what follows is the value of a name
	}
	var open []object
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		var top *object
		if len(open) > 0 {
			top = &open[len(open)-1]
		}
		if name, ok := token.(string); ok && top != nil && top.names != nil && !top.value {
			if top.names[name] {
				return name, true
			}
			top.names[name], top.value = true, true
			continue
		}
		if top != nil {
			top.value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}
