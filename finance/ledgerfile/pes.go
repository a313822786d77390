package ledgerfile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// pesNamespace begins the namespaces of PES V2. Source of everything about PES here: the annotated
// schemas, version 5.17.
const pesNamespace = "http://www.minefi.gouv.fr/cp/helios/pes_v2/"

// The codes of findings that PES files alone give.
const (
	PESBordereauMissing = "pes.bordereau_missing" // [series, first, last] numbers that neither the file nor the books hold
	PESMissingAmount    = "pes.missing_amount"    // [series, first, last, amount] what the running totals say that they come to
	PESPaymentOrder     = "pes.payment_order"     // [number] out of scope: regularised later by a piece that is counted
	PESOriginMissing    = "pes.origin_missing"    // a correction that does not say of what
	PESOriginPartly     = "pes.origin_partly"     // [number] the corrected piece is named, its line is not
	PESTriplet          = "pes.triplet"           // [bordereau, piece, nature] an unusual correction: subtracted, as the bordereau says
	PESRegularisation   = "pes.regularisation"    // [number] a payment that waits for its piece: no news of one
	PESStateUnknown     = "pes.state_unknown"     // [state] no status follows
)

// pesFile is the reading of one PES file: what was read on the way to the element that is read now.
type pesFile struct {
	x    *elements
	o    Options
	each func(*Line) error
	*tally

	entity, budget string // IdColl and CodBud
	flow           Flow
	news           bool // PES_Retour: about pieces that earlier files brought
	found          bool // a domain that is read
	bord           bordereau
	piece          piece
	line           Line
	seen           map[[2]int64]struct{} // pieces and lines of the bordereau
	links          map[string][]link     // bordereaux by series
	linked         int
	refused        error // the first control that failed; the rest is read for the summary

	scope, orders, accruals []matcher
}

// readPES reads a file of the protocol between French authorities and their accountant: PES_Aller,
// with orders to pay and to collect, or PES_Retour, with what became of them.
func readPES(src Source, p Profile, o Options, each func(*Line) error) (Summary, error) {
	currency, err := p.currency(o)
	if err != nil {
		return Summary{}, err
	}
	f := &pesFile{o: o, each: each, tally: newTally(currency), seen: map[[2]int64]struct{}{}, links: map[string][]link{}}
	f.Series = map[string]Series{}
	f.scope, f.orders, f.accruals = newMatchers(p.Scope), newMatchers(p.Orders), newMatchers(p.Accruals)
	in, err := src.Open()
	if err != nil {
		return f.Summary, err
	}
	defer in.Close()
	err = f.read(in)
	summary, overflow := f.close(coverage(p, o, src.Name()))
	if err == nil {
		err = overflow
	}
	return summary, err
}

func (f *pesFile) read(in io.Reader) error {
	x, root, err := openElements(in)
	if err != nil {
		return err
	}
	f.x, f.Encoding = x, x.src.encoding
	switch name := root.Name.Local; {
	case !strings.HasPrefix(root.Name.Space, pesNamespace), name != "PES_Aller" && name != "PES_Retour" && name != "PES_ACQUIT":
		return fault.Invalid("ledger.pes.root", grid.Clip(name))
	case name == "PES_ACQUIT":
		return fault.Invalid("ledger.pes.acknowledgement")
	}
	if err := x.each(f.part); err != nil {
		return err
	}
	if err := x.end(); err != nil {
		return err
	}
	if !f.found {
		return fault.Invalid("ledger.pes.empty")
	}
	if err := f.chain(); err != nil && f.refused == nil {
		f.refused = err
	}
	return f.refused
}

// part reads a part of the file: the head, or the bordereaux of one flow.
func (f *pesFile) part(e xml.StartElement) error {
	switch e.Name.Local {
	case "EnTetePES":
		return f.head(e)
	case "PES_DepenseAller", "PES_DepenseRetour":
		f.flow = FlowExpenditure
	case "PES_RecetteAller", "PES_RecetteRetour":
		f.flow = FlowRevenue
	default: // the envelope, contracts, invoices, attachments, a signature
		return f.x.skip()
	}
	if f.entity == "" {
		return f.bad("ledger.pes.missing", "EnTetePES")
	}
	f.found = true
	f.news = strings.HasSuffix(e.Name.Local, "Retour")
	return f.x.each(func(e xml.StartElement) error {
		if e.Name.Local != "Bordereau" {
			return f.x.skip()
		}
		return f.bordereau()
	})
}

// head reads whose file it is. Subsidiary budgets have SIRETs of their own under the SIREN of their
// authority, its first nine digits; so those tell a file of another organisation.
func (f *pesFile) head(e xml.StartElement) error {
	room := MaxLineBytes
	n, err := f.x.node(e, &room)
	if err != nil {
		return err
	}
	f.entity, f.budget = n.get("IdColl"), n.get("CodBud")
	switch own := digitsOf(f.o.SIRET); {
	case f.entity == "":
		return f.bad("ledger.pes.missing", "IdColl")
	case f.budget == "":
		return f.bad("ledger.pes.missing", "CodBud")
	case len(own) >= 9 && (len(f.entity) < 9 || f.entity[:9] != own[:9]):
		return fault.Invalid("ledger.pes.entity", grid.Clip(f.entity), own)
	}
	return nil
}

// digitsOf gives the digits of a number that people write with blanks.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// hashOf hashes texts so that no two lists of texts give the same bytes.
func hashOf(texts ...string) Hash {
	h := sha256.New()
	var size [binary.MaxVarintLen64]byte
	for _, t := range texts {
		h.Write(size[:binary.PutUvarint(size[:], uint64(len(t)))])
		io.WriteString(h, t)
	}
	var out Hash
	copy(out[:], h.Sum(nil))
	return out
}

// pieceKey is what names a line of a piece for ever: the authority, the budget, the flow, the fiscal
// year, the type of bordereau, the number of the piece and of the line. The number of the bordereau
// is no part of it: a rejected piece comes back in another one.
type pieceKey struct {
	flow        Flow
	exercice    int
	kind        string // TypBord
	piece, line int64
}

// The text is for people, and leaves out the authority, which is the reader's own.
func (k pieceKey) text(budget string) string {
	return strings.Join([]string{string(k.flow), strconv.Itoa(k.exercice), budget, k.kind, number(k.piece), number(k.line)}, "·")
}

func (k pieceKey) hash(entity, budget string) Hash { return hashOf("pes", entity, k.text(budget)) }

func number(n int64) string { return strconv.FormatInt(n, 10) }

// pesNumber reads a number of a bordereau, a piece or a line, which may have leading zeros.
func pesNumber(s string) (int64, bool) {
	if s == "" || len(s) > 18 || digitsOf(s) != s {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// pesAmount reads an amount, which has at most 14 digits and no sign: the bordereau says which it is.
func pesAmount(s string, c money.Currency) (money.Amount, bool) {
	if strings.HasPrefix(s, "-") {
		return 0, false
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "+"), ".")
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	a, err := money.Parse(s, c)
	return a, err == nil && a <= 999_999_999_999_99
}

// pesDate reads a date; a time zone, which the schemas allow, is cut off. The zero Date where there
// is none that can be read.
func pesDate(s string) civil.Date {
	d, err := civil.Parse(s[:min(len(s), 10)])
	if err != nil {
		return civil.Date{}
	}
	return d
}
