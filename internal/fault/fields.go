package fault

import (
	"strings"
	"unicode"
)

// Field is one rule that one input field breaks. Key and Args are translated at the edge.
type Field struct {
	Name string
	Key  string
	Args []any
}

// Fields collects every broken rule of an input, so that a person mends all of them at once.
type Fields []Field

// Check records that field breaks the rule key unless ok holds.
func (f *Fields) Check(ok bool, field, key string, args ...any) {
	if !ok {
		f.Add(field, key, args...)
	}
}

// Add records that field breaks the rule key.
func (f *Fields) Add(field, key string, args ...any) {
	*f = append(*f, Field{Name: field, Key: key, Args: args})
}

// Err gives nil when nothing was recorded, else one KindInvalid fault with all fields.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Key: "input.invalid", Fields: f}
}

// Blank tells whether a text holds nothing that a person could see: space, control characters, and the characters that are there to join, to
// part or to turn others (U+00AD, U+200B, U+2060, U+FEFF). Where a text is required, such a one is none.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, visible)
}

func visible(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) { // Arabic signs of numbers, which are drawn
		return true
	}
	const brailleBlank = '\u2800'
	return r != brailleBlank && !unicode.IsSpace(r) && !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
