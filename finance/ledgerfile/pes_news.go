package ledgerfile

import (
	"strings"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// newsOf fills in what a return says about a line. It brings no money: the line came with an earlier
// file.
func (f *pesFile) newsOf(n, info *node) error {
	l, head := &f.line, &f.piece.head
	ht, ok := pesAmount(info.get("MtHT"), f.Currency)
	if !ok {
		return f.unreadable("MtHT", info.get("MtHT"))
	}
	l.Amount, l.HasAmount = f.bord.sign()*ht, true
	vat, _ := pesAmount(info.get("MtTVA"), f.Currency) // what is paid includes it
	l.Label = labelOf(head.get("Obj", "ObjPce"), info.get("ObjLignePce"), info.get("LibVir1"), info.get("LibVir2"))
	charged, rejected, held := pesDate(head.get("DtePcePec")), pesDate(head.get("DtePceRej")), pesDate(head.get("DtePceInst"))
	l.Status = f.status(head.get("EtatPce"), info.get("EtatLigPce"))
	if f.bord.kind == bordRegularisation {
		l.Kind, l.Status = KindOther, ""
		l.find(PESRegularisation, number(f.piece.number))
	} else {
		l.Kind = KindStatus
		if l.Status == "" {
			l.find(PESStateUnknown, grid.Clip(head.get("EtatPce")+" "+info.get("EtatLigPce")))
		}
	}
	switch l.Status {
	case StatusRejected:
		l.Date = rejected
		// Schema, DtePcePec: a piece that was rejected before it was charged may be sent again under
		// its own number; one whose charge was annulled may not.
		l.Reemit = charged.IsZero()
	case StatusSuspended:
		l.Date = held
	default:
		l.Date = charged
	}
	if l.Status == StatusRejected || l.Status == StatusSuspended {
		l.Reason = labelOf(head.get("ObsEtat"), head.get("Commentaire"), info.get("ObsEtat"), info.get("Commentaire"))
	}
	f.payment(n, ht+vat)
	l.Content = hashOf("pes", l.KeyText, l.Status, l.Reason, l.Date.String(), l.PayDate.String(), charged.String(), number(int64(l.Amount)))
	return nil
}

// status tells what became of a line. What is said of the piece counts for its lines, unless the line
// itself was rejected or held back. The codes of the two flows differ.
func (f *pesFile) status(piece, line string) string {
	pieces := map[string]string{"01": StatusSuspended, "02": StatusCharged, "04": StatusRejected, "05": StatusPaid}
	lines := map[string]string{"02": StatusRejected, "09": StatusRejected, "10": StatusRejected, "16": StatusSuspended}
	if f.flow == FlowRevenue {
		pieces = map[string]string{"01": StatusSuspended, "02": StatusCharged, "03": StatusCharged, "04": StatusRejected, "05": StatusRejected}
		lines = map[string]string{"01": StatusRejected, "02": StatusRejected, "03": StatusSuspended, "05": StatusPaid}
	}
	of, own := pieces[piece], lines[line]
	if own != "" && (of == "" || of == StatusCharged) {
		return own
	}
	return of
}

// payment reads when a line was paid, and whether in full. A settlement by another piece is no payment;
// the day of the last real one is.
func (f *pesFile) payment(n *node, due money.Amount) {
	const realPayment = "01" // OrgEma
	l := &f.line
	var paid sum
	for i := range n.within {
		p := &n.within[i]
		if p.name != "PaiementEmargement" || p.get("OrgEma") != realPayment {
			continue
		}
		if d := pesDate(p.get("DtePay")); d.After(l.PayDate) {
			l.PayDate = d
		}
		unsigned, annulled := strings.CutPrefix(p.get("MtPay"), "-")
		if a, ok := pesAmount(unsigned, f.Currency); ok && annulled {
			paid.add(-a)
		} else if ok {
			paid.add(a)
		}
	}
	if a, fits := paid.amount(); fits && l.Status == StatusCharged && a > 0 && a >= due {
		l.Status = StatusPaid
	}
}
