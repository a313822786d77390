package selection

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Parse reads a problem and checks it. Unknown fields are refused, and names that stand twice in an object: what is misspelt or overwritten would be a rule that does not hold.
func Parse(r io.Reader) (Problem, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return Problem{}, bad(CodeJSON, clean(err))
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // as some tools begin a file
	var p Problem
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return Problem{}, misread(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Problem{}, bad(CodeJSON, "data after the problem")
	}
	if err := spelt(text); err != nil {
		return Problem{}, err
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
		return bad(CodeJSON, strings.TrimPrefix(wrong.Field+": "+wrong.Value, ": "))
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

// form is what an object of a problem may hold: names that are given with the form of their values, or any.
type form struct {
	names map[string]*form
	any   *form
}

var (
	number64 = &form{}
	amounts  = &form{any: number64}
	starts   = &form{names: map[string]*form{"shift": number64, "uses": amounts, "value": number64}}
	projects = &form{names: map[string]*form{"id": number64, "value": number64, "uses": amounts, "requires": number64, "excludes": number64, "theme": number64, "forced": number64, "starts": starts}}
	themes   = &form{any: &form{names: map[string]*form{"min_projects": number64, "min_value_bp": number64, "max_use_bp": amounts}}}
	problems = &form{names: map[string]*form{"projects": projects, "limits": amounts, "themes": themes, "frontier_keys": number64}}
)

// spelt refuses a name that stands twice in one object of a text that is JSON, and one that is not spelt as it should be: the reader of JSON takes "ID" for "id".
func spelt(text []byte) error {
	type object struct {
		form  *form
		names map[string]bool // nil: an array
		value *form           // of what follows, where that is the value of a name
	}
	open := []object{{form: problems}} // the text is like an array of one problem
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return nil
		}
		top := &open[len(open)-1]
		if name, ok := token.(string); ok && top.names != nil && top.value == nil {
			if top.names[name] {
				return bad(CodeDuplicate, name)
			}
			top.names[name], top.value = true, top.form.any
			if top.form.names != nil {
				if top.value = top.form.names[name]; top.value == nil {
					return bad(CodeJSON, fmt.Sprintf("unknown field %q", name))
				}
			}
			continue
		}
		f := top.form
		if top.names != nil {
			f, top.value = top.value, nil
		}
		switch token {
		case json.Delim('{'):
			open = append(open, object{form: f, names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, object{form: f})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		case nil:
			if len(open) == 1 {
				return bad(CodeJSON, "null")
			}
		}
	}
}
