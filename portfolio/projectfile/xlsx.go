package projectfile

import (
	"archive/zip"
	"bytes"
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
	left    int64 // bytes that may still be unpacked
	strings []string
	is1904  bool
}

type sheetTable struct {
	book *workbook
	part string
	name string
}

func (t sheetTable) positional() bool { return false }
func (t sheetTable) date1904() bool   { return t.book.is1904 }

func badXLSX(detail string) error { return fault.Invalid("projectfile.xlsx_damaged", detail) }

// openXLSX checks the directory of the archive before anything is unpacked, then gives its visible
// sheets, or the one of the given name.
func openXLSX(data []byte, sheet string) ([]table, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, badXLSX("zip")
	}
	b := &workbook{left: MaxUnpackedBytes}
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
	var tables []table
	for _, r := range refs {
		target, ok := targets[r.id]
		if !ok || !target.worksheet {
			continue // a chart sheet, or a sheet that the file lacks
		}
		if sheet != "" && Fold(sheet) != Fold(r.name) || sheet == "" && r.hidden {
			continue
		}
		tables = append(tables, sheetTable{b, target.part, r.name})
	}
	if len(tables) == 0 {
		return nil, fault.Invalid("projectfile.no_sheet", clip(sheet))
	}
	return tables, b.loadStrings(targets)
}

// checkParts refuses archives that are no workbook, hold macros, or would unpack to too much.
func (b *workbook) checkParts(z *zip.Reader) error {
	if len(z.File) > MaxParts {
		return tooLarge("parts", MaxParts)
	}
	b.parts = make(map[string]*zip.File, len(z.File))
	var total uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.TrimPrefix(f.Name, "/"))
		if _, twice := b.parts[name]; twice {
			return badXLSX("duplicate part")
		}
		b.parts[name] = f
		total += min(f.UncompressedSize64, MaxUnpackedBytes+1)
		if total > MaxUnpackedBytes || f.UncompressedSize64 > ratioFloor && f.UncompressedSize64/maxRatio > f.CompressedSize64 {
			return tooLarge("unpacked", MaxUnpackedBytes>>20)
		}
		if f.Flags&1 != 0 {
			return fault.Invalid("projectfile.encrypted")
		}
		if strings.HasSuffix(name, "vbaproject.bin") {
			return fault.Invalid("projectfile.macros")
		}
	}
	if b.parts["xl/workbook.xml"] == nil {
		if b.parts["mimetype"] != nil || b.parts["content.xml"] != nil {
			return fault.Invalid("projectfile.kind_unsupported", "ODS")
		}
		return fault.Invalid("projectfile.kind_unsupported", "ZIP")
	}
	return nil
}

// part opens a part as a stream of XML tokens; every byte counts against the common limit.
func (b *workbook) part(name string) (*xmlStream, error) {
	f := b.parts[strings.ToLower(name)]
	if f == nil {
		return nil, badXLSX(clip(name))
	}
	r, err := f.Open()
	if err != nil {
		return nil, badXLSX(clip(name))
	}
	s := &xmlStream{closer: r, name: name}
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
		return nil, tooLarge("unpacked", MaxUnpackedBytes>>20)
	case err != nil:
		return nil, badXLSX(clip(s.name))
	}
	switch t.(type) {
	case xml.Directive:
		return nil, badXLSX(clip(s.name))
	case xml.StartElement:
		if s.depth++; s.depth > 64 {
			return nil, badXLSX(clip(s.name))
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
				if text.Len() > MaxCellBytes {
					return tooLarge("cell", MaxCellBytes>>20)
				}
				if len(b.strings) == maxStrings {
					return tooLarge("strings", maxStrings)
				}
				b.strings = append(b.strings, text.String())
				text.Reset()
			}
		}
		return nil
	})
}
