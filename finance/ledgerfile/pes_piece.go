package ledgerfile

import (
	"bytes"
	"encoding/xml"
)

// piece is the order to pay or to collect whose lines are read, and where the reading stands in it.
type piece struct {
	number       int64
	line         int64  // of the line that is read
	kind, nature string // TypPce and NatPce
	head         node
	xml          []byte // as XML
}

func (f *pesFile) readPiece() error {
	if !f.bord.known {
		return f.bad("ledger.pes.missing", "BlocBordereau")
	}
	f.bord.counted++
	f.piece = piece{}
	return f.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "BlocPiece", "InfoPiece":
			return f.pieceHead(e)
		case "LigneDePiece":
			return f.pieceLine(e)
		}
		return f.x.skip()
	})
}

func (f *pesFile) pieceHead(e xml.StartElement) error {
	if f.piece.number > 0 {
		return f.twice("BlocPiece")
	}
	room := MaxLineBytes
	n, err := f.x.node(e, &room)
	if err != nil {
		return err
	}
	p := &f.piece
	var b bytes.Buffer
	n.write(&b)
	p.xml, p.head = b.Bytes(), n
	if info := n.at("InfoPce"); info != nil {
		p.head = *info
	}
	var ok bool
	if p.number, ok = pesNumber(p.head.get("IdPce")); !ok || p.number == 0 {
		return f.unreadable("IdPce", p.head.get("IdPce"))
	}
	if p.kind = p.head.get("TypPce"); p.kind == "" {
		return f.unreadable("TypPce", "")
	}
	if p.nature = p.head.get("NatPce"); p.nature == "" {
		return f.unreadable("NatPce", "")
	}
	return f.agree()
}

// The natures of pieces that correct another one of the same or the next year.
const (
	natAnnulment      = "06"
	natAccrualAnnuled = "10"
)

// agree refuses a piece whose nature says that it is to be subtracted while its bordereau says that it
// is to be added: which of the two is wrong cannot be told.
func (f *pesFile) agree() error {
	nature := f.piece.nature
	if !f.news && f.bord.kind == bordOrdinary && (nature == natAnnulment || nature == natAccrualAnnuled) {
		return f.bad("ledger.pes.sign", f.bord.kind, nature)
	}
	return nil
}

func (f *pesFile) pieceLine(e xml.StartElement) error {
	if f.piece.number == 0 {
		return f.bad("ledger.pes.missing", "BlocPiece")
	}
	room := MaxLineBytes
	n, err := f.x.node(e, &room)
	if err != nil {
		return err
	}
	f.piece.line = 0
	block := n.at("BlocLignePiece")
	info := block.either("InfoLignePce", "InfoLignePiece")
	if info == nil {
		return f.bad("ledger.pes.missing", "InfoLignePce")
	}
	no, ok := pesNumber(info.get("IdLigne"))
	if !ok || no == 0 {
		return f.unreadable("IdLigne", info.get("IdLigne"))
	}
	f.piece.line = no
	f.begin(&n)
	if f.news {
		err = f.newsOf(&n, info)
	} else {
		err = f.posting(&n, block, info)
	}
	if err != nil {
		return err
	}
	f.tally.line(&f.line)
	return f.each(&f.line)
}

// either gives the first of two elements that is there.
func (n *node) either(names ...string) *node {
	if n == nil {
		return nil
	}
	for _, name := range names {
		if c := n.at(name); c != nil {
			return c
		}
	}
	return nil
}

// begin fills in what postings and news have in common.
func (f *pesFile) begin(n *node) {
	l := &f.line
	*l = Line{No: f.Lines + 1, Offset: -1, Unique: true, Findings: l.Findings[:0], Raw: l.Raw[:0]}
	l.Flow, l.Exercice, l.Budget = f.flow, f.bord.exercice, f.budget
	l.Bordereau, l.DocNo, l.LineNo = number(f.bord.number), number(f.piece.number), number(f.piece.line)
	l.DocType = f.bord.kind + "·" + f.piece.kind + "·" + f.piece.nature
	l.Manager = f.piece.head.get("CodServ")
	key := f.key()
	l.Key, l.KeyText = key.hash(f.entity, f.budget), key.text(f.budget)

	b := bytes.NewBuffer(l.Raw)
	b.WriteString("<Bordereau>")
	b.Write(f.bord.head)
	b.WriteString("<Piece>")
	b.Write(f.piece.xml)
	n.write(b)
	b.WriteString("</Piece></Bordereau>")
	l.Raw = b.Bytes()
}

func (f *pesFile) key() pieceKey {
	return pieceKey{flow: f.flow, exercice: f.bord.exercice, kind: f.bord.kind, piece: f.piece.number, line: f.piece.line}
}
