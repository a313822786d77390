package ledgerfile

import (
	"slices"
	"strconv"
	"strings"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// The types and natures of pieces that count in a way of their own.
const (
	kindOrder        = "03" // opération d'ordre budgétaire
	kindMixedOrder   = "04"
	kindAccrual      = "10" // rattachement of an expenditure
	kindAccrualTitre = "11" // rattachement of a revenue
	natAnnulsOther   = "09" // annuls a piece of the other flow, of an earlier year
	natDisposalOrder = "18" // opération d'ordre of a disposal

	annulledMandats = "773" // revenues that annul mandats of earlier years
)

// posting fills in a line of an order to pay or to collect.
func (f *pesFile) posting(n, block, info *node) error {
	at := [2]int64{f.piece.number, f.piece.line}
	if _, twice := f.seen[at]; twice {
		return f.bad("ledger.pes.line_twice")
	}
	f.seen[at] = struct{}{}
	l := &f.line
	l.Kind, l.Stage, l.Status = KindPosting, StageMandated, StatusEmitted
	if f.flow == FlowRevenue {
		l.Stage = ""
	}
	if l.Date = f.bord.date; l.Date.IsZero() {
		l.find(DateUnreadable, grid.Clip(f.bord.dateText))
	}
	if err := f.amounts(info); err != nil {
		return err
	}
	f.imputation(n, block, info)
	f.nature()
	if err := f.origin(block.at("RattachPiece")); err != nil {
		return err
	}
	l.Content = contentOf(l)
	return nil
}

// amounts reads the money. MtHT is the budgetary amount: without tax where the activity pays VAT,
// with tax where none is filled in. MtTVA is no cost.
func (f *pesFile) amounts(info *node) error {
	l, sign := &f.line, f.bord.sign()
	ht, ok := pesAmount(info.get("MtHT"), f.Currency)
	if !ok {
		return f.unreadable("MtHT", info.get("MtHT"))
	}
	f.bord.sumHT.add(ht)
	l.Amount, l.HasAmount = sign*ht, true
	l.TTC, l.HasTTC = l.Amount, true
	if s := info.get("MtTVA"); s != "" {
		vat, ok := pesAmount(s, f.Currency)
		if !ok {
			return f.unreadable("MtTVA", s)
		}
		f.bord.sumVAT.add(vat)
		l.HT, l.HasHT = l.Amount, true
		l.VAT, l.HasVAT = sign*vat, true
		l.TTC = l.HT + l.VAT // 14 digits each
	}
	return nil
}

func (f *pesFile) imputation(n, block, info *node) {
	l := &f.line
	l.Nature, l.Function = info.get("Nature"), info.get("Fonction")
	l.Operation, l.Analytic = info.get("Operation"), info.get("CptAna")
	l.Invoice = info.get("Facture")
	links := block.at("LiensIdent")
	l.Contract, l.Inventory = links.get("IdMarche"), links.get("IdActif")
	if tiers := n.at("Tiers", "InfoTiers"); tiers != nil {
		l.SupplierID, l.SupplierName = supplierID(tiers), tiers.get("Nom")
		if more := tiers.get("ComplNom"); more != "" {
			l.SupplierName += " " + more
		}
	}
	l.Label = labelOf(f.piece.head.get("Obj", "ObjPce"), info.get("ObjLignePce"), info.get("LibVir1"), info.get("LibVir2"))
	if l.Section = SectionOf(l.Nature); l.Section == "" {
		l.Section = map[string]string{"01": SectionOperations, "02": SectionInvestment, "03": SectionInvestment}[f.piece.nature]
	}
}

// supplierID gives the SIRET or SIREN of a third party, else the authority's own reference.
func supplierID(tiers *node) string {
	id := digitsOf(tiers.get("IdTiers"))
	switch tiers.get("NatIdTiers") {
	case "01":
		if len(id) == 14 {
			return id
		}
	case "02":
		if len(id) == 9 {
			return id
		}
	}
	return tiers.get("RefTiers")
}

// labelOf joins what the file says about a line, each thing once.
func labelOf(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" && !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " · ")
}

// nature marks the lines that count in a way of their own.
func (f *pesFile) nature() {
	l, p := &f.line, &f.piece
	l.OrderOp = p.kind == kindOrder || p.kind == kindMixedOrder || p.nature == natDisposalOrder
	accrual := kindAccrual
	if f.flow == FlowRevenue {
		accrual = kindAccrualTitre
		l.Correction = strings.HasPrefix(l.Nature, annulledMandats) || p.nature == natAnnulsOther
	}
	l.Accrual = p.kind == accrual || p.nature == natAccrualAnnuled
	f.conditions()
	switch {
	case f.bord.kind == bordPaymentOrders:
		l.Kind = KindOutOfScope
		l.find(PESPaymentOrder, number(p.number))
	case f.bord.kind == bordCorrection && p.nature != natAnnulment && p.nature != natAccrualAnnuled:
		l.find(PESTriplet, f.bord.kind, p.kind, p.nature)
	}
}

// conditions holds what the profile of an authority's own says beside the schemas: which lines it wants
// at all, and which it takes for opérations d'ordre or rattachements.
func (f *pesFile) conditions() {
	if len(f.scope)+len(f.orders)+len(f.accruals) == 0 {
		return
	}
	l := &f.line
	var v [slots]string
	for field, text := range map[Field]string{
		FieldExercice: strconv.Itoa(l.Exercice), FieldBudget: l.Budget, FieldFlow: string(l.Flow), FieldSection: l.Section, FieldNature: l.Nature,
		FieldFunction: l.Function, FieldOperation: l.Operation, FieldManager: l.Manager, FieldAnalytic: l.Analytic, FieldContract: l.Contract,
		FieldSupplierID: l.SupplierID, FieldSIRET: l.SupplierID, FieldSupplierName: l.SupplierName, FieldInventory: l.Inventory, FieldInvoice: l.Invoice,
		FieldBordereau: l.Bordereau, FieldDocType: l.DocType, FieldDocNo: l.DocNo, FieldLineNo: l.LineNo, FieldStatus: l.Status, FieldLabel: l.Label,
	} {
		v[slotOf(field)] = text
	}
	l.OrderOp = l.OrderOp || holdsAny(f.orders, &v)
	l.Accrual = l.Accrual || holdsAny(f.accruals, &v)
	if !holdsAll(f.scope, &v) {
		l.Kind = KindOutOfScope
	}
}

// origin reads which line this one corrects. The natures are told the other way round in the two
// flows: 01 is always a piece of the same flow, 02 one of the other. All others are payments and
// lists, which no file brings as lines.
func (f *pesFile) origin(r *node) error {
	l := &f.line
	if r == nil {
		if f.bord.kind == bordCorrection {
			l.find(PESOriginMissing)
		}
		return nil
	}
	of := pieceKey{flow: f.flow, kind: bordOrdinary}
	switch r.get("NatPceOrig") {
	case "01":
	case "02":
		of.flow = otherFlow(f.flow)
	default:
		return nil
	}
	if l.Flow == FlowRevenue && of.flow == FlowExpenditure {
		l.Correction = true
	}
	var err error
	if of.exercice, err = f.exercice(r, "ExerRat"); err != nil {
		return err
	}
	var ok bool
	if of.piece, ok = pesNumber(r.get("IdPceOrig")); !ok {
		return f.unreadable("IdPceOrig", r.get("IdPceOrig"))
	}
	of.line, _ = pesNumber(r.get("IdLigneOrig"))
	l.OriginText = of.text(f.budget)
	if of.line == 0 {
		l.find(PESOriginPartly, number(of.piece))
		return nil
	}
	l.Origin = of.hash(f.entity, f.budget)
	return nil
}

func otherFlow(f Flow) Flow {
	if f == FlowExpenditure {
		return FlowRevenue
	}
	return FlowExpenditure
}

// contentOf hashes what a posting says. The bordereau and its date are no part of it: a piece that was
// rejected at the visa comes back in another one, and is the same piece when nothing else changed.
func contentOf(l *Line) Hash {
	flag := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	amount := func(a money.Amount) string { return number(int64(a)) }
	return hashOf("pes", l.KeyText, l.DocType, l.Manager, l.Nature, l.Function, l.Operation, l.Analytic, l.Contract, l.Inventory,
		l.Invoice, l.SupplierID, l.SupplierName, l.Label, l.OriginText, amount(l.Amount), amount(l.VAT), flag(l.HasVAT), flag(l.Correction))
}
