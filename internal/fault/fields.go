package fault

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
