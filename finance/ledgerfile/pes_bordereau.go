package ledgerfile

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strconv"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// The types of bordereaux.
const (
	bordOrdinary       = "01"
	bordCorrection     = "02" // annulations and reductions: positive amounts that are to be subtracted
	bordPaymentOrders  = "03" // outside of the budget
	bordRegularisation = "04" // of returns alone: payments that wait for their piece
	bordManyCreditors  = "06" // of revenues alone (ORMC)
)

// bordereau is what heads a list of pieces, and what its pieces come to.
type bordereau struct {
	known    bool // its head was read
	exercice int
	number   int64
	kind     string // TypBord
	date     civil.Date
	dateText string
	pieces   int64 // declared, as the amounts
	ht, vat  money.Amount
	cumul    money.Amount // MtCumulAnnuel
	hasCumul bool
	counted  int64
	sumHT    sum
	sumVAT   sum
	head     []byte // as XML
}

// sign says how the amounts of the bordereau count.
func (b *bordereau) sign() money.Amount {
	if b.kind == bordCorrection {
		return -1
	}
	return 1
}

// series names the series that the number of the bordereau belongs to: the key of Summary.Series and of
// Options.Known.
func (f *pesFile) series() string {
	return f.entity + "·" + f.budget + "·" + string(f.flow) + "·" + strconv.Itoa(f.bord.exercice) + "·" + f.bord.kind
}

// subject names the bordereau for people.
func (f *pesFile) subject() string {
	if !f.bord.known {
		return "—"
	}
	return string(f.flow) + "·" + strconv.Itoa(f.bord.exercice) + "·" + f.budget + "·" + f.bord.kind + "·" + number(f.bord.number)
}

// bad refuses the file for an element, and says where it stands: in which bordereau, piece and line of
// it, and in which line of the file.
func (f *pesFile) bad(key string, args ...any) error {
	place := f.subject()
	if f.piece.number > 0 {
		place += " / " + number(f.piece.number)
	}
	if f.piece.line > 0 {
		place += " / " + number(f.piece.line)
	}
	return fault.Invalid(key, append(args, place, f.x.src.line)...)
}

// exercice reads the label of a fiscal year.
func (f *pesFile) exercice(n *node, element string) (int, error) {
	year, ok := pesNumber(n.get(element))
	if !ok || year < 1900 || year > 2199 {
		return 0, f.unreadable(element, n.get(element))
	}
	return int(year), nil
}

// unreadable refuses the file for the value of an element. The value is of an element that is kept,
// so it is nobody's bank account.
func (f *pesFile) unreadable(element, value string) error {
	if value == "" {
		return f.bad("ledger.pes.missing", element)
	}
	return f.bad("ledger.pes.value", element, grid.Clip(value))
}

// twice refuses the file for an element that there can be only one of: which of them holds cannot be
// told.
func (f *pesFile) twice(element string) error {
	return fault.Invalid("ledger.pes.twice", element, f.x.src.line)
}

func (f *pesFile) bordereau() error {
	f.bord, f.piece = bordereau{}, piece{}
	clear(f.seen)
	err := f.x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "BlocBordereau":
			return f.bordereauHead(e)
		case "Piece":
			return f.readPiece()
		}
		return f.x.skip()
	})
	if err != nil {
		return err
	}
	f.piece = piece{}
	if !f.bord.known {
		return f.bad("ledger.pes.missing", "BlocBordereau")
	}
	if f.news { // comes without the sums
		return nil
	}
	f.controls()
	return f.link()
}

func (f *pesFile) bordereauHead(e xml.StartElement) error {
	if f.bord.known {
		return f.twice("BlocBordereau")
	}
	room := MaxLineBytes
	n, err := f.x.node(e, &room)
	if err != nil {
		return err
	}
	b := &f.bord
	if b.exercice, err = f.exercice(&n, "Exer"); err != nil {
		return err
	}
	var ok bool
	if b.number, ok = pesNumber(n.get("IdBord")); !ok {
		return f.unreadable("IdBord", n.get("IdBord"))
	}
	b.kind = n.get("TypBord")
	kinds := []string{bordOrdinary, bordCorrection, bordPaymentOrders}
	if f.flow == FlowRevenue {
		kinds = append(kinds, bordManyCreditors)
	}
	if f.news {
		kinds = []string{b.kind} // returns have more of them
	}
	if b.kind == "" || !slices.Contains(kinds, b.kind) {
		return f.unreadable("TypBord", b.kind)
	}
	b.dateText = n.get("DteBordEm")
	b.date = pesDate(b.dateText)
	var xml bytes.Buffer
	n.write(&xml)
	b.head, b.known = xml.Bytes(), true
	if f.news {
		return nil
	}
	return f.declared(&n)
}

// declared reads the figures that a bordereau gives of itself.
func (f *pesFile) declared(n *node) error {
	b := &f.bord
	var ok bool
	if b.pieces, ok = pesNumber(n.get("NbrPce")); !ok {
		return f.unreadable("NbrPce", n.get("NbrPce"))
	}
	if b.ht, ok = pesAmount(n.get("MtBordHT", "MtBordHt"), f.Currency); !ok {
		return f.unreadable("MtBordHT", n.get("MtBordHT", "MtBordHt"))
	}
	if s := n.get("MtBordTVA"); s != "" {
		if b.vat, ok = pesAmount(s, f.Currency); !ok {
			return f.unreadable("MtBordTVA", s)
		}
	}
	if s := n.get("MtCumulAnnuel"); s != "" {
		if b.cumul, ok = pesAmount(s, f.Currency); !ok {
			return f.unreadable("MtCumulAnnuel", s)
		}
		b.hasCumul = true
	}
	return nil
}

// controls holds what the bordereau declares against what its pieces come to. The first figure that
// does not tie refuses the file.
func (f *pesFile) controls() {
	b := &f.bord
	ht, fits := b.sumHT.amount()
	vat, fitsToo := b.sumVAT.amount()
	if !fits || !fitsToo {
		f.refuse(fault.Invalid("ledger.overflow"))
		return
	}
	f.control("ledger.pes.pieces", Control{Code: "pieces", Subject: f.subject(), Declared: b.pieces, Computed: b.counted, Count: true})
	f.control("ledger.pes.ht", Control{Code: "ht", Subject: f.subject(), Declared: int64(b.ht), Computed: int64(ht)})
	f.control("ledger.pes.vat", Control{Code: "vat", Subject: f.subject(), Declared: int64(b.vat), Computed: int64(vat)})
}

// control notes a control, and refuses the file under the key when it does not tie.
func (f *pesFile) control(key string, c Control) {
	f.Declared = append(f.Declared, c)
	switch {
	case c.Ties():
	case c.Count:
		f.refuse(fault.Invalid(key, c.Subject, number(c.Declared), number(c.Computed)))
	default:
		f.refuse(fault.Invalid(key, c.Subject, money.Amount(c.Declared).Decimal(f.Currency), money.Amount(c.Computed).Decimal(f.Currency)))
	}
}

func (f *pesFile) refuse(err error) {
	if f.refused == nil {
		f.refused = err
	}
}
