package ledgerfile

import (
	"encoding/xml"
	"io"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// totemNamespace is the namespace of budget documents. Source of what follows: schemas SchemaDocBudg,
// as published with PES 5.17.
const totemNamespace = "http://www.minefi.gouv.fr/cp/demat/docbudgetaire"

// decisions are the kinds of documents by NatDec.
var decisions = map[string]Document{
	"01": DocumentPrimary, "02": DocumentAmending, "03": DocumentSupplementary, "09": DocumentAccounts, "10": DocumentSingleAccount,
}

// totemFigures are the elements of amounts, in the order of the figures of a line.
var totemFigures = [figures]string{"MtBudgPrec", "MtRARPrec", "MtPropNouv", "MtPrev", "CredOuv", "MtReal", "MtRAR3112"}

func (b *budgetFile) readXML(in io.Reader) error {
	x, root, err := openElements(in)
	if err != nil {
		return err
	}
	b.Encoding = x.src.encoding
	if root.Name.Local != "DocumentBudgetaire" || root.Name.Space != totemNamespace {
		return fault.Invalid("ledger.totem.root", grid.Clip(root.Name.Local))
	}
	found := false
	err = x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "EnTeteDocBudgetaire":
			return b.leaves(x, func(name, value string) {
				switch name {
				case "LibelleColl":
					b.Entity = value
				case "IdColl":
					b.SIRET = value
				}
			})
		case "Budget":
			if found {
				return fault.Invalid("ledger.totem.several")
			}
			found = true
			return b.budget(x)
		}
		return x.skip()
	})
	if err != nil {
		return err
	}
	if !found {
		return fault.Invalid("ledger.totem.missing", "Budget")
	}
	return x.end()
}

// leaves reads the values of the elements directly within the one that was opened last.
func (b *budgetFile) leaves(x *elements, take func(name, value string)) error {
	return x.each(func(e xml.StartElement) error {
		take(e.Name.Local, valueOf(e))
		return x.skip()
	})
}

func (b *budgetFile) budget(x *elements) error {
	return x.each(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "EnTeteBudget":
			return b.leaves(x, func(name, value string) {
				switch name {
				case "LibelleEtab":
					b.Budget = value
				case "IdEtab":
					b.SIRET = value
				}
			})
		case "BlocBudget":
			return b.block(x)
		case "LigneBudget":
			if b.Year == 0 {
				return fault.Invalid("ledger.totem.missing", "BlocBudget")
			}
			return b.budgetLine(x, e)
		}
		return x.skip() // general information, annexes: gzip and base64 among them
	})
}

// block reads which document of which year this is.
func (b *budgetFile) block(x *elements) error {
	var nature, year, decided string
	draft := false
	err := b.leaves(x, func(name, value string) {
		switch name {
		case "NatDec":
			nature = value
		case "NumDec":
			b.Number = value
		case "Exer":
			year = value
		case "DteDec":
			decided = value
		case "ProjetBudget":
			draft = value == "true" || value == "1"
		case "IdEtabPal":
			b.MainSIRET = value
		}
	})
	if err != nil {
		return err
	}
	document, known := decisions[nature]
	exercice, ok := pesNumber(year)
	switch {
	case draft:
		return fault.Invalid("ledger.totem.draft")
	case !known:
		return fault.Invalid("ledger.totem.value", "NatDec", grid.Clip(nature), "")
	case !ok || exercice < 1900 || exercice > 2199:
		return fault.Invalid("ledger.totem.value", "Exer", grid.Clip(year), "")
	}
	b.Document, b.Year, b.Decided = document, int(exercice), pesDate(decided)
	return b.ours(b.SIRET)
}

// budgetLine reads one line. Lines that sum up others say so.
func (b *budgetFile) budgetLine(x *elements, e xml.StartElement) error {
	b.line = BudgetLine{
		No: b.Lines + b.TotalLines + 1, Year: b.Year, Document: b.Document, SIRET: b.SIRET, Entity: b.Entity, Findings: b.line.Findings[:0],
	}
	values := map[string]string{}
	twice := ""
	err := x.each(func(e xml.StartElement) error {
		name := e.Name.Local
		switch name {
		case "MtSup":
			return x.skip()
		case "CaracSup": // several, told apart by a code
			name += " " + attribute(e, "Code")
		}
		if _, found := values[name]; found {
			twice = name
		}
		values[name] = valueOf(e)
		return x.skip()
	})
	if err != nil {
		return err
	}
	if twice != "" {
		return fault.Invalid("ledger.totem.twice", grid.Clip(twice), number(int64(b.line.No)))
	}
	if calculated := attribute(e, "calculated"); calculated == "true" || calculated == "1" || values["OpBudg"] == "T" {
		b.TotalLines++
		return nil
	}
	return b.fill(values)
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (b *budgetFile) fill(values map[string]string) error {
	l := &b.line
	switch values["CodRD"] {
	case "D":
		l.Flow = FlowExpenditure
	case "R":
		l.Flow = FlowRevenue
	default:
		return fault.Invalid("ledger.totem.value", "CodRD", grid.Clip(values["CodRD"]), number(int64(l.No)))
	}
	switch values["OpBudg"] {
	case "", "0":
	case "1":
		l.Order = true
	default:
		return fault.Invalid("ledger.totem.value", "OpBudg", grid.Clip(values["OpBudg"]), number(int64(l.No)))
	}
	l.Nature, l.NatureLabel = values["Nature"], values["LibCpte"]
	l.Function, l.Operation, l.ThirdOp = values["Fonction"], values["Operation"], values["OpeCpteTiers"]
	l.Chapter = first(values["ContNat"], values["ContFon"])
	switch values["CaracSup Section"] {
	case SectionInvestment, SectionOperations:
		l.Section = values["CaracSup Section"]
	default:
		l.Section = first(SectionOf(l.Chapter), SectionOf(l.Nature))
	}
	for i, to := range l.figures() {
		if err := b.figure(totemFigures[i], values[totemFigures[i]], to); err != nil {
			return err
		}
	}
	return b.take()
}

// first gives the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
