package grid

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"jalon/internal/fault"
)

// An XLSX file is read here directly rather than with a spreadsheet library, for what a reader of
// figures must know and the library's row iterator does not tell: whether a cell is a number or a
// text that looks like one (53,02), and that a string index points nowhere. Parts are unpacked as
// streams under one common limit.

// workbook is an opened XLSX file.
type workbook struct {
	parts   map[string]*zip.File
	limits  Limits
	left    int64 // bytes that may still be unpacked
	strings []string
	is1904  bool
}

// Sheet is one sheet of a workbook. Its rows can be read again from the start.
type Sheet struct {
	Name string
	book *workbook
	part string
}

// Date1904 tells which day the numbers of date cells count from.
func (s Sheet) Date1904() bool { return s.book.is1904 }

func badXLSX(detail string) error { return fault.Invalid("grid.xlsx_damaged", detail) }

// OpenXLSX checks the directory of the archive before anything is unpacked, then gives its visible
// sheets, or the one of the given name.
func OpenXLSX(data io.ReaderAt, size int64, sheet string, limits Limits) ([]Sheet, error) {
	z, err := zip.NewReader(data, size)
	if err != nil {
		return nil, badXLSX("zip")
	}
	b := &workbook{limits: limits, left: limits.Unpacked}
	if err := b.checkParts(z); err != nil {
		return nil, err
	}
	refs, err := b.sheets()
	if err != nil {
		return nil, err
	}
	targets, err := b.relations()
	if err != nil {
		return nil, err
	}
	var sheets []Sheet
	for _, r := range refs {
		target, ok := targets[r.id]
		if !ok || !target.worksheet {
			continue // a chart sheet, or a sheet that the file lacks
		}
		if sheet != "" && Fold(sheet) != Fold(r.name) || sheet == "" && r.hidden {
			continue
		}
		sheets = append(sheets, Sheet{r.name, b, target.part})
	}
	if len(sheets) == 0 {
		return nil, fault.Invalid("grid.no_sheet", Clip(sheet))
	}
	return sheets, b.loadStrings(targets)
}

// checkParts refuses archives that are no workbook, hold macros, or would unpack to too much.
func (b *workbook) checkParts(z *zip.Reader) error {
	if len(z.File) > b.limits.Parts {
		return tooLarge("parts", int64(b.limits.Parts))
	}
	b.parts = make(map[string]*zip.File, len(z.File))
	var total uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if _, twice := b.parts[name]; twice {
			return badXLSX("duplicate part")
		}
		b.parts[name] = f
		total += min(f.UncompressedSize64, uint64(b.limits.Unpacked)+1)
		if total > uint64(b.limits.Unpacked) || f.UncompressedSize64 > ratioFloor && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
			return tooLarge("unpacked", b.limits.Unpacked>>20)
		}
		if f.Flags&1 != 0 {
			return fault.Invalid("grid.encrypted")
		}
		if strings.HasSuffix(name, "vbaproject.bin") {
			return fault.Invalid("grid.macros")
		}
	}
	if b.parts["xl/workbook.xml"] == nil {
		if b.parts["mimetype"] != nil || b.parts["content.xml"] != nil {
			return fault.Invalid("grid.kind_unsupported", "ODS")
		}
		return fault.Invalid("grid.kind_unsupported", "ZIP")
	}
	return nil
}

// part opens a part as a stream of XML tokens; every byte counts against the common limit.
func (b *workbook) part(name string) (*xmlStream, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, badXLSX(Clip(name))
	}
	r, err := f.Open()
	if err != nil {
		return nil, badXLSX(Clip(name))
	}
	s := &xmlStream{closer: r, name: name, limit: b.limits.Unpacked}
	s.dec = xml.NewDecoder(&budgetReader{r, &b.left})
	return s, nil
}

var errBudget = errors.New("unpacked size over the limit")

type budgetReader struct {
	r    io.Reader
	left *int64
}

func (r *budgetReader) Read(p []byte) (int, error) {
	if *r.left <= 0 {
		return 0, errBudget
	}
	n, err := r.r.Read(p[:min(int64(len(p)), *r.left)])
	*r.left -= int64(n)
	return n, err
}

// xmlStream hands out tokens and turns every failure into a fault.
type xmlStream struct {
	dec    *xml.Decoder
	closer io.Closer
	name   string
	limit  int64 // of the bytes of all parts, for the message
	depth  int
}

func (s *xmlStream) close() { _ = s.closer.Close() }

// next gives the next token, nil at the end. A document type declaration is refused: no
// spreadsheet writes one, and entities are the usual way to attack an XML reader.
func (s *xmlStream) next() (xml.Token, error) {
	t, err := s.dec.Token()
	switch {
	case err == io.EOF:
		return nil, nil
	case errors.Is(err, errBudget):
		return nil, tooLarge("unpacked", s.limit>>20)
	case err != nil:
		return nil, badXLSX(Clip(s.name))
	}
	switch t.(type) {
	case xml.Directive:
		return nil, badXLSX(Clip(s.name))
	case xml.StartElement:
		if s.depth++; s.depth > 64 {
			return nil, badXLSX(Clip(s.name))
		}
	case xml.EndElement:
		s.depth--
	}
	return t, nil
}

// each calls f with every token up to the end of the part.
func (b *workbook) each(part string, f func(xml.Token) error) error {
	s, err := b.part(part)
	if err != nil {
		return err
	}
	defer s.close()
	for {
		t, err := s.next()
		if t == nil || err != nil {
			return err
		}
		if err := f(t); err != nil {
			return err
		}
	}
}

type sheetRef struct {
	name, id string
	hidden   bool
}

func (b *workbook) sheets() ([]sheetRef, error) {
	var refs []sheetRef
	err := b.each("xl/workbook.xml", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			b.is1904 = v == "1" || v == "true"
		case "sheet":
			refs = append(refs, sheetRef{attr(e, "name"), attr(e, "id"), attr(e, "state") != "" && attr(e, "state") != "visible"})
		}
		return nil
	})
	return refs, err
}

type relation struct {
	part               string
	worksheet, strings bool
}

func (b *workbook) relations() (map[string]relation, error) {
	targets := map[string]relation{}
	err := b.each("xl/_rels/workbook.xml.rels", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = "/xl/" + target
		}
		kind := attr(e, "Type")
		targets[attr(e, "Id")] = relation{
			part:      strings.TrimPrefix(path.Clean(target), "/"),
			worksheet: strings.HasSuffix(kind, "/worksheet"),
			strings:   strings.HasSuffix(kind, "/sharedStrings"),
		}
		return nil
	})
	return targets, err
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// loadStrings reads the texts that cells point to. Phonetic hints (rPh) are no part of the text.
func (b *workbook) loadStrings(targets map[string]relation) error {
	name := ""
	for _, r := range targets {
		if r.strings {
			name = r.part
		}
	}
	if name == "" {
		return nil
	}
	var text strings.Builder
	inText, phonetic := false, false
	return b.each(name, func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.CharData:
			if inText && !phonetic {
				text.Write(t)
			}
		case xml.EndElement:
			inText = false
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				if text.Len() > b.limits.Cell {
					return tooLarge("cell", int64(b.limits.Cell)>>10)
				}
				if len(b.strings) == b.limits.Strings {
					return tooLarge("strings", int64(b.limits.Strings))
				}
				b.strings = append(b.strings, text.String())
				text.Reset()
			}
		}
		return nil
	})
}
