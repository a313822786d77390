package views

import (
	"slices"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Names of the hidden fields that every form carries: the token of the session, the key under which
// the form does its work once, and the version of what it changes.
const (
	FieldCSRF    = "_csrf"
	FieldRequest = "_request"
	FieldVersion = "_version"
	// FieldPreview is sent by the button that shows what would come of a form.
	FieldPreview = "_preview"
)

// Form is one form of a page. The zero value of most fields is the usual one.
type Form struct {
	Printer
	Action    string // where it is sent
	Name      string // what sets its ids apart when a page has several; "" for the only one
	Label     string // what a screen reader calls it; "" when the page's heading does
	Submit    string // on the button
	Preview   string // on a second button, which saves nothing; "" for none
	Live      bool   // the preview is shown after every change
	Cancel    string // where to go instead; "" for nowhere
	Danger    bool   // it takes something away
	Upload    bool   // it sends a file
	Inline    bool   // one line
	Key       string // the single key that presses the button of a form of one button
	CSRF      string
	Request   string
	Version   int64 // of what it changes; 0: it changes nothing that has one
	Fields    []Field
	Message   string       // why it was refused as a whole
	Conflicts []Difference // what somebody else changed in between
	Stale     bool
}

// Field is one input with its label.
type Field struct {
	Name, Label, Help string
	// Type is text, email, password, search, date, number, textarea, select, radio, checkbox, file, hidden or
	// heading, which begins a group and holds no value.
	Type          string
	Value         string
	Options       []Choice // of select and radio
	Suggestions   []string // of text
	List          string   // of text: id of the field whose suggestions it shares
	Checked       bool     // of checkbox
	Required      bool
	ReadOnly      bool
	Error         string
	Autocomplete  string
	InputMode     string
	Accept        string // of file
	Unit          string // after the input
	Rows, MaxSize int
	ID            string // set by the form
}

// Choice is one choice of a field.
type Choice struct {
	Value, Text, Help string
	Selected          bool
}

// Difference is a field that was changed by two people.
type Difference struct{ Label, Stored, Typed string }

// Items gives the fields with their ids set.
func (f Form) Items() []Field {
	out := slices.Clone(f.Fields)
	for i := range out {
		out[i].ID = f.id(out[i].Name)
		if out[i].Type == "" {
			out[i].Type = "text"
		}
		if out[i].Type == "textarea" && out[i].Rows == 0 {
			out[i].Rows = 4
		}
		out[i].choose()
		for j := range out[i].Options {
			out[i].Options[j].Selected = out[i].Options[j].Value == out[i].Value
		}
	}
	return out
}

// choose makes the option that is marked as chosen the value of a field that has none. It marks no option any more, so that a value which is
// emptied later stays empty.
func (f *Field) choose() {
	f.Options = slices.Clone(f.Options)
	for i := range f.Options {
		if f.Options[i].Selected && f.Value == "" {
			f.Value = f.Options[i].Value
		}
		f.Options[i].Selected = false
	}
}

func (f Form) id(name string) string {
	if f.Name == "" {
		return "f-" + name
	}
	return "f-" + f.Name + "-" + name
}

// Wrong lists the fields that were refused, for the summary above the form.
func (f Form) Wrong() []Field {
	return slices.DeleteFunc(f.Items(), func(x Field) bool { return x.Error == "" })
}

// Field finds a field by its name.
func (f *Form) Field(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// Describes lists the ids of what explains a field.
func (f Field) Describes() string {
	var ids []string
	if f.Help != "" {
		ids = append(ids, f.ID+"-help")
	}
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	return strings.Join(ids, " ")
}

// Text is how a value reads to a person: the text of the option that was chosen.
func (f Field) Text(p Printer) string {
	switch f.Type {
	case "select", "radio":
		for _, o := range f.Options {
			if o.Value == f.Value {
				return o.Text
			}
		}
	case "checkbox":
		if f.Checked {
			return p.T("form.yes")
		}
		return p.T("form.no")
	case "date":
		if d, err := civil.Parse(f.Value); err == nil {
			return p.Date(d)
		}
	}
	return f.Value
}

// Refuse shows the reasons of a fault beside the fields, and above the form what belongs to none.
func (f *Form) Refuse(err error) {
	e := fault.As(err)
	if e == nil {
		return
	}
	var rest []string
	for _, wrong := range e.Fields {
		text := f.T(wrong.Key, wrong.Args...)
		if field := f.Field(wrong.Name); field != nil && field.Type != "hidden" {
			if field.Error == "" {
				field.Error = text
			}
			continue
		}
		rest = append(rest, f.Printer.Field(wrong.Name)+f.T("list.colon")+text)
	}
	switch {
	case len(rest) > 0:
		f.Message = strings.Join(rest, f.T("list.semicolon"))
	case len(e.Fields) == 0 && f.Has(e.Key):
		f.Message = f.Fault(err)
	}
}

// FormPage is a page that holds one form and little else.
type FormPage struct {
	Base
	Heading string      // "" for the title
	Intro   []string    // paragraphs above the form
	Filter  *FilterForm // what the form is to be filled with
	Form    Form
	Outro   []string
	Links   []Link // further ways from here
}

func (FormPage) template() string { return "form" }

// H1 is the heading of the page.
func (p FormPage) H1() string {
	if p.Heading != "" {
		return p.Heading
	}
	return p.Title
}

// DateValue is a date as date fields hold it; "" for none.
func DateValue(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// AmountValue is an amount as a person types it: plain digits with the decimals of the currency, in the
// reader's own decimal sign; "" for none.
func (p Printer) AmountValue(a *money.Amount, c money.Currency) string {
	if a == nil {
		return ""
	}
	text := a.Decimal(c)
	if p.Lang == "fr" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// IntValue is a number as number fields hold it; "" for zero.
func IntValue(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// ConfirmPage asks before something is done that is not undone with one click, or does it again after a
// new sign-in: it carries the typed values along.
type ConfirmPage struct {
	Base
	Text   []string
	Action string
	CSRF   string
	Kept   []Parameter
	Submit string
	Cancel string
}

func (ConfirmPage) template() string { return "confirm" }
