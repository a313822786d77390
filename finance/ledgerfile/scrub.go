package ledgerfile

import (
	"bytes"
	"io"
	"strings"
)

// bankElement holds a supplier's account in PES V2 (Class_Bancaire.xsd).
const bankElement = "CpteBancaire"

// Scrub gives the bytes of a file with the values in bank elements of XML struck out, one X for each byte, so that nothing moves.
// Other files pass as they are: their columns are those that somebody exported.
func Scrub(r io.Reader) io.Reader { return &scrubber{from: r} }

// scrubber follows the tags of an XML file, as much as it takes to know what stands inside of bank elements.
type scrubber struct {
	from    io.Reader
	decided bool // whether the file is XML
	xml     bool
	state   place
	name    []byte // of the tag, as far as it was read
	closing bool   // </…
	empty   bool   // …/>
	quote   byte
	end     string  // of a comment or of CDATA
	last    [3]byte // of what was read of it
	depth   int     // of elements, from a bank element on
}

// place is where in the markup a byte stands.
type place byte

const (
	inText place = iota
	inName
	inTag
	inValue
	inPassage // a comment or CDATA: text, whatever looks like a tag in it
)

// passages are what begins with < and is no tag, by their first bytes behind it, with their ends. Document types and processing instructions are
// none: readers refuse files that have them.
var passages = map[string]string{"!--": "-->", "![CDATA[": "]]>"}

const longestTag = 64 // bytes of a name that are looked at

// Read is that of io.Reader.
func (s *scrubber) Read(b []byte) (int, error) {
	n, err := s.from.Read(b)
	for i := range n {
		if !s.decided {
			s.decide(b[i])
		}
		if s.xml {
			b[i] = s.step(b[i])
		}
	}
	return n, err
}

// decide tells by the first byte that is neither blank nor part of a byte order mark.
func (s *scrubber) decide(c byte) {
	if bytes.IndexByte([]byte(" \t\r\n\x00\xef\xbb\xbf\xff\xfe"), c) < 0 {
		s.decided, s.xml = true, c == '<'
	}
}

// step gives what is kept of a byte.
func (s *scrubber) step(c byte) byte {
	if c == 0 { // half a letter of UTF-16
		return c
	}
	switch s.state {
	case inText:
		if c == '<' {
			s.state, s.name, s.closing, s.empty = inName, s.name[:0], false, false
			return c
		}
		return s.struck(c)
	case inName:
		s.named(c)
	case inTag:
		s.tag(c)
	case inValue:
		if c != s.quote {
			return s.struck(c)
		}
		s.state = inTag
	case inPassage:
		return s.passage(c)
	}
	return c
}

// passage reads on in a comment or CDATA. The marks of its end stay, wherever they stand.
func (s *scrubber) passage(c byte) byte {
	s.last = [3]byte{s.last[1], s.last[2], c}
	if string(s.last[:]) == s.end {
		s.state = inText
	}
	if strings.IndexByte(s.end, c) >= 0 {
		return c
	}
	return s.struck(c)
}

// struck is an X for every byte inside of a bank element that is no blank.
func (s *scrubber) struck(c byte) byte {
	if s.depth == 0 || c <= ' ' {
		return c
	}
	return 'X'
}

// named reads on in the name of a tag.
func (s *scrubber) named(c byte) {
	switch {
	case c == '/' && len(s.name) == 0:
		s.closing = true
	case c == '>' || c == '/' || c <= ' ':
		s.begun()
		s.state = inTag
		s.tag(c)
	case len(s.name) < longestTag:
		s.name = append(s.name, c)
		if s.name[0] != '!' {
			return
		}
		if end, ok := passages[string(s.name)]; ok {
			s.state, s.end, s.last = inPassage, end, [3]byte{}
		}
	}
}

// begun counts an element whose name is complete.
func (s *scrubber) begun() {
	local := s.name
	if i := bytes.LastIndexByte(local, ':'); i >= 0 {
		local = local[i+1:]
	}
	if len(local) == 0 || local[0] == '?' || local[0] == '!' {
		return
	}
	if !s.closing && (s.depth > 0 || string(local) == bankElement) {
		s.depth++
	}
}

// tag reads on behind the name of a tag.
func (s *scrubber) tag(c byte) {
	switch {
	case c == '"' || c == '\'':
		s.state, s.quote, s.empty = inValue, c, false
	case c == '/':
		s.empty = true
	case c == '>':
		if s.depth > 0 && (s.closing || s.empty) {
			s.depth--
		}
		s.state = inText
	case c > ' ':
		s.empty = false
	}
}
