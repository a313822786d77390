package ledgerfile

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"jalon/internal/fault"
)

const (
	maxDepth = 64  // elements inside one another
	maxAttrs = 100 // of one element
)

// elements walks through the elements of an XML file, holding nothing but the way from the root.
type elements struct {
	src   *markup
	dec   *xml.Decoder
	depth int
	space string // of the root; its children are in no namespace or, by default, in the same
}

// openElements reads up to the start of the root element.
func openElements(r io.Reader) (*elements, xml.StartElement, error) {
	src, err := newMarkup(r)
	if err != nil {
		return nil, xml.StartElement{}, err
	}
	x := &elements{src: src, dec: xml.NewDecoder(src)}
	tok, err := x.token()
	if err != nil {
		return nil, xml.StartElement{}, err
	}
	root, ok := tok.(xml.StartElement)
	if !ok {
		return nil, xml.StartElement{}, fault.Invalid("ledger.xml.not_xml")
	}
	x.space = root.Name.Space
	return x, root, nil
}

// token gives the next start or end of an element. Its errors are faults that name the line, never
// what stands there: it might be somebody's bank account.
func (x *elements) token() (xml.Token, error) {
	for {
		tok, err := x.dec.Token()
		if err != nil {
			return nil, x.refuse(err)
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if x.depth++; x.depth > maxDepth {
				return nil, fault.Invalid("ledger.xml.depth", x.src.line, maxDepth)
			}
			if len(t.Attr) > maxAttrs || repeats(t.Attr) {
				return nil, fault.Invalid("ledger.xml.malformed", x.src.line)
			}
			return tok, nil
		case xml.EndElement:
			x.depth--
			return tok, nil
		}
	}
}

func (x *elements) refuse(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case fault.As(err) != nil:
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return fault.Invalid("ledger.xml.truncated", x.src.line)
	case errors.As(err, &syntax):
		return fault.Invalid("ledger.xml.malformed", x.src.line)
	}
	return err
}

// repeats tells that an element has an attribute twice, which the decoder lets pass.
func repeats(attrs []xml.Attr) bool {
	for i := range attrs {
		for j := range attrs[:i] {
			if attrs[i].Name == attrs[j].Name {
				return true
			}
		}
	}
	return false
}

// each calls do at the start of every child of the element that was opened last, up to its end. do
// reads the child to its end: with each, skip or kept. Children of foreign namespaces, such as
// signatures, are passed over.
func (x *elements) each(do func(e xml.StartElement) error) error {
	for {
		tok, err := x.token()
		if err != nil {
			return err
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			return nil
		}
		if e.Name.Space != "" && e.Name.Space != x.space {
			err = x.skip()
		} else {
			err = do(e)
		}
		if err != nil {
			return err
		}
	}
}

// skip reads the element that was opened last to its end.
func (x *elements) skip() error {
	for within := x.depth; x.depth >= within; {
		if _, err := x.token(); err != nil {
			return err
		}
	}
	return nil
}

// end reads what follows the root: nothing but comments.
func (x *elements) end() error {
	_, err := x.dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		return fault.Invalid("ledger.xml.malformed", x.src.line)
	}
	return x.refuse(err)
}

// valueOf gives the attribute V, in which these files write every datum.
func valueOf(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "V" && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
